"""Numbers in text: years, decades and lengths as ranges, in English, Chinese and Japanese.

It knows how people word ranges; it does not know which facet of which domain they are for: the
two readings are years and minutes. What is "now" for "recent" it does not guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from interest.ranges import NumberRange

__all__ = ["NumberSpan", "durations_in", "years_in"]


@dataclass(frozen=True, slots=True)
class NumberSpan:
    """A range that a text names.

    Attributes:
        start: Offset of the first character of its words, bound included ("before 1980").
        end: Offset after the last one.
        value: The range.
        one_sided: Whether it is a bound ("before 1980") and not a place ("the 80s").
    """

    start: int
    end: int
    value: NumberRange
    one_sided: bool


_WORD_DECADES = {
    "twenties": 1920,
    "thirties": 1930,
    "forties": 1940,
    "fifties": 1950,
    "sixties": 1960,
    "seventies": 1970,
    "eighties": 1980,
    "nineties": 1990,
    "two thousands": 2000,
    "aughts": 2000,
    "noughties": 2000,
}
_YEAR = r"(?:18[89]\d|19\d\d|20\d\d)"
_DECADE = (
    r"(?:(?:18|19|20)\d0\s?['’]?s|['’]?\d0\s?['’]?s|"
    + "|".join(word.replace(" ", r"\s") for word in _WORD_DECADES)
    + ")"
)
_BEFORE = (
    r"(?:before|prior to|older than|earlier than|pre[- ]|(?:made |released )?(?:up to|until|till))"
)
_AFTER = r"(?:after|since|newer than|later than|more recent than|post[- ])"
_FROM = r"(?:from|starting(?: from| in)?)"
_POINT = rf"(?:the\s+)?(?:(?:early|mid|late|year)[- ]\s*)?(?P<point>{_DECADE}|{_YEAR})"
_SPAN = re.compile(
    rf"(?:\b(?P<opens>between|from)\s+)?(?<!\w)(?:the\s+)?(?P<a>{_YEAR}|{_DECADE})\s*"
    rf"(?P<link>and|or|to|through|until|[-–—])\s*(?:the\s+)?(?P<b>{_YEAR}|{_DECADE})(?!\w)",
    re.IGNORECASE,
)
_BOUND = re.compile(
    rf"\b(?P<word>{_BEFORE}|{_AFTER})\s*{_POINT}(?!\w)"
    r"(?P<on>\s+(?:on|onwards?|and later|and up|or later|or newer))?",
    re.IGNORECASE,
)
_ONWARDS = re.compile(
    rf"\b(?:{_FROM}\s+)?{_POINT}\s+(?P<word>onwards?|on|and (?:later|newer|after|up)|"
    r"or (?:later|newer|older|earlier)|and (?:older|earlier|before))\b",
    re.IGNORECASE,
)
_PLACE = re.compile(
    rf"(?<![\w$€£.,])(?:(?:early|mid|late)[- ]\s*)?(?P<point>{_DECADE})(?!\w)", re.IGNORECASE
)
_IN_YEAR = re.compile(
    rf"\b(?:in|from|of|made in|released in|came out in)\s+"
    rf"(?:the\s+year\s+)?(?P<point>{_YEAR})(?!\w|\s*(?:min|hour))",
    re.IGNORECASE,
)
_CJK_BOUND = re.compile(
    r"(?P<point>(?:19|20)?\d\d)\s*年(?P<decade>代)?\s*(?P<word>以前|之前|より前|前|以后|以後|之后|之後|以降|以来|から|后|後)"
)
_CJK_PLACE = re.compile(r"(?P<point>(?:19|20)?\d0)\s*年代")
_CJK_YEAR = re.compile(r"(?<!\d)(?P<point>(?:19|20)\d\d)\s*年(?!代)")


def _decade(words: str) -> tuple[int, int]:
    """First and last year of a year or decade in words."""
    plain = re.sub(r"\s+", " ", words.lower())
    if plain in _WORD_DECADES:
        return _WORD_DECADES[plain], _WORD_DECADES[plain] + 9
    digits = re.sub(r"\D", "", plain)
    if len(digits) == 4 and digits == plain:
        return int(digits), int(digits)
    year = int(digits)
    if len(digits) == 2:
        year += 2000 if year < 20 else 1900
    return year, year + 9


def _between(match: re.Match[str]) -> NumberRange | None:
    low, high = _decade(match["a"])[0], _decade(match["b"])[1]
    link = match["link"].lower()
    spans = link == "and" and (match["opens"] or "").lower() == "between"
    if link in ("and", "or") and not spans:
        # "80s or 90s" is one stretch; "60s or 90s" are two.
        (first, end), (begin, last) = sorted((_decade(match["a"]), _decade(match["b"])))
        return NumberRange(low=first, high=last) if end + 1 == begin else None
    return NumberRange(low=low, high=high) if low <= high else None


def _bound(match: re.Match[str]) -> NumberRange | None:
    first, last = _decade(match["point"])
    word = match["word"].lower().strip(" -")
    if re.fullmatch(_AFTER, match["word"], re.IGNORECASE) or word.startswith("post"):
        # "after 2000" is after that year; "since 2000" begins with it.
        return NumberRange(low=first if word.startswith("since") or match["on"] else last + 1)
    inclusive = word.endswith(("up to", "until", "till"))
    return NumberRange(high=last if inclusive else first - 1)


def _onwards(match: re.Match[str]) -> NumberRange | None:
    first, last = _decade(match["point"])
    older = match["word"].lower().endswith(("older", "earlier", "before"))
    return NumberRange(high=last) if older else NumberRange(low=first)


def _place(match: re.Match[str]) -> NumberRange | None:
    first, last = _decade(match["point"])
    early = match[0].lower()
    if first == last:
        return NumberRange(low=first, high=last)
    if early.startswith("early"):
        return NumberRange(low=first, high=first + 4)
    if early.startswith("late"):
        return NumberRange(low=first + 5, high=last)
    return NumberRange(low=first, high=last)


def _cjk_years(match: re.Match[str]) -> tuple[int, int]:
    year = int(match["point"])
    if year < 100:
        year += 2000 if year < 20 else 1900
    decade = "年代" in match[0]
    return year, year + 9 if decade else year


def _cjk_bound(match: re.Match[str]) -> NumberRange | None:
    first, last = _cjk_years(match)
    if match["word"] in ("以前", "之前", "より前", "前"):
        return NumberRange(high=first - 1)
    inclusive = match["word"] in ("以降", "以来", "から", "以后", "以後")
    return NumberRange(low=first if inclusive else last + 1)


def _cjk_place(match: re.Match[str]) -> NumberRange | None:
    first, last = _cjk_years(match)
    return NumberRange(low=first, high=last)


Reading = tuple[re.Pattern[str], Callable[[re.Match[str]], NumberRange | None], bool]

_READINGS: tuple[Reading, ...] = (
    (_SPAN, _between, False),
    (_BOUND, _bound, True),
    (_ONWARDS, _onwards, True),
    (_CJK_BOUND, _cjk_bound, True),
    (_CJK_PLACE, _cjk_place, False),
    (_CJK_YEAR, _cjk_place, False),
    (_PLACE, _place, False),
    (_IN_YEAR, _place, False),
)


def years_in(text: str) -> Iterator[NumberSpan]:
    """Years and decades in a text. A bare year says nothing: it may belong to a title."""
    yield from _read(text, _READINGS)


_SMALL = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "an": 1,
    "a": 1,
    "half an": 0.5,
    "one and a half": 1.5,
    "two and a half": 2.5,
    "an hour and a half": 1.5,
    "three and a half": 3.5,
    "ninety": 90,
    "sixty": 60,
    "hundred": 100,
    "a hundred": 100,
    "a hundred and twenty": 120,
}
_COUNT = r"(?P<count>\d+(?:[.,]\d+)?|" + "|".join(sorted(_SMALL, key=len, reverse=True)) + ")"
_LENGTH = (
    rf"(?:{_COUNT}[\s-]*(?P<unit>hours?|hrs?|h|minutes?|mins?)(?![a-z])"
    r"(?P<more>\s*(?:and\s+)?(?:a half|(?P<minutes>\d+)\s*(?:minutes?|mins?|m)?(?![a-z\d])))?)"
)
_UNDER = (
    r"(?:(?:no|not)\s+(?:longer|more)\s+than|less\s+than|shorter\s+than|under|below|within|at\s+most|"
    r"up\s+to|max(?:imum)?(?:\s+of)?|fewer\s+than)"
)
_OVER = (
    r"(?:(?:no|not)\s+(?:shorter|less)\s+than|longer\s+than|more\s+than|over|above|at\s+least|"
    r"min(?:imum)?(?:\s+of)?)"
)
_LENGTH_BOUND = re.compile(
    rf"\b(?P<word>{_UNDER}|{_OVER})\s+(?:about\s+|around\s+)?{_LENGTH}", re.IGNORECASE
)
_LENGTH_LESS = re.compile(
    rf"\b{_LENGTH}\s+(?P<word>or\s+(?:less|shorter|under)|max(?:imum)?|tops|at\s+most|or\s+(?:more|longer))(?!\w)",
    re.IGNORECASE,
)
_CJK_LENGTH = re.compile(
    r"(?P<count>\d+(?:\.\d+)?|[一二两兩三四])\s*(?P<half>个半|個半)?(?P<unit>小时|小時|个小时|個小時|时间|時間|分钟|分鐘|分)\s*(?P<also>半)?(?P<word>以内|以內|以下|之内|之內|未満|以上)"
)
_CJK_DIGITS = {"一": 1, "二": 2, "两": 2, "兩": 2, "三": 3, "四": 4}


def _minutes(match: re.Match[str]) -> float:
    words = match["count"].lower()
    count = _SMALL.get(words)
    amount = count if count is not None else float(words.replace(",", "."))
    hours = match["unit"].lower().startswith("h")
    minutes = amount * 60 if hours else amount
    if match["more"]:
        minutes += float(match["minutes"]) if match["minutes"] else 30.0
    return minutes


def _length_bound(match: re.Match[str]) -> NumberRange | None:
    word = re.sub(r"\s+", " ", match["word"].lower())
    over = re.fullmatch(_OVER, word) is not None
    return NumberRange(low=_minutes(match)) if over else NumberRange(high=_minutes(match))


def _length_less(match: re.Match[str]) -> NumberRange | None:
    over = match["word"].lower().endswith(("more", "longer"))
    return NumberRange(low=_minutes(match)) if over else NumberRange(high=_minutes(match))


def _cjk_length(match: re.Match[str]) -> NumberRange | None:
    digit = _CJK_DIGITS.get(match["count"])
    amount = float(digit) if digit is not None else float(match["count"])
    if match["half"] or match["also"]:
        amount += 0.5
    minutes = amount if "分" in match["unit"] else amount * 60
    return NumberRange(low=minutes) if match["word"] == "以上" else NumberRange(high=minutes)


_LENGTHS: tuple[Reading, ...] = (
    (_LENGTH_BOUND, _length_bound, True),
    (_LENGTH_LESS, _length_less, True),
    (_CJK_LENGTH, _cjk_length, True),
)


def durations_in(text: str) -> Iterator[NumberSpan]:
    """Bounds on a length of time in a text, in minutes: "under two hours" → ``..120``."""
    yield from _read(text, _LENGTHS)


def _read(text: str, readings: tuple[Reading, ...]) -> Iterator[NumberSpan]:
    """Apply the readings in order; what one has read, a later one leaves alone."""
    taken: list[tuple[int, int]] = []
    for pattern, value_of, one_sided in readings:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < other_end and other_start < end for other_start, other_end in taken):
                continue
            value = value_of(match)
            if value is not None:
                taken.append((start, end))
                yield NumberSpan(start, end, value, one_sided)
