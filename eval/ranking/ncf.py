"""The split of He et al. 2017 (Neural Collaborative Filtering) as files.

It knows their names and columns; it does not know how a split is used. ``NAME.test.rating`` has
one tested item per user, ``NAME.test.negative`` 99 items to rank it among, the training part is
``NAME.train.rating`` or the arrays ``NAME.train.rebuilt.npz`` (user, item, rating).
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.ranking.dataset import Dataset, GivenSplit
from interest.domain import Domain
from interest.errors import DataError
from retrieval.catalogue import Catalogue
from retrieval.importers import load_catalogue
from retrieval.matrix import InteractionMatrix, liked_from
from retrieval.seams import IntArray
from retrieval.types import Item

__all__ = ["is_ncf_folder", "read_ncf_folder"]

_ITEMS_FILE = "items.json"


def is_ncf_folder(folder: Path) -> bool:
    """Whether a folder holds such a split."""
    return any(folder.glob("*.test.negative")) and any(folder.glob("*.test.rating"))


def read_ncf_folder(folder: Path, domain: Domain) -> Dataset:
    """Read the split, and the items from ``items.json`` if there are any.

    The tested interaction comes after all others of its user. The times of the test file are not
    used: the training part has none.

    Raises:
        DataError: A file is missing, is not in this form, or names users and items that the
            others do not have.
    """
    test_file, negative_file = (
        sorted(folder.glob(f"*.test.{kind}"))[0] for kind in ("rating", "negative")
    )
    users, items, values = _train(folder, test_file.name.removesuffix(".test.rating"))
    tested = _numbers(test_file, 3)
    negatives = _negatives(negative_file, tested)
    n_users = int(max(users.max(), tested[:, 0].max())) + 1
    n_items = int(max(items.max(), tested[:, 1].max(), negatives.max())) + 1
    if not np.array_equal(tested[:, 0], np.arange(n_users)):
        raise DataError(
            f"{test_file} should test every user once, in the order of their numbers.",
            "Check where it comes from.",
        )
    catalogue, described = _catalogue(folder, n_items, domain)
    return Dataset(
        name=folder.resolve().name,
        catalogue=catalogue,
        matrix=_matrix(users, items, values, tested, (n_users, n_items)),
        user_ids=tuple(map(str, range(n_users))),
        described=described,
        given=GivenSplit(tested=_last_of_users(users, n_users), negatives=negatives),
        notes=("No times: the order of a user's interactions is not known.",),
    )


def _train(folder: Path, name: str) -> tuple[IntArray, IntArray, NDArray[np.float64]]:
    """Users, items and ratings, by user."""
    arrays, plain = folder / f"{name}.train.rebuilt.npz", folder / f"{name}.train.rating"
    if arrays.is_file():
        try:
            with arrays.open("rb") as file, np.load(file, allow_pickle=False) as kept:
                rows = np.stack(
                    [kept[key].astype(np.float64) for key in ("user", "item", "rating")]
                )
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise DataError(
                f"{arrays} cannot be read ({error}).", "Check where it comes from."
            ) from error
    elif plain.is_file():
        rows = _numbers(plain, 3).astype(np.float64).T
    else:
        raise DataError(f"{folder} has neither {arrays.name} nor {plain.name}.", "Add one of them.")
    rows = rows[:, np.argsort(rows[0], kind="stable")]
    return rows[0].astype(np.int64), rows[1].astype(np.int64), rows[2]


def _matrix(
    users: IntArray,
    items: IntArray,
    values: NDArray[np.float64],
    tested: IntArray,
    shape: tuple[int, int],
) -> InteractionMatrix:
    """Training part and tested items in one, each user's tested item last."""
    order = np.argsort(np.concatenate((users, tested[:, 0])), kind="stable")
    ratings = np.concatenate((values, tested[:, 2].astype(np.float64)))[order]
    both = np.concatenate((users, tested[:, 0]))[order]
    return InteractionMatrix(
        n_users=shape[0],
        n_items=shape[1],
        users=both,
        items=np.concatenate((items, tested[:, 1]))[order],
        liked=ratings >= liked_from(ratings),
        times=np.zeros(len(both)),
    )


def _last_of_users(users: IntArray, n_users: int) -> NDArray[np.bool_]:
    """Where the tested interactions lie once every user's comes last."""
    ends = np.cumsum(np.bincount(users, minlength=n_users) + 1) - 1
    tested = np.zeros(len(users) + n_users, dtype=np.bool_)
    tested[ends] = True
    return tested


def _numbers(path: Path, n: int) -> IntArray:
    """The first ``n`` columns of a tab-separated file, as whole numbers."""
    rows: list[list[int]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            rows.append([int(float(cell)) for cell in line.split("\t")[:n]])
        except ValueError:
            raise _bad(path, number, line) from None
        if len(rows[-1]) < n or min(rows[-1]) < 0:
            raise _bad(path, number, line)
    if not rows:
        raise DataError(f"{path} is empty.", "Check where it comes from.")
    return np.array(rows, dtype=np.int64)


def _negatives(path: Path, tested: IntArray) -> IntArray:
    """``(n_users, k)``; each line begins with ``(user,item)``, which must be what is tested."""
    rows: list[list[int]] = []
    lines = path.read_text(encoding="utf-8").splitlines()
    if len(lines) != len(tested):
        raise DataError(
            f"{path} has {len(lines)} lines for {len(tested)} tested items.",
            "Check where it comes from.",
        )
    for number, (line, (user, item, _)) in enumerate(zip(lines, tested, strict=True), start=1):
        pair, *cells = line.split("\t")
        try:
            rows.append([int(cell) for cell in cells])
        except ValueError:
            raise _bad(path, number, line) from None
        if pair != f"({user},{item})" or not cells or len(cells) != len(rows[0]):
            raise _bad(path, number, line)
    return np.array(rows, dtype=np.int64)


def _bad(path: Path, number: int, line: str) -> DataError:
    return DataError(
        f"{path}, line {number} is not in the form of this split: {line[:60]!r}.",
        "Check where it comes from.",
    )


def _catalogue(folder: Path, n_items: int, domain: Domain) -> tuple[Catalogue, bool]:
    """Items in the order of their numbers, and whether they are known beyond these."""
    path = folder / _ITEMS_FILE
    if not path.is_file():
        plain = [Item(item_id=str(n), title=str(n), attributes={}) for n in range(n_items)]
        return Catalogue(plain, domain), False
    read = load_catalogue(path, domain, column_map={"item_id": "item"})
    by_id = {item.item_id: item for item in read.items}
    missing = [str(n) for n in range(n_items) if str(n) not in by_id]
    if missing:
        raise DataError(
            f"{path} lacks {len(missing)} items, among them {missing[0]}.",
            "Check where it comes from, or remove it to go on without.",
        )
    return Catalogue([by_id[str(n)] for n in range(n_items)], domain), True
