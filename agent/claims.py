"""Claims: what an explanation may state, and the check that each statement rests on something.

It knows how to find reasons and how to resolve them; it does not know how they are phrased into
sentences (:mod:`agent.phrasing`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from agent.turns import Claim, ClaimKind
from interest.domain import Domain, FacetKind
from interest.interests import Interest
from interest.profile import InterestProfile, ReactionKind
from interest.ranges import NumberRange
from retrieval.engine import Engine
from retrieval.types import Candidate, Item, LedgerEntry, Verdict

__all__ = ["find_claims", "resolves", "shared_names"]

#: More reasons than this hide the good ones.
_MOST_SHARED = 4
_MOST_PER_COLUMN = 2
_MOST_SOURCES = 2
#: A value that a larger share of the catalogue has is no reason.
_COMMON = 0.25


def find_claims(
    candidate: Candidate,
    profile: InterestProfile,
    engine: Engine,
    *,
    like: Sequence[str] = (),
) -> tuple[Claim, ...]:
    """Reasons for a candidate, strongest first; every one of them resolves.

    Args:
        candidate: With its ledger.
        profile: The profile that the candidate was found for.
        engine: Gives the catalogue and the number of people who liked two items.
        like: Items that the request starts from.
    """
    item = engine.catalogue.item(candidate.item_id)
    claims = [
        *_from_items(item, profile, engine, like),
        *_from_ledger(item, candidate.ledger, engine.catalogue.domain),
    ]
    return tuple(dict.fromkeys(c for c in claims if resolves(c, profile, engine)))


def resolves(claim: Claim, profile: InterestProfile, engine: Engine) -> bool:
    """Whether a claim rests on the user's words, an item's attribute or a count of people."""
    match claim.kind:
        case ClaimKind.WORDS:
            return _words_hold(claim, profile)
        case ClaimKind.ATTRIBUTE:
            return _attribute_holds(claim, engine)
        case ClaimKind.SUPPORT:
            count = engine.support(claim.item_id, claim.other_item_id)
            return str(count) == claim.value and claim.value in claim.text


def _words_hold(claim: Claim, profile: InterestProfile) -> bool:
    if claim.evidence is None or claim.evidence.quote not in claim.text:
        return False
    if claim.interest is not None:
        interest = profile.by_key.get(claim.interest)
        return interest is not None and claim.evidence in interest.evidence
    return any(claim.evidence in reaction.evidence for reaction in profile.reactions)


def _attribute_holds(claim: Claim, engine: Engine) -> bool:
    if claim.item_id not in engine.catalogue or claim.value not in claim.text:
        return False
    item = engine.catalogue.item(claim.item_id)
    number = item.number(claim.column)
    return claim.value in item.names(claim.column) or (
        number is not None and claim.value == f"{number:g}"
    )


def _from_items(
    item: Item, profile: InterestProfile, engine: Engine, like: Sequence[str]
) -> Iterable[Claim]:
    """What the item shares with those that the person named or liked, best source first."""
    liked = reversed(profile.items(ReactionKind.LIKED))
    sources = [
        engine.catalogue.item(item_id)
        for item_id in dict.fromkeys((*like, *liked))
        if item_id in engine.catalogue and item_id != item.item_id
    ]
    ranked = sorted(
        sources,
        key=lambda source: (source.item_id in like, _closeness(item, source, engine)),
        reverse=True,
    )
    for source in ranked[:_MOST_SOURCES]:
        yield from _shared_claims(item, source, profile, engine, like)


def _closeness(item: Item, source: Item, engine: Engine) -> float:
    """Rare values in common count more: sharing a director says more than sharing a genre."""
    shared = shared_names(item, source, engine.catalogue.domain)
    rarity = sum(1 / len(engine.catalogue.holders(column, name)) for column, name in shared)
    return rarity + engine.support(item.item_id, source.item_id) / 1000


def shared_names(item: Item, other: Item, domain: Domain) -> list[tuple[str, str]]:
    """(column, name) pairs that two items share, each name once, telling columns first."""
    pairs = [
        (column, name)
        for column in domain.telling
        for name in item.names(column)
        if name in other.names(column)
    ]
    named: set[str] = set()
    return [p for p in pairs if not (p[1] in named or named.add(p[1]))]


def _telling(pairs: Sequence[tuple[str, str]], engine: Engine) -> list[tuple[str, str]]:
    """The pairs worth saying: well-known people, rare categories, at most two per column."""
    catalogue = engine.catalogue
    entities = {c for f in catalogue.domain.of_kind(FacetKind.ENTITY) for c in f.columns}

    def worth(pair: tuple[str, str]) -> int:
        """How many items have it: for a person the more the better known, for a genre not."""
        holders = len(catalogue.holders(*pair))
        return -holders if pair[0] in entities else holders

    rare = [
        pair
        for pair in pairs
        if pair[0] in entities or len(catalogue.holders(*pair)) < _COMMON * len(catalogue)
    ]
    chosen: list[tuple[str, str]] = []
    for column in dict.fromkeys(pair[0] for pair in pairs):
        here = sorted((pair for pair in rare or pairs if pair[0] == column), key=worth)
        chosen += here[:_MOST_PER_COLUMN]
    return chosen[:_MOST_SHARED]


def _shared_claims(
    item: Item, source: Item, profile: InterestProfile, engine: Engine, like: Sequence[str]
) -> Iterable[Claim]:
    domain = engine.catalogue.domain
    words = _words_about(source, profile, domain)
    if words is None and source.item_id not in like:
        return
    shared = _telling(shared_names(item, source, domain), engine)
    support = engine.support(item.item_id, source.item_id)
    if not shared and not support:
        return
    if words is not None:
        yield words
    for column, name in shared:
        yield Claim(
            kind=ClaimKind.ATTRIBUTE,
            text=f"{domain.phrase(column, name)}, like {source.label}",
            item_id=item.item_id,
            column=column,
            value=name,
            other_item_id=source.item_id,
        )
    if support:
        people = "person" if support == 1 else "people"
        yield Claim(
            kind=ClaimKind.SUPPORT,
            text=f"{support} {people} liked both this and {source.label}",
            item_id=item.item_id,
            value=str(support),
            other_item_id=source.item_id,
        )


def _words_about(source: Item, profile: InterestProfile, domain: Domain) -> Claim | None:
    """The words with which the person brought up an item."""
    for facet in domain.of_kind(FacetKind.TITLE):
        interest = profile.by_key.get((facet.name, source.label))
        if interest is not None:
            return _words(interest, f"you named {source.label}", item_id=source.item_id)
    for reaction in profile.reactions:
        if reaction.item_id == source.item_id:
            evidence = reaction.evidence[-1]
            return Claim(
                kind=ClaimKind.WORDS,
                text=f"you {reaction.kind.value} {source.label}: “{evidence.quote}”",
                item_id=source.item_id,
                evidence=evidence,
            )
    return None


def _words(interest: Interest, lead: str, *, item_id: str = "") -> Claim:
    evidence = interest.evidence[-1]
    return Claim(
        kind=ClaimKind.WORDS,
        text=f"{lead}: “{evidence.quote}”",
        item_id=item_id,
        interest=interest.key,
        evidence=evidence,
    )


def _from_ledger(item: Item, ledger: Sequence[LedgerEntry], domain: Domain) -> Iterable[Claim]:
    """One pair of claims per interest that the item meets: what it has, and what was said."""
    for entry in ledger:
        if entry.verdict is Verdict.UNKNOWN:
            yield from _from_hints(item, entry.interest, domain)
        if entry.verdict is not Verdict.MET or not entry.column:
            continue
        value = _value_that_meets(item, entry, domain)
        if value is None:
            continue
        yield Claim(
            kind=ClaimKind.ATTRIBUTE,
            text=domain.phrase(entry.column, value),
            item_id=item.item_id,
            column=entry.column,
            value=value,
            interest=entry.interest.key,
        )
        yield _words(entry.interest, "you said")


def _from_hints(item: Item, interest: Interest, domain: Domain) -> Iterable[Claim]:
    """No column holds "funny", but the domain says which genres are likely to be."""
    if interest.polarity < 0:
        return
    hints = domain.facet(interest.facet).hints.get(interest.value, {})
    for facet, names in hints.items():
        for column in domain.facet(facet).columns:
            for name in names:
                if name in item.names(column):
                    yield Claim(
                        kind=ClaimKind.ATTRIBUTE,
                        text=domain.phrase(column, name),
                        item_id=item.item_id,
                        column=column,
                        value=name,
                        interest=interest.key,
                    )
                    yield _words(interest, "you said")
                    return


def _value_that_meets(item: Item, entry: LedgerEntry, domain: Domain) -> str | None:
    """What the item has that meets the interest; None where it is met by having something else."""
    if domain.facet(entry.interest.facet).kind is FacetKind.NUMBER:
        number = item.number(entry.column)
        inside = number is not None and NumberRange.parse(entry.interest.value).contains(number)
        wanted = inside == (entry.interest.polarity > 0)
        return f"{number:g}" if number is not None and wanted else None
    wanted_name = entry.interest.value
    has_it = entry.interest.polarity > 0 and wanted_name in item.names(entry.column)
    return wanted_name if has_it else None
