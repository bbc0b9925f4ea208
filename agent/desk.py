"""The desk: one turn's working state, and the acts that tools may do on it.

It knows the turn's profile, the engine and what has been found so far; it does not know LangChain
(:mod:`agent.tools` wraps it), models, or the store. What the acts return is data for a model to
read; what people see is made from the typed values that stay here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from agent.claims import find_claims
from agent.forgetting import forget
from agent.nearest import nearest_items
from agent.phrasing import join_words, say_explanation
from agent.references import find_references
from agent.request import Request, make_query
from agent.turns import Explanation, Recommendation
from agent.wire import key_to_json
from interest.domain import Domain, FacetKind
from interest.edits import add_interest
from interest.interests import InterestKey, Strictness, condition_words, interest_key
from interest.linking import Linker
from interest.profile import InterestProfile, ReactionKind
from retrieval.engine import Engine
from retrieval.types import Candidate, Item, Query

__all__ = ["Desk"]

#: Values per column that a model gets to read; casts can be long.
_MOST_NAMES = 5


@dataclass(kw_only=True)
class Desk:
    """The working state of one turn. Mutable, used by one thread.

    Attributes:
        engine: Retrieval over the catalogue.
        linker: Words to values of the catalogue.
        profile: The person's profile; edits made in this turn are in it.
        request: What is being asked for.
        shown: Items of the list shown before this turn, in order.
        ever_shown: Every item shown in this conversation.
        n: How many items the caller wants.
        now: The moment of the turn.
        turn_id: Identifies the turn in evidence.
        found: The recommendations of this turn.
        topic: The item that the turn is about, or "".
        notices: Things to be said openly.
        edited: Keys that this turn removed or changed by the person's wish.
        facts: Everything that a reply of this turn may state.
        ms: Milliseconds per stage of retrieval, explanations included.
    """

    engine: Engine
    linker: Linker
    profile: InterestProfile
    request: Request
    shown: tuple[str, ...] = ()
    ever_shown: frozenset[str] = frozenset()
    n: int = 5
    now: datetime
    turn_id: str
    found: tuple[Recommendation, ...] = ()
    topic: str = ""
    notices: list[str] = field(default_factory=list[str])
    edited: list[InterestKey] = field(default_factory=list[InterestKey])
    facts: list[str] = field(default_factory=list[str])
    ms: dict[str, float] = field(default_factory=dict[str, float])

    @property
    def domain(self) -> Domain:
        return self.engine.catalogue.domain

    def recommend(
        self,
        n: int | None = None,
        *,
        like: Sequence[str] = (),
        words: str = "",
        more: bool = False,
    ) -> dict[str, Any]:
        """Recommend from the profile and the running request.

        Args:
            n: How many; the caller's number if None.
            like: Titles, ids or "#2" to start from, besides those of the request.
            words: Free words to match by meaning.
            more: Leave out everything shown in this conversation.
        """
        starts = tuple(item.item_id for item in map(self.resolve, like) if item is not None)
        self.request = replace(
            self.request,
            like=tuple(dict.fromkeys((*self.request.like, *starts))),
            words=words or self.request.words,
            exclude=self.request.exclude | (self.ever_shown if more else frozenset()),
        )
        wanted = self.n if n is None else max(1, min(n, 20))
        query = make_query(self.request, self.profile, self.domain, n=wanted, now=self.now)
        return self._answer(query)

    def similar(self, title: str, n: int | None = None) -> dict[str, Any]:
        """Recommend what is like one item."""
        item = self.resolve(title)
        if item is None:
            return self._unknown(title)
        self.request = replace(self.request, like=(item.item_id,), wishes=(), words="")
        self.topic = item.item_id
        return self.recommend(n)

    def search(
        self, words: str, n: int | None = None, *, titles_only: bool = False
    ) -> dict[str, Any]:
        """Look for items by title or by meaning, whatever the profile says.

        Args:
            words: A title or a topic.
            n: How many.
            titles_only: Whether only titles that are spelled like the words count.
        """
        wanted = self.n if n is None else max(1, min(n, 20))
        item = self.resolve(words)
        if item is None:
            self.say_unknown(words)
        if titles_only:
            near = nearest_items(words, self.engine.catalogue, wanted)
            picks = [self.judge(found) for found in (near if item is None else (item,))]
        else:
            picks = [self._recommendation(found) for found in self.engine.search(words, wanted)]
        self.topic = "" if item is None else item.item_id
        self.found = tuple(replace(pick, rank=place) for place, pick in enumerate(picks, 1))
        return {"items": [self._facts_of(pick.item) for pick in self.found]}

    def explain(self, title: str) -> dict[str, Any]:
        """Why an item is, or would be, recommended to this person."""
        item = self.resolve(title)
        if item is None:
            return self._unknown(title)
        self.topic = item.item_id
        pick = self.judge(item)
        self.facts.append(pick.explanation.text)
        return {"item": self._facts_of(item), "why": pick.explanation.text, "ledger": _said(pick)}

    def look_up(self, title: str) -> dict[str, Any]:
        """What the catalogue says about an item."""
        item = self.resolve(title)
        if item is None:
            return self._unknown(title)
        self.topic = item.item_id
        return {"item": self._facts_of(item, everything=True)}

    def read_profile(self) -> dict[str, Any]:
        """The person's interests and reactions."""
        interests = [
            {
                "facet": interest.facet,
                "value": interest.value,
                "preference": round(interest.preference, 2),
                "strictness": interest.strictness.value,
                **({"condition": interest.condition} if interest.condition else {}),
                "quote": interest.evidence[-1].quote,
            }
            for interest in self.profile.interests
        ]
        self.facts += [f"{entry['value']} {entry['quote']}" for entry in interests]
        labels = {kind.value: self._labels(self.profile.items(kind)) for kind in ReactionKind}
        self.facts += [label for found in labels.values() for label in found]
        return {"interests": interests, **labels}

    def forget(self, keys: Sequence[InterestKey]) -> dict[str, Any]:
        """Delete interests that the person takes back; titles lose their reaction as well."""
        known = [key for key in keys if key in self.profile.by_key]
        self.profile = forget(self.profile, known, self.domain, self.linker, now=self.now)
        self.edited += known
        self.facts += [part for key in known for part in key[1:]]
        return {"deleted": [key_to_json(key) for key in known]}

    def note(
        self,
        facet: str,
        value: str,
        preference: float,
        strictness: Strictness,
        *,
        condition: str = "",
    ) -> dict[str, Any]:
        """Add or change an interest because the person asked for it."""
        under = condition_words(condition)
        linked = self.linker.link(facet, value)
        values = (value,) if linked is None else linked.values
        for canonical in values:
            self.profile = add_interest(
                self.profile,
                self.domain,
                facet,
                canonical,
                preference=preference,
                strictness=strictness,
                now=self.now,
                edit_id=self.turn_id,
                linked=linked is not None or None,
                condition=under,
            )
            self.edited.append(interest_key(facet, canonical, under))
            self.facts.append(canonical)
        return {"noted": {"facet": facet, "values": list(values), "preference": preference}}

    def judge(self, item: Item) -> Recommendation:
        """Ledger, parts and explanation of any item, recommended or not."""
        query = make_query(self.request, self.profile, self.domain, n=1, now=self.now)
        return self._recommendation(self.engine.judge(item.item_id, query))

    def resolve(self, words: str) -> Item | None:
        """The item that an id, a title, a label or "#2" means; None if there is none."""
        if words in self.engine.catalogue:
            return self.engine.catalogue.item(words)
        references = find_references(words, self.shown, noun=self.domain.noun)
        if references:
            return self.engine.catalogue.item(references[0].item_id)
        for facet in self.domain.of_kind(FacetKind.TITLE):
            linked = self.linker.link(facet.name, words)
            if linked is not None and linked.item_ids:
                return self.engine.catalogue.item(linked.item_ids[0])
        return None

    def _answer(self, query: Query) -> dict[str, Any]:
        answer = self.engine.recommend(query)
        self.ms.update(answer.ms)
        self.found = tuple(self._recommendation(candidate) for candidate in answer.candidates)
        self._say_relaxations(query, answer.relaxations)
        return {
            "items": [
                {**self._facts_of(pick.item), "why": pick.explanation.text, "ledger": _said(pick)}
                for pick in self.found
            ],
            "notices": list(self.notices),
        }

    def _recommendation(self, candidate: Candidate) -> Recommendation:
        catalogue = self.engine.catalogue
        claims = find_claims(candidate, self.profile, self.engine, like=self.request.like)
        sources = {claim.other_item_id for claim in claims if claim.other_item_id}
        labels = {item_id: catalogue.item(item_id).label for item_id in sources}
        return Recommendation(
            item=catalogue.item(candidate.item_id),
            rank=candidate.rank,
            score=candidate.score,
            parts=candidate.parts,
            ledger=candidate.ledger,
            explanation=Explanation(
                text=say_explanation(claims, labels, self.domain), claims=claims
            ),
            cold=candidate.cold,
        )

    def _say_relaxations(self, query: Query, relaxations: Sequence[Any]) -> None:
        """Offer what would open the list up; never do it unasked."""
        if len(self.found) >= query.n:
            return
        for relaxation in relaxations:
            quote = relaxation.interest.evidence[-1].quote
            self.notices.append(
                f"Without “{quote}” {relaxation.matching} {self.domain.nouns} would fit."
            )

    def _unknown(self, words: str) -> dict[str, Any]:
        self.say_unknown(words)
        return {"error": f"not in the catalogue: {words}", "notices": list(self.notices)}

    def say_unknown(self, words: str) -> None:
        """Say that something is not in the catalogue, with the nearest title that is."""
        near = [item.label for item in nearest_items(words, self.engine.catalogue)]
        tail = f" The nearest is {join_words(near, 'or')}." if near else ""
        self.notices.append(f"“{words.strip()}” is not in the catalogue.{tail}")

    def _facts_of(self, item: Item, *, everything: bool = False) -> dict[str, Any]:
        """What a model may read about an item; it becomes citable by being read."""
        most = None if everything else _MOST_NAMES
        shown: dict[str, str | float | list[str]] = {"item_id": item.item_id, "title": item.label}
        for column in self.domain.phrases:
            value = item.attributes.get(column)
            if value is not None:
                shown[column] = list(value[:most]) if isinstance(value, tuple) else value
        if everything and item.description:
            shown["description"] = item.description
        self.facts += [part for value in shown.values() for part in _parts(value)]
        return shown

    def _labels(self, item_ids: Sequence[str]) -> list[str]:
        catalogue = self.engine.catalogue
        return [catalogue.item(i).label if catalogue.has_row(i) else i for i in item_ids]


def _parts(value: str | float | list[str]) -> list[str]:
    if isinstance(value, list):
        return value
    return [value if isinstance(value, str) else f"{value:g}"]


def _said(pick: Recommendation) -> list[str]:
    return [f"{e.interest.facet}={e.interest.value}: {e.verdict.value}" for e in pick.ledger]
