"""The agent's tools: the same ones for every model.

It knows names, arguments and descriptions that a model reads, and wraps the acts of
:mod:`agent.desk`. What a tool returns is JSON data; no tool takes or gives instructions.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal

from langchain.tools import ToolRuntime, tool
from langchain_core.tools import BaseTool

from agent.desk import Desk
from interest.errors import PalateError
from interest.interests import Strictness, condition_words, interest_key

__all__ = ["TOOLS"]

Runtime = ToolRuntime[Desk, Any]


def _data(result: Mapping[str, Any]) -> str:
    return json.dumps(result, ensure_ascii=False)


def _refused(error: PalateError) -> str:
    """A wrong argument is told to the model, which may try again; it is no failure of the turn."""
    return _data({"error": error.problem, "hint": error.remedy})


@tool
def recommend(
    runtime: Runtime,
    n: int | None = None,
    like: list[str] | None = None,
    words: str = "",
    more: bool = False,
) -> str:
    """Recommend items that fit the person's profile and what they ask for now.

    Likes, dislikes and limits from the chat are applied already; do not repeat them here.

    Args:
        n: How many items; leave out for the usual number.
        like: Titles to start from ("something like …").
        words: Free words for a mood or topic that is no limit.
        more: True to leave out everything that was shown before.
    """
    try:
        return _data(runtime.context.recommend(n, like=like or (), words=words, more=more))
    except PalateError as error:
        return _refused(error)


@tool
def similar(title: str, runtime: Runtime, n: int | None = None) -> str:
    """Find items that are like one item.

    Args:
        title: Its title, its id, or its place in the last list ("#2").
        n: How many.
    """
    try:
        return _data(runtime.context.similar(title, n))
    except PalateError as error:
        return _refused(error)


@tool
def search(words: str, runtime: Runtime, n: int | None = None, titles_only: bool = False) -> str:
    """Search the catalogue by title or topic, whatever the profile says.

    Args:
        words: A title or topic.
        n: How many.
        titles_only: True if the words are a title, and only titles spelled like it count.
    """
    try:
        return _data(runtime.context.search(words, n, titles_only=titles_only))
    except PalateError as error:
        return _refused(error)


@tool
def explain(title: str, runtime: Runtime) -> str:
    """Tell why an item is recommended to this person, and which limits it meets.

    Args:
        title: Its title, its id, or its place in the last list ("#2").
    """
    return _data(runtime.context.explain(title))


@tool
def look_up(title: str, runtime: Runtime) -> str:
    """Read everything that the catalogue knows about one item.

    Args:
        title: Its title, its id, or its place in the last list ("#2").
    """
    return _data(runtime.context.look_up(title))


@tool
def read_profile(runtime: Runtime) -> str:
    """Read what is known of the person's taste, with their own words."""
    return _data(runtime.context.read_profile())


@tool
def edit_profile(
    action: Literal["add", "change", "delete"],
    facet: str,
    value: str,
    runtime: Runtime,
    preference: float = 0.8,
    hard: bool = False,
    condition: str = "",
) -> str:
    """Add, change or delete one interest, only when the person asks for that.

    Args:
        action: What to do.
        facet: Facet of the interest, as in the profile.
        value: Its value.
        preference: From -1 (hates it) to 1 (loves it).
        hard: True if it is a rule and not a taste.
        condition: Under what alone it holds ("with the kids"); leave out if it always does.
    """
    try:
        if action == "delete":
            key = interest_key(facet, value, condition_words(condition))
            return _data(runtime.context.forget([key]))
        strictness = Strictness.HARD if hard else Strictness.SOFT
        return _data(
            runtime.context.note(facet, value, preference, strictness, condition=condition)
        )
    except PalateError as error:
        return _refused(error)


TOOLS: tuple[BaseTool, ...] = (
    recommend,
    similar,
    search,
    explain,
    look_up,
    read_profile,
    edit_profile,
)
