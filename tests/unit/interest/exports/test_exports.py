"""What each form says of a small, known set of people, who is in it, and what a kill costs."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from interest.errors import DataError, InputError
from interest.exports.choices import Existing, ExportFormat
from interest.exports.formats import writer_for
from interest.exports.importing import import_profiles
from interest.exports.reading import read_profiles
from interest.exports.run import MANIFEST, ExportReport, export_profiles, selection_for
from interest.exports.writing import ProfileWriter
from interest.profile import InterestProfile, ReactionKind
from interest.sql_consents import Consents
from interest.sql_pages import ProfilePages
from interest.sql_store import SqlStore
from tests.support.people import NOW, interest, person, reaction

ADA = person(
    "ada",
    interest("Sci-Fi", 0.9),
    interest("Horror", -0.8),
    interest("Al Pacino", 0.7, facet="person"),
    interest("Comedy", 0.9, condition="with the kids"),
    reactions=(reaction("m1"), reaction("m2", ReactionKind.DISLIKED)),
)
BOB = person("bob/x", interest("Drama", 0.5), reactions=(reaction("m 3", ReactionKind.SEEN),))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    made = SqlStore.open(tmp_path / "palate.db")
    ProfilePages(made.engine).insert_new([ADA, BOB], now=NOW)
    yield made
    made.close()


def allow(store: SqlStore, user_id: str, destination: str, granted: bool = True) -> None:
    Consents(store.engine).say(user_id, destination, granted=granted, now=NOW)


def export(store: SqlStore, folder: Path, form: ExportFormat, **who: Any) -> ExportReport:
    pages = ProfilePages(store.engine)
    return export_profiles(pages, folder, form, selection_for(form, **who), now=NOW)


def lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_other_systems_get_those_who_agreed(store: SqlStore, tmp_path: Path) -> None:
    report = export(store, tmp_path / "none", ExportFormat.SEGMENT)
    assert (report.profiles, report.left_out) == (0, 2)
    allow(store, "ada", "segment")
    assert export(store, tmp_path / "one", ExportFormat.SEGMENT).profiles == 1
    allow(store, "ada", "segment", granted=False)
    assert export(store, tmp_path / "again", ExportFormat.SEGMENT).profiles == 0


def test_copies_leave_out_those_who_refused(store: SqlStore, tmp_path: Path) -> None:
    assert export(store, tmp_path / "both", ExportFormat.JSONL).profiles == 2
    allow(store, "ada", "jsonl", granted=False)
    report = export(store, tmp_path / "one", ExportFormat.JSONL)
    assert (report.profiles, report.left_out) == (1, 1)
    named = export(store, tmp_path / "named", ExportFormat.JSONL, destination="partner")
    assert named.profiles == 0, "a named destination needs a yes"


def test_only_what_changed_since(store: SqlStore, tmp_path: Path) -> None:
    first = export(store, tmp_path / "all", ExportFormat.JSONL)
    held = store.load("ada")
    store.save(person_with(held, interest("Western")))
    second = export(store, tmp_path / "changed", ExportFormat.JSONL, since=first.until)
    assert [line["user_id"] for line in lines(tmp_path / "changed" / "profiles.jsonl")] == ["ada"]
    assert second.until > first.until
    assert export(store, tmp_path / "none", ExportFormat.JSONL, since=second.until).profiles == 0
    later = NOW + timedelta(seconds=1)
    assert export(store, tmp_path / "later", ExportFormat.JSONL, since=later).profiles == 0
    assert export(store, tmp_path / "at", ExportFormat.JSONL, since=NOW).profiles == 2


def person_with(held: InterestProfile, *more: Any) -> InterestProfile:
    from dataclasses import replace

    return replace(held, interests=(*held.interests, *more))


def test_segment_traits_are_flat(store: SqlStore, tmp_path: Path) -> None:
    allow(store, "ada", "segment")
    export(store, tmp_path / "out", ExportFormat.SEGMENT)
    (call,) = lines(tmp_path / "out" / "identify.jsonl")
    assert call["type"] == "identify"
    assert call["userId"] == "ada"
    assert call["traits"] == {
        "palate_revision": 1,
        "palate_liked_items": 1,
        "palate_disliked_items": 1,
        "palate_likes_genre": "Sci-Fi",
        "palate_likes_person": "Al Pacino",
        "palate_dislikes_genre": "Horror",
    }
    export(store, tmp_path / "again", ExportFormat.SEGMENT)
    assert lines(tmp_path / "again" / "identify.jsonl")[0]["messageId"] == call["messageId"]


def test_a_segment_call_stays_within_its_limit() -> None:
    from interest.exports.segment_form import identify_line

    many = person("ada", *(interest("x" * 300, facet=f"facet{n}") for n in range(300)))
    assert len(identify_line(many, now=NOW)) <= 32_001


def test_gorse(store: SqlStore, tmp_path: Path) -> None:
    allow(store, "ada", "gorse")
    allow(store, "bob/x", "gorse")
    export(store, tmp_path / "out", ExportFormat.GORSE)
    users = lines(tmp_path / "out" / "users.jsonl")
    assert users[0] == {
        "UserId": "ada",
        "Labels": ["genre=Sci-Fi", "person=Al Pacino", "not:genre=Horror"],
        "Comment": "",
    }
    assert users[1]["UserId"] == "bob%2Fx"
    feedback = lines(tmp_path / "out" / "feedback.jsonl")
    assert [entry["FeedbackType"] for entry in feedback] == ["like", "dislike", "read"]
    assert feedback[0]["Timestamp"] == "2026-05-01T12:30:00Z"


def test_recbole_files_have_typed_headers_and_safe_tokens(store: SqlStore, tmp_path: Path) -> None:
    export(store, tmp_path / "palate", ExportFormat.RECBOLE)
    users = (tmp_path / "palate" / "palate.user").read_text(encoding="utf-8").split("\n")
    assert users[0] == "user_id:token\tlikes:token_seq\tdislikes:token_seq"
    assert users[1] == "ada\tgenre=Sci-Fi person=Al_Pacino\tgenre=Horror"
    acts = (tmp_path / "palate" / "palate.inter").read_text(encoding="utf-8").split("\n")
    assert acts[0].split("\t")[2] == "preference:float"
    assert acts[1:4] == [
        f"ada\tm1\t1\tliked\t{NOW.timestamp()}",
        f"ada\tm2\t-1\tdisliked\t{NOW.timestamp()}",
        f"bob/x\tm_3\t0\tseen\t{NOW.timestamp()}",
    ]


def test_feast_rows_are_one_per_person(store: SqlStore, tmp_path: Path) -> None:
    allow(store, "ada", "feast")
    export(store, tmp_path / "out", ExportFormat.FEAST)
    table = importlib.import_module("pyarrow.parquet").read_table(tmp_path / "out" / "data")
    (row,) = table.to_pylist()
    assert row["likes"] == ["genre=Sci-Fi", "person=Al Pacino"]
    assert row["liked_items"] == ["m1"]
    assert row["event_timestamp"] == NOW
    compile((tmp_path / "out" / "profiles.py").read_text(encoding="utf-8"), "profiles.py", "exec")


def test_the_manifest_names_every_file(store: SqlStore, tmp_path: Path) -> None:
    report = export(store, tmp_path / "out", ExportFormat.PARQUET)
    manifest = json.loads((tmp_path / "out" / MANIFEST).read_text(encoding="utf-8"))
    assert manifest["profiles"] == 2
    assert set(manifest["files"]) == {"profiles-00000.parquet"} == set(report.files)
    assert not (tmp_path / "out" / ".export.json").exists()


class _Dies(Exception):
    pass


class _Dying:
    """A writer that dies in the middle, with bytes on the disk that were not committed."""

    def __init__(self, inner: ProfileWriter, pages: int) -> None:
        self._inner, self._left = inner, pages

    def write(self, profiles: Sequence[InterestProfile]) -> None:
        self._inner.write(profiles)
        self._left -= 1
        if self._left < 0:
            raise _Dies

    def commit(self) -> Mapping[str, int]:
        return self._inner.commit()

    def close(self) -> None:
        self._inner.close()


@pytest.mark.parametrize("form", [ExportFormat.JSONL, ExportFormat.PARQUET, ExportFormat.RECBOLE])
@pytest.mark.parametrize("pages_before", [0, 1, 3, 6])
def test_an_interrupted_export_goes_on_and_is_as_if_never_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: ExportFormat, pages_before: int
) -> None:
    monkeypatch.setattr("interest.exports.run._PAGE", 3)
    monkeypatch.setattr("interest.exports.run._COMMIT", 2)
    store = SqlStore.open(tmp_path / "palate.db")
    people = [person(f"p{n:02}", interest("Drama"), reactions=(reaction("m"),)) for n in range(20)]
    pages = ProfilePages(store.engine)
    pages.insert_new(people, now=NOW)
    select = selection_for(form)
    whole = tmp_path / "a" / "people"
    export_profiles(pages, whole, form, select, now=NOW)
    torn = tmp_path / "b" / "people"
    with pytest.raises(_Dies):
        export_profiles(
            pages,
            torn,
            form,
            select,
            now=NOW,
            factory=lambda folder, done: _Dying(
                writer_for(form, now=NOW)(folder, done), pages_before
            ),
        )
    assert not (torn / MANIFEST).exists()
    report = export_profiles(pages, torn, form, select, now=NOW)
    assert report.profiles == 20
    if form is ExportFormat.PARQUET:
        read = importlib.import_module("pyarrow.parquet").read_table
        assert read(torn).equals(read(whole))
    else:
        for name in report.files:
            assert (torn / name).read_bytes() == (whole / name).read_bytes()
    store.close()


def test_other_folders_are_left_alone(store: SqlStore, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(InputError, match="not empty"):
        export(store, mine, ExportFormat.JSONL)
    assert (mine / "thesis.txt").exists()
    export(store, tmp_path / "out", ExportFormat.JSONL)
    with pytest.raises(InputError, match="finished"):
        export(store, tmp_path / "out", ExportFormat.JSONL)


def test_bad_lines_are_named_and_strict_takes_nothing(store: SqlStore, tmp_path: Path) -> None:
    export(store, tmp_path / "out", ExportFormat.JSONL)
    good = (tmp_path / "out" / "profiles.jsonl").read_text(encoding="utf-8").splitlines()
    path = tmp_path / "mixed.jsonl"
    huge = json.dumps({**json.loads(good[1]), "user_id": "huge", "revision": 10**30})
    path.write_text("\n".join([good[0], "{", "[]", '{"schema_version":7}', huge, good[1]]) + "\n")
    other = SqlStore.open(tmp_path / "other.db")
    pages = ProfilePages(other.engine)
    with pytest.raises(DataError, match="Line 2"):
        import_profiles(partial(read_profiles, path), other, pages, now=NOW, strict=True)
    assert other.users() == ()
    report = import_profiles(partial(read_profiles, path), other, pages, now=NOW)
    assert (report.added, report.bad) == (2, 4)
    assert [p.split(":")[0] for p in report.problems] == ["line 2", "line 3", "line 4", "'huge'"]
    other.close()


@pytest.mark.parametrize(
    ("existing", "values", "counts"),
    [
        (Existing.KEEP, {"Drama"}, (0, 1)),
        (Existing.REPLACE, {"Sci-Fi", "Horror", "Al Pacino", "Comedy"}, (1, 0)),
        (Existing.MERGE, {"Sci-Fi", "Horror", "Al Pacino", "Comedy", "Drama"}, (1, 0)),
    ],
)
def test_those_who_are_there_already(
    store: SqlStore, tmp_path: Path, existing: Existing, values: set[str], counts: tuple[int, int]
) -> None:
    export(store, tmp_path / "out", ExportFormat.PARQUET, user_id="ada")
    other = SqlStore.open(tmp_path / "other.db")
    other.save(InterestProfile(user_id="ada", interests=(interest("Drama"),), updated_at=NOW))
    pages = ProfilePages(other.engine)
    found = partial(read_profiles, tmp_path / "out")
    report = import_profiles(found, other, pages, now=NOW, existing=existing)
    assert (report.changed, report.kept) == counts
    assert {entry.value for entry in other.load("ada").interests} == values
    again = import_profiles(found, other, pages, now=NOW, existing=existing)
    assert again.changed == 0
    other.close()


@pytest.mark.parametrize("name", ["x.txt", "x.parquet", "x.json", "nothing.jsonl"])
def test_what_is_no_export_is_refused(tmp_path: Path, name: str) -> None:
    if name != "nothing.jsonl":
        (tmp_path / name).write_text("hello", encoding="utf-8")
    with pytest.raises(InputError):
        list(read_profiles(tmp_path / name))


def test_times_are_in_utc(store: SqlStore, tmp_path: Path) -> None:
    assert datetime(2026, 5, 1, 12, 30, tzinfo=UTC) == NOW
    export(store, tmp_path / "out", ExportFormat.JSONL)
    assert lines(tmp_path / "out" / "profiles.jsonl")[0]["updated_at"] == "2026-05-01T12:30:00Z"
