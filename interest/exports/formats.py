"""The export formats: what each writes, and whether people have to be asked first.

It knows the list; it does not know how any of them is made.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from interest.exports import feast_form, gorse_form, recbole_form, segment_form
from interest.exports.choices import ExportFormat
from interest.exports.line_files import LineFile, LineFiles
from interest.exports.parquet_form import profile_row, profile_table_schema
from interest.exports.parquet_parts import ParquetParts
from interest.exports.writing import ProfileWriter, Progressed
from interest.passport import profiles_to_lines
from interest.profile import InterestProfile

__all__ = ["ASKED_FIRST", "WriterFactory", "writer_for"]

#: Opens a writer in a folder, from what an earlier run committed.
WriterFactory = Callable[[Path, Progressed], ProfileWriter]


#: Formats for other systems: they get nobody who has not said yes. The others are copies for
#: whoever keeps the workspace; they leave out those who said no.
ASKED_FIRST = frozenset({ExportFormat.FEAST, ExportFormat.GORSE, ExportFormat.SEGMENT})


def writer_for(form: ExportFormat, *, now: datetime) -> WriterFactory:
    """What writes a format; interests are taken as they hold ``now``.

    Raises:
        KeyError: Vectors need an engine, which this room does not know.
    """
    made: dict[ExportFormat, WriterFactory] = {
        ExportFormat.JSONL: _jsonl,
        ExportFormat.PARQUET: _parquet,
        ExportFormat.RECBOLE: partial(_recbole, now=now),
        ExportFormat.FEAST: partial(_feast, now=now),
        ExportFormat.GORSE: partial(_gorse, now=now),
        ExportFormat.SEGMENT: partial(_segment, now=now),
    }
    return made[form]


def _jsonl(folder: Path, done: Progressed) -> ProfileWriter:
    def line(profile: InterestProfile) -> str:
        return next(profiles_to_lines([profile]))

    return LineFiles(folder, {"profiles.jsonl": LineFile(line)}, done)


def _parquet(folder: Path, done: Progressed) -> ProfileWriter:
    return ParquetParts(folder, "profiles", profile_table_schema(), profile_row, done)


def _recbole(folder: Path, done: Progressed, *, now: datetime) -> ProfileWriter:
    files = {
        # RecBole finds files by the name of their folder.
        f"{folder.name}.user": LineFile(
            partial(recbole_form.user_line, now=now), recbole_form.USER_HEADER
        ),
        f"{folder.name}.inter": LineFile(recbole_form.inter_text, recbole_form.INTER_HEADER),
    }
    return LineFiles(folder, files, done)


def _feast(folder: Path, done: Progressed, *, now: datetime) -> ProfileWriter:
    for name, text in (
        ("feature_store.yaml", feast_form.STORE),
        ("profiles.py", feast_form.DEFINITIONS),
    ):
        (folder / name).write_text(text, encoding="utf-8")
    data = folder / "data"
    data.mkdir(exist_ok=True)
    row = partial(feast_form.feature_row, now=now)
    return ParquetParts(data, "profiles", feast_form.feature_schema(), row, done)


def _gorse(folder: Path, done: Progressed, *, now: datetime) -> ProfileWriter:
    files = {
        "users.jsonl": LineFile(partial(gorse_form.user_line, now=now)),
        "feedback.jsonl": LineFile(gorse_form.feedback_text),
    }
    return LineFiles(folder, files, done)


def _segment(folder: Path, done: Progressed, *, now: datetime) -> ProfileWriter:
    line = partial(segment_form.identify_line, now=now)
    return LineFiles(folder, {"identify.jsonl": LineFile(line)}, done)
