"""Records of a file of texts: ``{"id", "text"}`` per line, and what is wrong with the others.

It knows what a record must hold; it does not know what is done with its text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from interest.id_set import IdSet
from interest.jsonl import JsonLine, LineProblem

__all__ = ["TextRecord", "batched", "text_records"]


@dataclass(frozen=True, kw_only=True, slots=True)
class TextRecord:
    """One good line: which text of which line of the file."""

    number: int
    record_id: str | int
    text: str
    asked: str = ""


def text_records(
    lines: Iterable[JsonLine | LineProblem], report: Callable[[LineProblem], None]
) -> Iterator[TextRecord]:
    """The good records, in order; every other line is reported, repeated ids among them."""
    seen = IdSet()
    for line in lines:
        record = line if isinstance(line, LineProblem) else _record(line)
        if isinstance(record, TextRecord) and not seen.add(repr(record.record_id)):
            record = LineProblem(
                number=record.number, reason=f"id {record.record_id!r} stands on a line above"
            )
        if isinstance(record, LineProblem):
            report(record)
        else:
            yield record


def _record(line: JsonLine) -> TextRecord | LineProblem:
    record_id, text = line.value.get("id"), line.value.get("text")
    asked = line.value.get("asked")
    if isinstance(record_id, bool) or not isinstance(record_id, str | int) or record_id == "":
        return LineProblem(number=line.number, reason=_missing("id", record_id, "text or number"))
    if not isinstance(text, str):
        return LineProblem(number=line.number, reason=_missing("text", text, "text"))
    return TextRecord(
        number=line.number,
        record_id=record_id,
        text=text,
        asked=asked if isinstance(asked, str) else "",
    )


def _missing(key: str, value: object, expected: str) -> str:
    if value is None:
        return f'no "{key}"'
    return f'"{key}" must be {expected} and not empty, not {str(value)[:40]!r}'


def batched(records: Iterator[TextRecord], size: int) -> Iterator[list[TextRecord]]:
    """Records in lists of ``size``; the last one may be shorter."""
    batch: list[TextRecord] = []
    for record in records:
        batch.append(record)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
