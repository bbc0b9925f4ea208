"""What somebody pressed on the page, as typed values.

The browser sends a bag of strings; this is the border where it becomes one of the acts below or
an error. It knows what may be pressed; it does not know what happens then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from interest.errors import InputError
from interest.interests import Strictness
from interest.profile import ReactionKind
from ui.words import STRENGTHS

__all__ = [
    "Act",
    "AddInterest",
    "ChangeInterest",
    "Clear",
    "DeleteInterest",
    "Forget",
    "React",
    "Refresh",
    "parse_act",
]

#: Longer values are no interests; the page's own field stops earlier.
_LONGEST = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class React:
    """Like, dislike, seen or not interested was pressed on a card."""

    item_id: str
    kind: ReactionKind


@dataclass(frozen=True, kw_only=True, slots=True)
class Clear:
    """An answer was taken back."""

    item_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Refresh:
    """New picks were asked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Forget:
    """Everything about the person is to be deleted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AddInterest:
    """An interest was written by hand."""

    facet: str
    value: str
    preference: float
    strictness: Strictness
    condition: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeInterest:
    """Strength or strictness of an interest was changed."""

    facet: str
    value: str
    preference: float
    strictness: Strictness
    condition: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class DeleteInterest:
    """An interest was removed."""

    facet: str
    value: str
    condition: str = ""


Act = React | Clear | Refresh | Forget | AddInterest | ChangeInterest | DeleteInterest


def parse_act(data: Mapping[str, Any]) -> Act:
    """Read what the browser sent.

    Raises:
        InputError: It is none of the acts, or a part of it is missing or not what it may be.
    """
    match data.get("action"):
        case "refresh":
            return Refresh()
        case "forget":
            return Forget()
        case "clear":
            return Clear(item_id=_text(data, "item"))
        case "delete":
            return DeleteInterest(
                facet=_text(data, "facet"),
                value=_text(data, "value"),
                condition=_condition(data),
            )
        case "add" | "change" as action:
            kind = AddInterest if action == "add" else ChangeInterest
            return kind(
                facet=_text(data, "facet"),
                value=_text(data, "value"),
                preference=_strength(data),
                strictness=_strictness(data),
                condition=_condition(data),
            )
        case str(action) if action in tuple(ReactionKind):
            return React(item_id=_text(data, "item"), kind=ReactionKind(action))
        case other:
            raise InputError(f"The page sent {other!r}, which is no action.", "Reload the page.")


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"The {name} is empty.", "Fill it in and try again.")
    if len(value) > _LONGEST:
        raise InputError(
            f"The {name} has {len(value)} characters.", f"At most {_LONGEST} are possible."
        )
    return value.strip()


def _condition(data: Mapping[str, Any]) -> str:
    """The condition of the line that was pressed; "" if it always holds."""
    return _text(data, "condition") if data.get("condition") else ""


def _strength(data: Mapping[str, Any]) -> float:
    word = data.get("preference")
    if not isinstance(word, str) or word not in STRENGTHS:
        raise InputError(
            f"{word!r} is no strength of an interest.", f"Choose one of: {', '.join(STRENGTHS)}."
        )
    return STRENGTHS[word]


def _strictness(data: Mapping[str, Any]) -> Strictness:
    word = data.get("strictness")
    if word not in tuple(Strictness):
        raise InputError(
            f"{word!r} is no strictness of an interest.",
            f"Choose one of: {', '.join(Strictness)}.",
        )
    return Strictness(word)
