"""References to what was just shown: "#2", "the second one", "the last two", "none of these".

It knows positions in the last list; it does not know titles (the linker does) or what is said
about the items.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Reference", "find_references"]

_ORDINALS = {
    "first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3,
    "fifth": 4, "5th": 4, "sixth": 5, "6th": 5, "seventh": 6, "7th": 6, "eighth": 7, "8th": 7,
    "ninth": 8, "9th": 8, "tenth": 9, "10th": 9, "last": -1,
}  # fmt: skip
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
_CJK = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4}

_ORDINAL = re.compile(
    rf"\b(?:the|your)\s+({'|'.join(_ORDINALS)})\b"
    r"(?!\s+(?:time|thing|half|part|act|scene|season|world|war|ones?\s+that))"
    r"(?:\s+(?:one|pick|choice|option|recommendation|suggestion|NOUN))?",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?:#|\b(?:number|no\.|nr\.?)\s*)(\d{1,2}|one|two|three|four|five)\b", re.I)
_LIST = re.compile(r"(?:#|\bnumbers?\s+)(\d{1,2}(?:\s*(?:,|and|&)\s*#?\d{1,2})+)\b", re.IGNORECASE)
_ALL = re.compile(
    r"\b(?:none|all|any|neither|both|each|every one)\s+of\s+(?:these|those|them|the above)\b"
    r"|\b(?:none|all)\b(?=\W*$)|这些都|以上都|どれも|全部",
    re.IGNORECASE,
)
_CJK_ORDINAL = re.compile(r"第([一二三四五1-9])(?:部|个|個|本|つ|の|番)?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """Words that point at an item of the last list.

    Attributes:
        item_id: The item.
        start: Offset of the first character of the words.
        end: Offset after the last one.
    """

    item_id: str
    start: int
    end: int


def find_references(text: str, shown: Sequence[str], *, noun: str) -> tuple[Reference, ...]:
    """Find references, in the order of the text.

    Args:
        text: What was said.
        shown: Item ids of the last list, in order.
        noun: What an item is called ("the second *film*").

    Returns:
        Only references that point at something; "the ninth" of five points at nothing.
    """
    found: dict[tuple[int, int], list[int]] = {}
    ordinal = re.compile(_ORDINAL.pattern.replace("NOUN", re.escape(noun)), re.IGNORECASE)
    for match in ordinal.finditer(text):
        found[match.span()] = [_ORDINALS[match[1].lower()]]
    for match in _LIST.finditer(text):
        found[match.span()] = [int(digits) - 1 for digits in re.findall(r"\d+", match[1])]
    for match in _NUMBERED.finditer(text):
        word = match[1].lower()
        place = int(word) if word.isdigit() else _NUMBERS[word]
        if not any(start <= match.start() < end for start, end in found):
            found[match.span()] = [place - 1]
    for match in _CJK_ORDINAL.finditer(text):
        digit = match[1]
        found[match.span()] = [int(digit) - 1 if digit.isdigit() else _CJK[digit]]
    for match in _ALL.finditer(text):
        found[match.span()] = list(range(len(shown)))
    return tuple(
        Reference(item_id=shown[place], start=start, end=end)
        for (start, end), places in sorted(found.items())
        for place in places
        if -len(shown) <= place < len(shown)
    )
