"""Cases: texts with the interests that people marked in them, read from JSON Lines.

It knows the gold schema; it does not know how predictions are compared with it.

One object per line: ``{"id", "text", "speaker", "domain", "source", "split", "interests": [...]}``,
perhaps with ``"asked"``, the question that the text answers. Each interest is ``{"facet", "value",
"polarity", "evidence": [start, end] | null, "opinion", "implicit", "gold": [names of the fields
that annotators really gave]}``. ``polarity`` is 1, 0, -1 or null for not annotated. Unknown keys
are passed over.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field, ValidationError

from interest.errors import DataError
from interest.jsonl import JsonLine, JsonLines, LineProblem
from interest.reading import split_turns

__all__ = ["Case", "CaseFile", "GoldInterest", "Speaker", "read_cases"]

_FIELDS = frozenset({"facet", "value", "polarity", "evidence", "opinion"})


class Speaker(StrEnum):
    """Who is talking in a case."""

    USER = "user"  #: one turn of somebody who looks for something
    REVIEWER = "reviewer"  #: a sentence or a whole review
    DIALOGUE = "dialogue"  #: turns that begin with ``USER:`` or ``ASSISTANT:``


@dataclass(frozen=True, kw_only=True, slots=True)
class GoldInterest:
    """An interest as people marked it.

    Attributes:
        facet: Facet or aspect category in the words of the data.
        value: Value or aspect; None where it is implicit.
        polarity: 1, 0, -1; None where nobody annotated it.
        evidence: Span in code points; None where there is none.
        opinion: The words that carry the sign, or None.
        implicit: Whether the value is not said in words.
        annotated: Names of the fields that people gave; only these are scored.
    """

    facet: str
    value: str | None = None
    polarity: int | None = None
    evidence: tuple[int, int] | None = None
    opinion: str | None = None
    implicit: bool = False
    annotated: frozenset[str] = _FIELDS

    @property
    def sign(self) -> int | None:
        """The polarity, if it is there and somebody annotated it."""
        return self.polarity if "polarity" in self.annotated else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One text and its gold interests."""

    case_id: str
    text: str
    speaker: Speaker = Speaker.USER
    domain: str = ""
    source: str = ""
    split: str = ""
    asked: str = ""
    interests: tuple[GoldInterest, ...] = ()

    def outside_user_turns(self) -> int:
        """Gold spans in words of the assistant: nothing that reads only the user can quote them."""
        if self.speaker is not Speaker.DIALOGUE:
            return 0
        own = [turn for turn in split_turns(self.text) if turn.speaker == "USER"]
        return sum(
            not any(t.start <= gold.evidence[0] < t.start + len(t.text) for t in own)
            for gold in self.interests
            if gold.evidence is not None
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseFile:
    """The cases of one file.

    Attributes:
        name: File name, for reports.
        sha256: Hash of the file's bytes: which data a figure was measured on.
        cases: In the order of the file.
        problems: Lines that could not be used.
    """

    name: str
    sha256: str
    cases: tuple[Case, ...]
    problems: tuple[LineProblem, ...] = field(default=())

    @property
    def facets(self) -> frozenset[str]:
        """The facets that gold uses anywhere in the file."""
        return frozenset(gold.facet for case in self.cases for gold in case.interests)


class _GoldLine(BaseModel):
    facet: Annotated[str, Field(min_length=1)]
    value: str | None = None
    polarity: Literal[1, 0, -1] | None = None
    evidence: tuple[int, int] | None = None
    opinion: str | None = None
    implicit: bool = False
    gold: frozenset[str] = _FIELDS


class _CaseLine(BaseModel):
    id: Annotated[str, Field(min_length=1, coerce_numbers_to_str=True)]
    text: str
    speaker: Speaker = Speaker.USER
    domain: str = ""
    source: str = ""
    split: str = ""
    asked: str = ""
    interests: tuple[_GoldLine, ...]


def read_cases(path: Path, *, strict: bool = False, limit: int | None = None) -> CaseFile:
    """Read a gold file.

    Args:
        path: JSON Lines, plain or gzip.
        strict: Stop at the first line that cannot be used; else they are collected.
        limit: Keep the first so many cases only; None keeps all.

    Raises:
        InputError: The file cannot be opened.
        DataError: No line can be used; with ``strict``, one cannot.
    """
    cases: list[Case] = []
    problems: list[LineProblem] = []
    seen: set[str] = set()
    with JsonLines(path) as lines:
        for line in lines:
            case = line if isinstance(line, LineProblem) else _case(line)
            if isinstance(case, Case) and case.case_id in seen:
                case = LineProblem(
                    number=line.number, reason=f"id {case.case_id!r} stands on a line above"
                )
            if isinstance(case, Case):
                seen.add(case.case_id)
                cases.append(case)
            elif strict:
                raise DataError(f"{path}, {case}.", "Repair the line, or read without strict.")
            else:
                problems.append(case)
            if limit is not None and len(cases) >= limit:
                break
    if not cases:
        why = f"; {problems[0]}" if problems else ""
        raise DataError(f"{path} has no usable case{why}.", "The schema is in eval/cases.py.")
    return CaseFile(
        name=path.name, sha256=_file_hash(path), cases=tuple(cases), problems=tuple(problems)
    )


def _case(line: JsonLine) -> Case | LineProblem:
    try:
        raw = _CaseLine.model_validate(line.value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        return LineProblem(number=line.number, reason=f"{where}: {first['msg']}")
    outside = [g.evidence for g in raw.interests if g.evidence and not _inside(g.evidence, raw)]
    if outside:
        return LineProblem(
            number=line.number,
            reason=f"evidence {list(outside[0])} outside a text of {len(raw.text)} characters",
        )
    return Case(
        case_id=raw.id,
        text=raw.text,
        speaker=raw.speaker,
        domain=raw.domain,
        source=raw.source,
        split=raw.split,
        asked=raw.asked,
        interests=tuple(_gold(raw.interests)),
    )


def _inside(span: tuple[int, int], raw: _CaseLine) -> bool:
    return 0 <= span[0] < span[1] <= len(raw.text)


def _gold(lines: Iterable[_GoldLine]) -> Iterable[GoldInterest]:
    return (
        GoldInterest(
            facet=line.facet,
            value=line.value,
            polarity=line.polarity,
            evidence=line.evidence,
            opinion=line.opinion,
            implicit=line.implicit,
            annotated=line.gold,
        )
        for line in lines
    )


def _file_hash(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
