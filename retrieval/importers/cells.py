"""Single cells: ids, texts, numbers, lists of names and times, from whatever a format gives.

It knows how values are written; it does not know which column it is looking at. What cannot be
read is None or empty; the caller counts it.
"""

from __future__ import annotations

import ast
import json
import math
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, cast

__all__ = ["id_of", "list_separator", "names_of", "number_of", "text_of", "time_of", "title_of"]

#: What files write where they know nothing.
_NOTHING = frozenset(
    {"", "nan", "none", "null", "n/a", "na", "nil", "-", "\\n", "(no genres listed)", "unknown"}
)
_NUMBER = re.compile(r"[-+]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?([eE][-+]?\d+)?")
_HOURS = re.compile(r"^(\d+)\s*h\w*\s*(?:(\d+)\s*m\w*)?$", re.IGNORECASE)
_CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127))
_US_DATE = re.compile(r"^(\d{1,2}) (\d{1,2}), (\d{4})$")

#: Above these, a time counts milliseconds, microseconds, nanoseconds.
_TICKS = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3))
_DAY_S = 86_400.0


def id_of(value: object) -> str:
    """An id as text: ``12``, ``12.0`` and ``" 12 "`` from different formats are one id."""
    if isinstance(value, float):
        if not math.isfinite(value):
            return ""
        return str(int(value)) if value.is_integer() else repr(value)
    return "" if value is None or isinstance(value, bool) else _id_text(str(value))


@lru_cache(maxsize=500_000)
def _id_text(text: str) -> str:
    """Ids come again and again: cleaning each once halves the time of an import."""
    return title_of(text)


def text_of(value: object) -> str:
    """Text as it stands, without what no file or database takes: NUL, controls, half surrogates.

    Lists of texts, as Amazon's descriptions, are joined.
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, list | tuple):
        return " ".join(text_of(part) for part in cast("list[Any]", value)).strip()
    text = str(value).translate(_CONTROLS)
    return text.encode("utf-8", "replace").decode("utf-8").strip()


def title_of(value: object) -> str:
    """Text on one line, with single spaces."""
    return " ".join(text_of(value).split())


def number_of(value: object, *, unit: str = "") -> float | None:
    """A finite number: ``"124 min"``, ``"1,234"``, ``"$9.99"``, ``"1995-03-01"`` (its year).

    Args:
        value: The cell.
        unit: ``"min"`` also reads ``"2h 4m"``.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, date):
        return float(value.year)
    if isinstance(value, int | float):
        return float(value) if math.isfinite(value) else None
    text = str(value).strip().lstrip("$€£¥ ")
    hours = _HOURS.match(text) if unit == "min" else None
    if hours:
        return 60.0 * int(hours[1]) + int(hours[2] or 0)
    found = _NUMBER.match(text)
    try:
        number = float(found[0].replace(",", "")) if found else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def list_separator(sample: Iterable[object]) -> str:
    """What stands between the values of a column: ``|`` or ``;`` where one is seen, else ``,``."""
    texts = [value for value in sample if isinstance(value, str)]
    return next((mark for mark in "|;" if any(mark in text for text in texts)), ",")


def names_of(value: object, separator: str) -> tuple[str, ...]:
    """The names in a cell, each once, in their order; empty if nothing is known.

    Reads text with separators, lists, nested lists, JSON or Python lists in text, and lists of
    objects with a ``name``.
    """
    names = (title_of(name) for name in _flat(value, separator))
    return tuple(dict.fromkeys(name for name in names if name.casefold() not in _NOTHING))


def time_of(value: object, now: datetime) -> float | None:
    """Seconds since the epoch: from seconds, milliseconds, micro- or nanoseconds, or a date.

    Returns:
        None if it cannot be read or lies before 1970 or more than a day after ``now``.
    """
    seconds = _seconds(value)
    if seconds is None or not 0 < seconds <= now.timestamp() + _DAY_S:
        return None
    return seconds


def _flat(value: object, separator: str) -> Iterator[object]:
    if isinstance(value, list | tuple):
        for part in cast("list[Any]", value):
            yield from _flat(part, "")
    elif isinstance(value, dict):
        yield cast("dict[str, Any]", value).get("name")
    elif isinstance(value, str) and separator:
        listed = _written_list(value)
        yield from value.split(separator) if listed is None else _flat(listed, "")
    else:
        yield value


def _written_list(text: str) -> list[Any] | None:
    """The list that a cell spells out: ``["a", "b"]`` or ``['a', 'b']``."""
    stripped = text.strip()
    if not (stripped.startswith("[") and stripped.endswith("]")):
        return None
    for parse in (json.loads, ast.literal_eval):
        try:
            value: object = parse(stripped)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        return cast("list[Any]", value) if isinstance(value, list) else None
    return None


def _seconds(value: object) -> float | None:
    if isinstance(value, datetime):
        return _aware(value).timestamp()
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC).timestamp()
    try:
        ticks = float(cast("Any", value))
    except (TypeError, ValueError):
        return _from_date(value) if isinstance(value, str) else None
    return next((ticks / per for above, per in _TICKS if ticks >= above), ticks)


def _from_date(text: str) -> float | None:
    american = _US_DATE.match(text.strip())
    if american:
        month, day, year = (int(part) for part in american.groups())
        text = f"{year:04}-{month:02}-{day:02}"
    try:
        return _aware(datetime.fromisoformat(text.strip())).timestamp()
    except (ValueError, OverflowError):
        return None


def _aware(moment: datetime) -> datetime:
    """Times without a zone are taken as UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
