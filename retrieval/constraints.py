"""Constraints: what the catalogue can say about an interest and an item, and the filter from it.

It knows columns and verdicts; it does not know vectors or scores. What the catalogue cannot tell
is *unknown*, never assumed: an absent column, an open facet, a value that is not its own.

Rules, per facet kind:

======================  ===============================  =======================  ==============
facet                   positive preference              negative preference      unknown
======================  ===============================  =======================  ==============
category, entity        met: has the value               violated: has the value  column absent
number                  met: inside the range            violated: inside         column absent
open, aspect, unlinked  unknown                          unknown                  always
======================  ===============================  =======================  ==============

An item that lacks the value in the columns it has, while another column of the facet is absent,
is *unknown*: the value could stand there. Titles are not constraints.

Hard constraints that the catalogue can judge let through what *meets* them and nothing else.
Several hard positive values of one facet ("only comedy or romance") are alternatives: one is
enough, and then all of them read as met. Everything else must hold together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from interest.domain import Facet, FacetKind
from interest.errors import InputError
from interest.interests import Interest
from interest.ranges import NumberRange
from retrieval.catalogue import Catalogue
from retrieval.seams import BoolArray
from retrieval.types import Item, LedgerEntry, Verdict

__all__ = ["Constraints", "Relaxation"]

#: Names shown in one ledger entry; casts can be long.
_MOST_SHOWN = 4

_NAMED = (FacetKind.CATEGORY, FacetKind.ENTITY)


@dataclass(frozen=True, kw_only=True, slots=True)
class Relaxation:
    """What giving up one hard constraint would do.

    Attributes:
        interest: The constraint.
        matching: Items that meet all the others.
    """

    interest: Interest
    matching: int


@dataclass(frozen=True, kw_only=True, slots=True)
class _Judged:
    """Which items have what an interest names, as far as the catalogue knows.

    Attributes:
        has: ``(n_items,) bool``; the item has the value, or lies in the range.
        unknown: ``(n_items,) bool``; it cannot be told.
    """

    has: BoolArray
    unknown: BoolArray

    def met(self, polarity: int) -> BoolArray:
        return self.has if polarity > 0 else ~(self.has | self.unknown)


class Constraints:
    """Judges items against interests.

    Args:
        catalogue: Its domain names the facets and their columns.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def allowed(self, interests: Iterable[Interest]) -> BoolArray:
        """The living items that meet all hard constraints that the catalogue can judge.

        Returns:
            ``(n_items,) bool``.
        """
        mask = self._catalogue.living.copy()
        for group in self._groups(interests):
            judged = [(self._judge(interest), interest.polarity) for interest in group]
            passing = [found.met(polarity) for found, polarity in judged if found is not None]
            if passing:
                mask &= np.logical_or.reduce(passing)
        return mask

    def relaxations(
        self, interests: Sequence[Interest], candidates: BoolArray
    ) -> tuple[Relaxation, ...]:
        """What each hard constraint costs, the costliest first; alternatives count as one.

        Args:
            interests: The constraints, and whatever else holds; soft ones are passed over.
            candidates: ``(n_items,) bool``; items that could be returned at all.
        """
        found = [
            Relaxation(
                interest=group[0],
                matching=int(np.count_nonzero(self.allowed(_but(interests, group)) & candidates)),
            )
            for group in self._groups(interests)
            if any(self._judge(interest) is not None for interest in group)
        ]
        return tuple(sorted(found, key=lambda relaxation: -relaxation.matching))

    def ledger(self, item: Item, interests: Sequence[Interest]) -> tuple[LedgerEntry, ...]:
        """One entry per interest that has a sign and is no title, in their order."""
        entries = {
            interest.key: self._entry(item, interest)
            for interest in interests
            if interest.polarity and self._kind(interest) is not FacetKind.TITLE
        }
        for group in self._groups(interests):
            met = next((entries[i.key] for i in group if _met(entries[i.key])), None)
            for interest in group:
                if met is not None and not _met(entries[interest.key]):
                    entries[interest.key] = replace(met, interest=interest)
        return tuple(entries.values())

    def has(self, interest: Interest) -> BoolArray | None:
        """Which items have what the interest names; None where the catalogue cannot judge.

        Returns:
            ``(n_items,) bool`` or None.
        """
        judged = self._judge(interest)
        return None if judged is None else judged.has

    def _groups(self, interests: Iterable[Interest]) -> list[list[Interest]]:
        """Hard constraints, those together that are alternatives: positive names of one facet."""
        groups: dict[tuple[str, ...], list[Interest]] = {}
        for interest in interests:
            if interest.is_hard and interest.polarity:
                joint = interest.polarity > 0 and self._kind(interest) in _NAMED
                key = (interest.facet,) if joint else interest.key
                groups.setdefault(key, []).append(interest)
        return list(groups.values())

    def _facet(self, interest: Interest) -> Facet | None:
        return self._catalogue.domain.by_name.get(interest.facet)

    def _kind(self, interest: Interest) -> FacetKind | None:
        facet = self._facet(interest)
        return None if facet is None else facet.kind

    def _judge(self, interest: Interest) -> _Judged | None:
        facet = self._facet(interest)
        if facet is None or not facet.columns:
            return None
        if facet.kind is FacetKind.NUMBER:
            return self._judge_number(facet, interest.value)
        if facet.kind in _NAMED and interest.linked:
            return self._judge_name(facet, interest.value)
        return None

    def _judge_number(self, facet: Facet, value: str) -> _Judged | None:
        wanted = _range(value)
        if wanted is None:
            return None
        numbers = self._catalogue.numbers(facet.columns[0])
        low = -np.inf if wanted.low is None else wanted.low
        high = np.inf if wanted.high is None else wanted.high
        return _Judged(has=(numbers >= low) & (numbers <= high), unknown=np.isnan(numbers))

    def _judge_name(self, facet: Facet, value: str) -> _Judged:
        has = np.zeros(len(self._catalogue), dtype=np.bool_)
        known = np.ones(len(self._catalogue), dtype=np.bool_)
        for column in facet.columns:
            has[self._catalogue.holders(column, value)] = True
            known &= self._catalogue.knows(column)
        return _Judged(has=has, unknown=~(has | known))

    def _entry(self, item: Item, interest: Interest) -> LedgerEntry:
        """The verdict on one item, from the item alone; the filter judges whole columns."""
        facet = self._facet(interest)
        has = None if facet is None else _has(facet, item, interest)
        if facet is None or has is None:
            return LedgerEntry(interest=interest, verdict=Verdict.UNKNOWN)
        column = _deciding(facet, item, interest.value)
        return LedgerEntry(
            interest=interest,
            verdict=Verdict.MET if has is (interest.polarity > 0) else Verdict.VIOLATED,
            column=column,
            value=_shown(item, column, interest.value),
        )


