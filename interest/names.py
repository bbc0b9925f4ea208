"""Names: the forms in which people write a title, a person or a value.

It knows articles, numerals, subtitles, plurals and last names; it does not know which names exist.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from interest.tokens import is_unspaced, keys_of

__all__ = [
    "ARTICLES",
    "last_name",
    "plurals",
    "subtitle_split",
    "title_forms",
    "without_article",
    "without_year",
]

ARTICLES = frozenset({"the", "a", "an"})
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}
_DIGIT = {digit: roman for roman, digit in _ROMAN.items()}
_NUMBER = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7"}
_SPELLED = {digit: word for word, digit in _NUMBER.items()}
_YEAR = re.compile(r"\s*\((\d{4})\)\s*$")
_SUBTITLE = re.compile(r":\s+|\s+[–—-]\s+")
_ENDINGS = ("ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")


def without_year(words: str) -> tuple[str, int | None]:
    """Split ``"Heat (1995)"`` into ``("Heat", 1995)``; no year gives None."""
    match = _YEAR.search(words)
    return (words[: match.start()], int(match[1])) if match else (words, None)


def subtitle_split(title: str) -> tuple[str, str]:
    """``"Alien: Resurrection"`` → ``("Alien", "Resurrection")``; no subtitle gives ``""``."""
    parts = _SUBTITLE.split(title, maxsplit=1)
    return (parts[0], parts[1]) if len(parts) == 2 else (title, "")


def title_forms(title: str) -> Iterator[tuple[str, ...]]:
    """The ways of writing a full title, as compared words, the title's own first."""
    keys = keys_of(title)
    yield keys
    seen = {keys}
    for form in (*_number_forms(keys), *_joined_forms(title, keys)):
        if form not in seen:
            seen.add(form)
            yield form


def without_article(keys: tuple[str, ...]) -> tuple[str, ...] | None:
    """``Godfather`` for ``The Godfather``; None if there is no article, or nothing after it."""
    return keys[1:] if len(keys) > 1 and keys[0] in ARTICLES else None


def _number_forms(keys: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """``Rocky II`` ↔ ``Rocky 2``; ``Part`` or ``Episode`` before a number may be left out."""
    for index, key in enumerate(keys):
        if index == 0 and len(keys) == 1:
            # "Seven" is also written "7", "Se7en" is another name of it in the catalogue.
            if key in _NUMBER:
                yield (_NUMBER[key],)
            continue
        other = _ROMAN.get(key) or _DIGIT.get(key)
        if other is not None and index > 0:
            yield (*keys[:index], other, *keys[index + 1 :])
            if keys[index - 1] in ("part", "episode", "chapter", "volume", "vol") and index > 1:
                yield (*keys[: index - 1], key, *keys[index + 1 :])
                yield (*keys[: index - 1], other, *keys[index + 1 :])
        if key in _SPELLED:
            yield (*keys[:index], _SPELLED[key], *keys[index + 1 :])
        elif key in _NUMBER:
            yield (*keys[:index], _NUMBER[key], *keys[index + 1 :])


def _joined_forms(title: str, keys: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """``Spider-Man`` → ``spiderman``; ``Schindler's`` → ``schindlers``; ``E.T.`` → ``et``."""
    for pattern, by in ((r"(?<=\w)-(?=\w)", ""), (r"['’](?=[sS]\b)", ""), (r"\.(?=\w)", "")):
        joined = re.sub(pattern, by, title)
        if joined != title:
            yield keys_of(joined)
    if "and" in keys and "&" not in title and len(keys) == 3:
        yield tuple(key for key in keys if key != "and")


def last_name(person: str) -> str | None:
    """The compared last word of a name of several words, None if there is no such thing."""
    keys = keys_of(person)
    if len(keys) < 2 or is_unspaced(person[0]) or keys[-1] in ("jr", "sr", *_ENDINGS):
        return None
    return keys[-1] if len(keys[-1]) > 2 else None


def plurals(keys: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The words themselves and their English plural."""
    yield keys
    word = keys[-1] if keys else ""
    if not word.isascii() or not word.isalpha() or word.endswith("s"):
        return
    if word.endswith("y") and word[-2:-1] not in tuple("aeiou"):
        yield (*keys[:-1], word[:-1] + "ies")
    else:
        yield (*keys[:-1], word + "s")
