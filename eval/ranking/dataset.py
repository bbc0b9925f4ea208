"""Dataset: a catalogue and what people did with it, as one value to evaluate on.

It knows items, users by number and who did what when; it does not know protocols or methods, nor
where the data came from (:mod:`eval.ranking.sources`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from eval.ranking.reviews import Reviews
from interest.errors import DataError
from retrieval.catalogue import Catalogue
from retrieval.matrix import InteractionMatrix
from retrieval.seams import BoolArray, IntArray
from retrieval.types import Interaction, Review

__all__ = ["Dataset", "GivenSplit", "has_times", "kept"]


@dataclass(frozen=True, kw_only=True)
class GivenSplit:
    """A split that a data set was published with.

    Attributes:
        tested: ``(n,) bool`` over the matrix: interactions to test on.
        negatives: ``(n_users, k) int64``; items of the catalogue that each user's tested item is
            ranked among.
    """

    tested: BoolArray
    negatives: IntArray


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """What an evaluation is done on.

    Attributes:
        name: For tables.
        catalogue: Every item that may be recommended, with or without interactions.
        matrix: All interactions; users by number.
        user_ids: ``(n_users,)``; the name of each number.
        described: Whether the catalogue tells anything about its items but their ids.
        given: The split that came with the data, if one did.
        reviews: What people wrote, if the source has it.
        notes: What people should know, one sentence each.
    """

    name: str
    catalogue: Catalogue
    matrix: InteractionMatrix
    user_ids: tuple[str, ...]
    described: bool = True
    given: GivenSplit | None = None
    reviews: Reviews | None = None
    notes: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        name: str,
        catalogue: Catalogue,
        interactions: Sequence[Interaction],
        *,
        described: bool = True,
        reviews: Sequence[Review] = (),
        notes: Sequence[str] = (),
    ) -> Dataset:
        """From single interactions; equal times stay in the order given. Reviews without an
        interaction are left out.

        Raises:
            DataError: There are no interactions.
            UnknownNameError: An interaction names an item that is not in the catalogue.
        """
        if not interactions:
            raise DataError(
                f"{name} has a catalogue and no interactions; a ranking is measured against what "
                "people did.",
                "Name a file with interactions: --data FILE, or build with --interactions FILE.",
            )
        matrix = InteractionMatrix.of(interactions, catalogue.row, len(catalogue))
        user_ids = tuple(sorted({one.user_id for one in interactions}))
        users = {name: number for number, name in enumerate(user_ids)}
        items = {item.item_id: row for row, item in enumerate(catalogue)}
        return cls(
            name=name,
            catalogue=catalogue,
            matrix=matrix,
            user_ids=user_ids,
            described=described,
            reviews=Reviews.of(reviews, users, items).within(matrix) if reviews else None,
            notes=tuple(notes),
        )

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 over the catalogue, the interactions, the reviews and the given split."""
        digest = hashlib.sha256(self.catalogue.content_hash.encode())
        digest.update("\n".join(self.user_ids).encode("utf-8", "surrogatepass"))
        matrix = self.matrix
        for array in (matrix.users, matrix.items, matrix.liked, matrix.times):
            digest.update(array.tobytes())
        if self.given is not None:
            digest.update(self.given.tested.tobytes())
            digest.update(self.given.negatives.tobytes())
        if self.reviews is not None:
            digest.update(self.reviews.users.tobytes() + self.reviews.items.tobytes())
            digest.update("\0".join(self.reviews.texts).encode("utf-8", "surrogatepass"))
        return digest.hexdigest()


def has_times(matrix: InteractionMatrix) -> bool:
    """Whether the source told when things happened."""
    return len(matrix.times) > 0 and float(np.ptp(matrix.times)) > 0.0


def kept(matrix: InteractionMatrix, keep: BoolArray) -> InteractionMatrix:
    """The same users and items with some of the interactions; numbers stay as they are."""
    return InteractionMatrix(
        n_users=matrix.n_users,
        n_items=matrix.n_items,
        users=matrix.users[keep],
        items=matrix.items[keep],
        liked=matrix.liked[keep],
        times=matrix.times[keep],
    )
