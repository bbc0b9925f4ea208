"""Data by folder, file and workspace; what is wrong with them is said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from eval.ranking.dataset import Dataset, has_times, kept
from eval.ranking.sources import Files, open_dataset, open_files, open_workspace
from interest.domain import Domain, load_domain
from interest.errors import DataError, InputError, WorkspaceError
from retrieval.build import build_workspace
from retrieval.catalogue import Catalogue
from retrieval.encoder import HashingEncoder
from retrieval.types import Interaction, Item


@pytest.fixture(name="domain")
def films() -> Domain:
    return load_domain("movies")


def write(folder: Path, name: str, *lines: str) -> Path:
    path = folder / name
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def movielens(folder: Path) -> None:
    write(folder, "movies.csv", "movieId,title,genres", "7,Heat (1995),Crime", "9,Up (2009),Comedy")
    write(
        folder,
        "ratings.csv",
        "userId,movieId,rating,timestamp",
        "1,7,5.0,1000000002",
        "1,9,1.0,1000000001",
        "2,9,4.0,1000000003",
        "2,8,4.0,1000000003",
    )


def test_a_movielens_folder(tmp_path: Path, domain: Domain) -> None:
    movielens(tmp_path)
    data = open_dataset(str(tmp_path), domain)
    assert data.name == tmp_path.name
    assert data.user_ids == ("1", "2")
    assert [item.title for item in data.catalogue] == ["Heat", "Up"]
    assert data.matrix.items.tolist() == [1, 0, 1]
    assert data.matrix.liked.tolist() == [False, True, True]
    assert has_times(data.matrix)
    assert data.described
    assert "ratings.csv: item not in the catalogue: 1 rows." in data.notes


def test_a_file_without_a_catalogue(tmp_path: Path, domain: Domain) -> None:
    path = write(tmp_path, "events.csv", "user_id,item_id", "a,x", "a,y", "b,x")
    data = open_dataset(str(path), domain)
    assert (data.matrix.n_users, data.matrix.n_items, data.described) == (2, 2, False)
    assert not has_times(data.matrix)
    assert "No catalogue: items are known by their ids only." in data.notes


def test_weights_of_a_catalogue_are_not_used(tmp_path: Path, domain: Domain) -> None:
    catalogue = write(tmp_path, "shop.csv", "item_id,title,weight", "x,Heat,9", "y,Up,1")
    actions = write(tmp_path, "events.csv", "user_id,item_id", "a,x", "b,y")
    data = open_files(
        Files(interactions=actions, catalogue=catalogue, catalogue_columns={"weight": "weight"}),
        domain,
    )
    assert data.catalogue.weight("x") == 0
    assert any("prominent" in note for note in data.notes)


def test_a_folder_in_no_known_form_says_what_is_known(tmp_path: Path, domain: Domain) -> None:
    with pytest.raises(DataError, match=r"known form: ratings\.csv and movies\.csv"):
        open_dataset(str(tmp_path), domain)


def test_a_name_that_is_nothing_lists_the_names(domain: Domain) -> None:
    with pytest.raises(InputError, match="ml-100k"):
        open_dataset("ml-999k", domain)


def test_a_workspace(tmp_path: Path, domain: Domain) -> None:
    items = [Item(item_id=key, title=key, attributes={}) for key in ("x", "y")]
    catalogue = Catalogue(items, domain, weights={"x": 5.0})
    acts = [Interaction(user_id="a", item_id="y", timestamp=3.0)]
    build_workspace(tmp_path / "with", catalogue, acts, HashingEncoder())
    data = open_workspace(tmp_path / "with")
    assert data.matrix.items.tolist() == [1]
    assert data.catalogue.weight("x") == 0  # a build may have counted what is tested
    build_workspace(tmp_path / "without", catalogue, (), HashingEncoder())
    with pytest.raises(DataError, match="no interactions"):
        open_workspace(tmp_path / "without")
    with pytest.raises(WorkspaceError):
        open_workspace(tmp_path / "nothing")


def ncf(folder: Path, *, negatives: tuple[str, ...] = ("(0,3)\t4\t1", "(1,0)\t2\t4")) -> None:
    write(folder, "tiny.train.rating", "0\t0\t5\t11", "1\t2\t1\t12", "0\t2\t4\t10")
    write(folder, "tiny.test.rating", "0\t3\t3\t99", "1\t0\t5\t98")
    write(folder, "tiny.test.negative", *negatives)


def test_the_ncf_split(tmp_path: Path, domain: Domain) -> None:
    ncf(tmp_path)
    data = open_dataset(str(tmp_path), domain)
    assert data.matrix.users.tolist() == [0, 0, 0, 1, 1]
    assert data.matrix.items.tolist() == [0, 2, 3, 2, 0]
    assert data.matrix.liked.tolist() == [True, True, False, False, True]
    assert data.given is not None
    assert data.given.tested.tolist() == [False, False, True, False, True]
    assert data.given.negatives.tolist() == [[4, 1], [2, 4]]
    assert not has_times(data.matrix)
    assert not data.described


def test_the_ncf_split_with_arrays_and_items(tmp_path: Path, domain: Domain) -> None:
    ncf(tmp_path)
    (tmp_path / "tiny.train.rating").unlink()
    np.savez(
        tmp_path / "tiny.train.rebuilt.npz",
        user=np.array([0, 1, 0], dtype=np.int32),
        item=np.array([0, 2, 2], dtype=np.int32),
        rating=np.array([5, 1, 4], dtype=np.int8),
    )
    titles = ", ".join(
        f'{{"item": {n}, "movieId": {9 - n}, "title": "Film {n} (1990)", "genres": ["Drama"]}}'
        for n in (1, 0, 2, 4, 3)
    )
    write(tmp_path, "items.json", f"[{titles}]")
    data = open_dataset(str(tmp_path), domain)
    assert data.matrix.items.tolist() == [0, 2, 3, 2, 0]
    assert [item.title for item in data.catalogue] == [f"Film {n}" for n in range(5)]
    assert data.described


@pytest.mark.parametrize(
    ("negatives", "words"),
    [
        (("(0,3)\t4\t1", "(1,1)\t2\t4"), "line 2"),
        (("(0,3)\t4\t1", "(1,0)\t2"), "line 2"),
        (("(0,3)\t4\tx", "(1,0)\t2\t4"), "line 1"),
        (("(0,3)\t4\t1",), "1 lines for 2 tested items"),
    ],
)
def test_an_ncf_split_that_is_damaged_is_refused(
    tmp_path: Path, domain: Domain, negatives: tuple[str, ...], words: str
) -> None:
    ncf(tmp_path, negatives=negatives)
    with pytest.raises(DataError, match=words):
        open_dataset(str(tmp_path), domain)


def test_an_ncf_split_without_its_training_part(tmp_path: Path, domain: Domain) -> None:
    ncf(tmp_path)
    (tmp_path / "tiny.train.rating").unlink()
    with pytest.raises(DataError, match=r"tiny\.train\.rating"):
        open_dataset(str(tmp_path), domain)


def test_no_interactions_at_all(domain: Domain) -> None:
    catalogue = Catalogue([Item(item_id="x", title="x", attributes={})], domain)
    with pytest.raises(DataError, match="no interactions"):
        Dataset.of("empty", catalogue, [])


@pytest.mark.shared
@pytest.mark.parametrize(
    ("folder", "users", "items", "interactions"),
    [
        ("ml-1m-ncf", 6040, 3706, 994_169 + 6040),
        ("ml-latest-small", 610, 9742, 100_836),
        ("amazon-musical-instruments", 1429, 900, 10_261),
    ],
)
def test_public_data_sets(
    shared_data: Path, domain: Domain, folder: str, users: int, items: int, interactions: int
) -> None:
    data = open_dataset(str(shared_data / "recommendation" / folder), domain)
    found = (data.matrix.n_users, data.matrix.n_items, len(data.matrix.users))
    assert found == (users, items, interactions)
    assert (data.given is not None) == (folder == "ml-1m-ncf")
    if data.given is not None:
        rows = data.matrix.users[data.given.tested]
        assert rows.tolist() == list(range(users))
        assert data.matrix.items[data.given.tested][:3].tolist() == [25, 133, 207]


def test_reviews_are_kept_beside_their_interactions(tmp_path: Path, domain: Domain) -> None:
    path = write(
        tmp_path,
        "reviews_Things.json",
        *(
            f'{{"reviewerID": "{user}", "asin": "{item}", "overall": 5.0, "reviewText": "{text}", '
            f'"unixReviewTime": {1_300_000_000 + n}}}'
            for n, (user, item, text) in enumerate(
                [("b", "x", "fine"), ("a", "y", "great"), ("a", "x", "")]
            )
        ),
    )
    data = open_dataset(str(tmp_path), domain)
    assert data.reviews is not None
    assert data.reviews.users.tolist() == [0, 1]
    assert data.reviews.items.tolist() == [1, 0]
    assert data.reviews.texts == ("great", "fine")
    only_b = kept(data.matrix, data.matrix.users == 1)
    assert data.reviews.within(only_b).texts == ("fine",)
    assert any("2 reviews" in note for note in data.notes)
    assert path.name in data.notes[0]