def _has(facet: Facet, item: Item, interest: Interest) -> bool | None:
    """Whether the item has what the interest names; None where the catalogue cannot tell."""
    if facet.kind is FacetKind.NUMBER and facet.columns:
        wanted, number = _range(interest.value), item.number(facet.columns[0])
        return None if wanted is None or number is None else wanted.contains(number)
    if facet.kind not in _NAMED or not facet.columns or not interest.linked:
        return None
    value = interest.value.casefold()
    if any(value == name.casefold() for column in facet.columns for name in item.names(column)):
        return True
    return False if all(item.names(column) for column in facet.columns) else None


def _met(entry: LedgerEntry) -> bool:
    return entry.verdict is Verdict.MET


def _but(interests: Sequence[Interest], group: Sequence[Interest]) -> list[Interest]:
    return [interest for interest in interests if interest not in group]


def _range(value: str) -> NumberRange | None:
    try:
        return NumberRange.parse(value)
    except InputError:
        return None


def _deciding(facet: Facet, item: Item, value: str) -> str:
    """The column that holds the value, or the first one that is known."""
    wanted = value.casefold()
    holding = (c for c in facet.columns if wanted in map(str.casefold, item.names(c)))
    known = (c for c in facet.columns if c in item.attributes)
    return next(holding, next(known, ""))


def _shown(item: Item, column: str, value: str) -> str:
    """What the item has in a column, for people; what was asked about comes first."""
    number = item.number(column)
    if number is not None:
        return f"{number:g}"
    wanted = value.casefold()
    names = sorted(item.names(column), key=lambda name: name.casefold() != wanted)
    tail = ", …" if len(names) > _MOST_SHOWN else ""
    return ", ".join(names[:_MOST_SHOWN]) + tail
