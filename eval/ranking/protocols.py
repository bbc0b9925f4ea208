"""Protocols: how a ranking is tested, each explained in a line.

It knows the splits and the views in which their trials are ranked; it does not know methods.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from eval.ranking.dataset import Dataset, has_times
from eval.ranking.division import N_NEGATIVES, SplitOptions
from eval.ranking.held_out import REVEALED, cold_items, cold_users, strong_generalisation
from eval.ranking.splits import (
    given_split,
    leave_one_out,
    random_holdout,
    time_split,
    user_split,
)
from eval.ranking.trials import Split
from interest.errors import InputError, UnknownNameError
from retrieval.matrix import InteractionMatrix

__all__ = ["PROTOCOLS", "Protocol", "View", "choose_protocols", "obstacle"]

Splitter = Callable[[InteractionMatrix, np.random.Generator, SplitOptions], Split]


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """One way in which a trial is ranked.

    Attributes:
        name: In figures and thresholds.
        line: What is ranked, for people.
        sampled: Whether only some items are ranked. Such figures do not tell how methods compare
            on a whole catalogue (Krichene and Rendle 2020).
        lists: Whether the lists are what somebody would be shown, so that their coverage, novelty
            and diversity mean something.
    """

    name: str
    line: str
    sampled: bool = False
    lists: bool = True


_FULL = View(name="full", line="whole catalogue, seen items removed")
_KEPT = View(
    name="kept",
    line="whole catalogue, seen items kept (as in the TensorFlow Recommenders tutorial)",
    lists=False,
)
_SAMPLED = View(
    name="sampled",
    line=f"the tested item among {N_NEGATIVES} that the user never saw (sampled)",
    sampled=True,
    lists=False,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Protocol:
    """A way to test.

    Attributes:
        name: On the command line.
        line: What it does, in a line.
        split: Divides the data.
        views: The primary one first.
        measure: The primary measure.
        timed: Whether it needs times.
        drawn: Whether it depends on a seed, so that several seeds say more.
        inner: Divides the training part for validation, where that is not done by ``split``.
    """

    name: str
    line: str
    split: Splitter
    views: tuple[View, ...]
    measure: str = "nDCG@20"
    timed: bool = False
    drawn: bool = False
    inner: Splitter | None = None

    def divide(self, data: Dataset, seed: int, options: SplitOptions) -> Split:
        """The split of a data set for a seed."""
        return self.split(data.matrix, self._rng(seed, 0), options)

    def validation(self, train: InteractionMatrix, seed: int, options: SplitOptions) -> Split:
        """The same kind of split inside a training part."""
        return (self.inner or self.split)(train, self._rng(seed, 1), options)

    def _rng(self, seed: int, depth: int) -> np.random.Generator:
        return np.random.default_rng([seed, zlib.crc32(self.name.encode()), depth])


PROTOCOLS: tuple[Protocol, ...] = (
    Protocol(
        name="leave-one-out",
        line="the last interaction of every user is hidden and ranked in the whole catalogue, and "
        f"among {N_NEGATIVES} sampled negatives",
        split=leave_one_out,
        views=(_FULL, _KEPT, _SAMPLED),
        measure="nDCG@10",
        timed=True,
    ),
    Protocol(
        name="user-split",
        line="the last fifth of every user's interactions is hidden",
        split=user_split,
        views=(_FULL, _KEPT),
        timed=True,
    ),
    Protocol(
        name="time-split",
        line="everything after one moment is hidden; by then some users are new",
        split=time_split,
        views=(_FULL, _KEPT),
        timed=True,
    ),
    Protocol(
        name="cold-items",
        line="a fifth of the items is never trained; ranked among themselves and in the whole "
        "catalogue",
        split=cold_items,
        views=(
            View(
                name="among-cold",
                line="only items that were never trained, all that the user ever came to wanted",
                lists=False,
            ),
            View(name="full", line="whole catalogue, seen items removed, all items wanted"),
            View(
                name="full-cold",
                line="whole catalogue, seen items removed, only never trained items wanted",
                lists=False,
            ),
        ),
        drawn=True,
    ),
    Protocol(
        name="cold-users",
        line="a fifth of the users is never trained; "
        f"{', '.join(map(str, REVEALED))} of their likes are revealed",
        split=cold_users,
        views=tuple(
            View(name=f"likes-{n}", line=f"whole catalogue, {n} likes known")
            for n in sorted(REVEALED, key=lambda n: (n != 5, n))
        ),
        drawn=True,
    ),
    Protocol(
        name="strong",
        line="strong generalisation: a fifth of the users is never trained; four fifths of their "
        "history is revealed",
        split=strong_generalisation,
        views=(_FULL, _KEPT),
        drawn=True,
    ),
    Protocol(
        name="given",
        line="the split that the data came with, and its negatives",
        split=given_split,
        views=(_FULL, _KEPT, _SAMPLED),
        measure="nDCG@10",
        inner=random_holdout,
    ),
)


def obstacle(protocol: Protocol, data: Dataset) -> str:
    """Why a protocol cannot be used with the data, in a sentence; "" if it can."""
    if protocol.timed and not has_times(data.matrix):
        return f"{protocol.name} needs to know when things happened, and {data.name} has no times."
    if protocol.split is given_split and data.given is None:
        return f"{data.name} came without a split."
    return ""


def choose_protocols(names: Sequence[str], data: Dataset) -> tuple[Protocol, ...]:
    """Protocols by name; without names all that the data allows.

    Raises:
        UnknownNameError: There is no such protocol.
        InputError: The data does not allow one that was named; says why.
    """
    if not names:
        return tuple(one for one in PROTOCOLS if not obstacle(one, data))
    by_name = {protocol.name: protocol for protocol in PROTOCOLS}
    chosen: list[Protocol] = []
    for name in dict.fromkeys(names):
        if name not in by_name:
            raise UnknownNameError(
                f"There is no protocol {name!r}.", f"Choose among: {', '.join(by_name)}."
            )
        reason = obstacle(by_name[name], data)
        if reason:
            able = [one.name for one in PROTOCOLS if not obstacle(one, data)]
            raise InputError(reason, f"Choose among: {', '.join(able)}.")
        chosen.append(by_name[name])
    return tuple(chosen)
