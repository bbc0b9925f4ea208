"""The rules that stand in for a model: a plan becomes tool calls, and results become a reply.

It knows plans, tool names and the desk; it does not call a model. The embedded model's graph uses
it for the duties that the model is not fit for, and every graph falls back on it when a model
fails, so that no turn is lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agent.desk import Desk
from agent.phrasing import join_words, say_interests, say_item, say_key, say_learned, say_picks
from agent.planner import Act, Plan
from agent.turns import Recommendation
from agent.wire import key_to_json
from interest.domain import Domain
from interest.extraction import Relation
from interest.interests import Interest, InterestKey
from interest.profile import ReactionKind
from retrieval.types import Verdict

__all__ = ["ToolCall", "plan_calls", "say_reply"]

ToolCall = tuple[str, Mapping[str, Any]]

#: With fewer things known than this, one more question helps more than it annoys.
_THIN_PROFILE = 2


def plan_calls(plan: Plan) -> tuple[ToolCall, ...]:
    """The tool calls that a plan needs; none for small talk."""
    match plan.act:
        case Act.RECOMMEND:
            return (("recommend", {}),)
        case Act.MORE:
            return (("recommend", {"more": True}),)
        case Act.SIMILAR:
            return (("similar", {"title": plan.items[0]}),)
        case Act.SEARCH:
            return (("search", {"words": plan.words, "titles_only": True}),)
        case Act.EXPLAIN:
            return tuple(("explain", {"title": item_id}) for item_id in plan.items)
        case Act.DESCRIBE:
            return tuple(("look_up", {"title": item_id}) for item_id in plan.items)
        case Act.SHOW_PROFILE:
            return (("read_profile", {}),)
        case Act.FORGET:
            return tuple(
                ("edit_profile", {"action": "delete", **key_to_json(key)}) for key in plan.keys
            )
        case Act.GREET | Act.THANK | Act.HELP | Act.EMPTY | Act.UNCLEAR | Act.FORGET_ALL:
            return ()


def say_reply(
    plan: Plan,
    desk: Desk,
    learned: Sequence[Interest],
    relations: Mapping[InterestKey, Relation] | None = None,
) -> str:
    """The reply to a turn, from what is on the desk."""
    domain = desk.domain
    match plan.act:
        case Act.RECOMMEND | Act.MORE | Act.SIMILAR:
            said = _say_list(plan, desk, learned, relations)
        case Act.SEARCH:
            said = _say_search(plan, desk)
        case Act.EXPLAIN:
            said = " ".join(_say_why(desk, item_id) for item_id in plan.items)
            said = said or f"The last list has no {plan.words}; it has {len(desk.shown)}."
        case Act.DESCRIBE:
            items = [desk.engine.catalogue.item(item_id) for item_id in plan.items]
            said = " ".join(say_item(item, domain, plan.columns) for item in items)
            said += "" if plan.columns else " That is all that the catalogue tells."
        case Act.SHOW_PROFILE:
            said = _say_profile(desk)
        case Act.FORGET:
            said = _say_forgotten(desk)
        case Act.FORGET_ALL:
            said = (
                "To delete everything about you, use “Delete my data” below your profile, or "
                "`palate profile delete`. It cannot be undone."
            )
        case Act.UNCLEAR:
            said = (
                "I could not read that. I understand English best; in Chinese and Japanese, "
                f"genres, years, and simple likes and dislikes. {_ask(domain)}"
            )
        case Act.GREET | Act.HELP | Act.EMPTY:
            said = _say_help(domain, greet=plan.act is Act.GREET)
        case Act.THANK:
            said = "You are welcome. Tell me more whenever you like."
    return said


def _say_list(
    plan: Plan,
    desk: Desk,
    learned: Sequence[Interest],
    relations: Mapping[InterestKey, Relation] | None,
) -> str:
    thin = len(desk.profile.interests) + len(desk.profile.reactions) < _THIN_PROFILE
    known = learned or desk.request.like or desk.request.wishes
    starter = plan.act is Act.RECOMMEND and not known
    parts = [
        say_learned(learned, desk.domain, relations),
        *desk.notices,
        _say_starter(desk.domain) if starter and thin else "",
        say_picks(desk.found, desk.domain, asked=desk.n),
        _ask(desk.domain) if thin else "",
    ]
    return " ".join(part for part in parts if part)


def _say_starter(domain: Domain) -> str:
    return f"I know little about your taste yet, so I start with well-known {domain.nouns}."


def _ask(domain: Domain) -> str:
    return f"Which {domain.noun} did you love, and which could you not stand?"


def _say_search(plan: Plan, desk: Desk) -> str:
    item = desk.resolve(plan.words)
    if item is not None:
        return f"Yes. {say_item(item, desk.domain)}"
    return " ".join(desk.notices)


def _say_why(desk: Desk, item_id: str) -> str:
    pick = desk.judge(desk.engine.catalogue.item(item_id))
    against = _say_against(desk, pick)
    if item_id not in desk.shown and against:
        return f"{pick.title} is not on your list: {against}."
    if pick.explanation.text:
        return f"{pick.title}: {pick.explanation.text}"
    return (
        f"{pick.title}: nothing that you said speaks for it in particular; "
        "it was near in meaning or well known."
    )


def _say_against(desk: Desk, pick: Recommendation) -> str:
    """What keeps an item off the list: a reaction, or what it violates; "" if nothing does."""
    for reaction in desk.profile.reactions:
        if reaction.item_id == pick.item_id:
            return f"you {reaction.kind.value} it (“{reaction.evidence[-1].quote}”)"
    violated = [entry for entry in pick.ledger if entry.verdict is Verdict.VIOLATED]
    return join_words(
        [f"“{entry.interest.evidence[-1].quote}” ({entry.value})" for entry in violated]
    )


def _say_profile(desk: Desk) -> str:
    profile = desk.profile
    if not profile.interests and not profile.reactions:
        return f"Nothing yet. {_ask(desk.domain)}"
    seen = profile.items(ReactionKind.SEEN, ReactionKind.LIKED, ReactionKind.DISLIKED)
    parts = [
        say_interests([*profile.holding(desk.now)], desk.domain),
        f"{len(seen)} {desk.domain.nouns} are marked as seen." if seen else "",
        "Each with your own words is in “Your taste”, where you can change or delete it.",
    ]
    return " ".join(part for part in parts if part)


def _say_forgotten(desk: Desk) -> str:
    if not desk.edited:
        return "I found nothing of that in your profile, so there is nothing to forget."
    return f"Forgotten: {join_words([say_key(key) for key in desk.edited])}."


def _say_help(domain: Domain, *, greet: bool) -> str:
    hello = "Hello! " if greet else ""
    return (
        f"{hello}Tell me which {domain.nouns} you love and which you are tired of, or what you are "
        "in the mood for. I show what fits and why, and you can correct what I learned."
    )
