"""From a profile and a turn to a query: what retrieval is asked.

It knows which words start a new request and which refine the running one; it does not know how
items are found.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from agent.conversation import Conversation
from agent.planner import Act, Plan
from interest.circumstances import conditions_named, is_in_force, setting_facets
from interest.domain import Domain, FacetKind
from interest.extraction import Mention, Relation, condition_of
from interest.interests import Interest, InterestKey, condition_in, interest_key
from interest.merge import effective_preference
from interest.profile import InterestProfile, ReactionKind
from retrieval.types import Query

__all__ = ["Request", "make_query", "make_request", "running_request"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What is being asked for, across the turns that refine it.

    Attributes:
        like: Items to start from.
        wishes: Keys of the interests that this request asks for.
        words: Free words, to be matched by meaning.
        exclude: Items that the person has had enough of in this conversation.
        conditions: Conditions whose circumstances it names, of interests that have one.
    """

    like: tuple[str, ...] = ()
    wishes: tuple[InterestKey, ...] = ()
    words: str = ""
    exclude: frozenset[str] = frozenset()
    conditions: tuple[str, ...] = ()


def running_request(conversation: Conversation) -> Request:
    """What a conversation asks for so far."""
    return Request(
        like=conversation.like,
        wishes=conversation.wishes,
        conditions=conversation.conditions,
    )


def make_request(
    plan: Plan,
    mentions: Sequence[Mention],
    conversation: Conversation,
    domain: Domain,
    *,
    text: str = "",
    known: Iterable[InterestKey] = (),
    reacts: bool = False,
) -> Request:
    """Decide what the turn asks for, together with what still runs from the turns before.

    A turn that only adds limits, moods or dislikes refines the running request, and one that asks
    for more or only judges what was shown goes on with it; one that names something new to start
    from begins another.

    Args:
        plan: What the turn asks for.
        mentions: What was read from it.
        conversation: Holds the running request.
        domain: Says which facets are limits and moods.
        text: What was said.
        known: Keys of the person's interests: whose conditions the text may name.
        reacts: Whether the turn judges items of the last list.
    """
    running = running_request(conversation)
    named = _named(text, known, mentions, domain)
    both = tuple(dict.fromkeys((*running.conditions, *named)))
    if plan.act is Act.MORE or (reacts and not mentions):
        return replace(running, exclude=conversation.ever_shown, conditions=both)
    if plan.act not in (Act.RECOMMEND, Act.SIMILAR):
        return running
    like = plan.like or _starting_points(mentions)
    wishes = tuple(
        interest_key(mention.facet, mention.value, condition_of(mention, text))
        for mention in mentions
        if mention.polarity and domain.facet(mention.facet).kind is not FacetKind.TITLE
    )
    if mentions and _refines(mentions, domain):
        like = like or running.like
        wishes = tuple(dict.fromkeys(running.wishes + wishes))
        named = both
    words = "" if mentions else plan.words
    return Request(like=like, wishes=wishes, words=words, conditions=named)


def _named(
    text: str, known: Iterable[InterestKey], mentions: Sequence[Mention], domain: Domain
) -> tuple[str, ...]:
    """The conditions that a turn names, by its words or by a setting that it asks for."""
    asked = [
        (mention.facet, mention.value)
        for mention in mentions
        if mention.polarity > 0 and mention.facet in setting_facets(domain)
    ]
    return conditions_named((condition_in(key) for key in known), text, domain, asked)


def _starting_points(mentions: Sequence[Mention]) -> tuple[str, ...]:
    """Items named as examples, and those praised in the same breath."""
    examples = [m for m in mentions if m.item_ids and m.relation is Relation.REFERENCE]
    praised = [
        m for m in mentions if m.item_ids and m.relation is Relation.TASTE and m.polarity > 0
    ]
    return tuple(dict.fromkeys(m.item_ids[0] for m in examples or praised))


def _refines(mentions: Sequence[Mention], domain: Domain) -> bool:
    limits = (FacetKind.NUMBER, FacetKind.OPEN)
    return all(m.polarity < 0 or domain.facet(m.facet).kind in limits for m in mentions)


def make_query(
    request: Request, profile: InterestProfile, domain: Domain, *, n: int, now: datetime
) -> Query:
    """Ask for what the request wants and the profile allows.

    What holds under a condition that the request does not name neither filters nor scores; what
    holds under one that it names goes before what was said in general.
    """
    titles = {facet.name for facet in domain.of_kind(FacetKind.TITLE)}
    holding = [
        replace(interest, preference=effective_preference(interest, now))
        for interest in profile.holding(now)
        if interest.facet not in titles and is_in_force(interest.condition, request.conditions)
    ]
    holding = [i for i in holding if not _gives_way(i, holding, domain)]
    wished = frozenset(request.wishes)
    met_before = profile.items(*ReactionKind)
    return Query(
        n=n,
        text=request.words,
        interests=_those(holding, wished, inside=False),
        wishes=_those(holding, wished, inside=True),
        like=request.like,
        liked=profile.items(ReactionKind.LIKED),
        disliked=profile.items(ReactionKind.DISLIKED, ReactionKind.REJECTED),
        exclude=request.exclude.union(met_before, request.like),
    )


def _gives_way(interest: Interest, holding: Sequence[Interest], domain: Domain) -> bool:
    """Whether a condition that is named says otherwise of the same value, or of what alone may be.

    "No horror" gives way to "horror is fine at Halloween", and "only crime" to "only comedies with
    the kids": as alternatives, both would let crime through.
    """
    if interest.condition:
        return False
    facet = domain.by_name.get(interest.facet)
    named = facet is not None and facet.kind in (FacetKind.CATEGORY, FacetKind.ENTITY)
    alone = named and interest.is_hard and interest.polarity > 0
    return any(
        other.value == interest.value or (alone and other.is_hard and other.polarity > 0)
        for other in holding
        if other.condition and other.facet == interest.facet
    )


def _those(
    interests: Sequence[Interest], keys: frozenset[InterestKey], *, inside: bool
) -> tuple[Interest, ...]:
    return tuple(i for i in interests if i.polarity and (i.key in keys) is inside)
