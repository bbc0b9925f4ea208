"""Circumstances: with whom and when something is watched, in words, and whether a text names them.

It knows the values of the domain's setting facets ("kids", "weeknight"), the words of the calendar
and how two wordings are compared; it does not know which interests hold under them (see
:mod:`interest.conditions`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from interest.domain import Domain
from interest.phrases import Found, PhraseTable
from interest.tokens import Token, keys_of, tokenize

__all__ = [
    "CALENDAR",
    "DETERMINERS",
    "INVERTING",
    "PREPOSITIONS",
    "Setting",
    "conditions_named",
    "is_in_force",
    "setting_facets",
    "settings_in",
]

#: A facet and its value: ``("audience", "kids")``.
Setting = tuple[str, str]

_DAYS = "monday tuesday wednesday thursday friday saturday sunday weekday weekend weeknight"
_PARTS = "morning afternoon evening night bedtime birthday holiday"
#: Words of time in any domain.
CALENDAR = frozenset(
    [word + s for word in f"{_DAYS} {_PARTS}".split() for s in ("", "s")]
    + "halloween christmas xmas thanksgiving easter winter summer autumn vacation".split()  # noqa: SIM905
    + "work school dinner lunch breakfast".split()  # noqa: SIM905
)
PREPOSITIONS = frozenset(
    {"with", "for", "on", "at", "in", "during", "after", "before", "while", "around", "over",
     "every", "each"}
)  # fmt: skip
DETERMINERS = frozenset(
    {"the", "a", "an", "my", "our", "his", "her", "their", "any", "all", "most", "whole", "little",
     "small", "young", "younger", "older", "two", "three", "early", "late", "long"}
)  # fmt: skip
#: Words that turn a condition around: it holds wherever the rest is not so.
INVERTING = frozenset({"unless", "except", "not", "never"})

#: Words of a condition that its meaning does not hang on: "when my mum is here", "with my mum".
_EMPTY = frozenset(
    PREPOSITIONS
    | DETERMINERS
    | INVERTING
    | {"when", "whenever", "if", "only", "i", "im", "me", "we", "us", "is", "are", "am", "be",
       "s", "its", "it", "were", "and", "here", "there", "around", "over", "home", "feel",
       "feeling", "watch", "watching", "watches", "visiting", "visits", "visit", "to", "of",
       "just"}
)  # fmt: skip
_ABSENT_BEFORE = frozenset({"no", "not", "without", "dont", "never"})
_ABSENT_AFTER = frozenset(
    {"not", "arent", "isnt", "asleep", "away", "gone", "out", "sleep", "sleeping", "left"}
)


def setting_facets(domain: Domain) -> tuple[str, ...]:
    """The facets that tell with whom and when, as the domain lists them."""
    return domain.words.get("setting_facet", ())


def settings_in(tokens: Sequence[Token], domain: Domain) -> list[Found[Setting]]:
    """Where the tokens name a value of a setting facet; longest first, without overlaps."""
    aliases = tuple(
        (name, alias, value)
        for name in setting_facets(domain)
        if name in domain.by_name
        for alias, value in domain.facet(name).aliases.items()
    )
    found: list[Found[Setting]] = []
    for match in sorted(_table(aliases).find(tokens), key=lambda m: (m.first - m.last, m.first)):
        if all(match.last <= other.first or other.last <= match.first for other in found):
            found.append(match)
    return sorted(found, key=lambda match: match.first)


@lru_cache(maxsize=8)
def _table(aliases: tuple[tuple[str, str, str], ...]) -> PhraseTable[Setting]:
    return PhraseTable(
        ((*keys[:-1], keys[-1] + ending), (facet, value))
        for facet, alias, value in aliases
        if (keys := keys_of(alias))
        for ending in ("", "s")
    )


def conditions_named(
    conditions: Iterable[str], text: str, domain: Domain, settings: Iterable[Setting] = ()
) -> tuple[str, ...]:
    """Those of the conditions whose circumstances a text names, each once.

    A condition is named by a setting of the same value ("with the kids" by "for my daughter") or
    by its own words ("when my mum is here" by "with my mum tonight"). "Without the kids" and "the
    kids are asleep" name no kids.

    Args:
        conditions: In the form in which interests keep them.
        text: What is said now.
        domain: Knows the settings.
        settings: Values that were read from the text by other means.
    """
    tokens = tokenize(text)
    here = {*_present_settings(tokens, domain), *settings}
    return tuple(
        condition
        for condition in dict.fromkeys(conditions)
        if condition and _is_named(tokenize(condition), tokens, here, domain)
    )


def is_in_force(condition: str, named: Iterable[str]) -> bool:
    """Whether an interest under this condition counts where these conditions are named.

    What is said with "unless", "except" or "not" counts where the rest is not named.
    """
    if not condition:
        return True
    inverted = condition.split(maxsplit=1)[0] in INVERTING
    return (condition in set(named)) is not inverted


def _is_named(
    condition: Sequence[Token], text: Sequence[Token], here: set[Setting], domain: Domain
) -> bool:
    start = next((i for i, token in enumerate(condition) if token.norm not in INVERTING), 0)
    meant = condition[start:]
    if not here.isdisjoint(_present_settings(meant, domain)):
        return True
    words = [_singular(token.norm) for token in meant if token.norm not in _EMPTY]
    places = [i for i, token in enumerate(text) if token.norm not in _EMPTY]
    said = [_singular(text[i].norm) for i in places]
    covered = {i for found in settings_in(text, domain) for i in range(found.first, found.last)}
    return bool(words) and any(
        said[at : at + len(words)] == words
        and not _is_absent(text, places[at], places[at + len(words) - 1] + 1)
        # "Date night" is no night.
        and not (len(words) == 1 and words[0] in CALENDAR and places[at] in covered)
        for at in range(len(said) - len(words) + 1)
    )


def _present_settings(tokens: Sequence[Token], domain: Domain) -> set[Setting]:
    return {
        setting
        for found in settings_in(tokens, domain)
        if not _is_absent(tokens, found.first, found.last)
        for setting in found.payloads
    }


def _is_absent(tokens: Sequence[Token], first: int, last: int) -> bool:
    """Whether it is said that these are not there: "without the kids", "the kids are asleep"."""
    before = {token.norm for token in tokens[max(0, first - 3) : first]}
    after = {token.norm for token in tokens[last : last + 3]}
    return not (before.isdisjoint(_ABSENT_BEFORE) and after.isdisjoint(_ABSENT_AFTER))


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") else word
