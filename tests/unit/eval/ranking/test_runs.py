"""Whole evaluations on tiny data: what is best is best by construction."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from eval.ranking.cell_store import CellStore, forget_cells, report_folder
from eval.ranking.division import SplitOptions
from eval.ranking.methods import Method, TrainingSet, choose_methods, from_matrix
from eval.ranking.protocols import PROTOCOLS, Protocol, choose_protocols
from eval.ranking.registry import METHODS
from eval.ranking.results import RankingSettings, Results
from eval.ranking.reviews import Reviews
from eval.ranking.runs import run_ranking
from eval.ranking.summary import summarise
from eval.ranking.thresholds import check_figures, is_met, possible_figures, threshold_figures
from interest.errors import InputError, SetupError, UnknownNameError
from retrieval.encoder import HashingEncoder
from retrieval.matrix import InteractionMatrix
from retrieval.seams import FloatArray, History, Signal
from tests.support.rankings import dataset, matrix_of

NOW = datetime(2026, 11, 25, tzinfo=UTC)
DATA = dataset()
TEXT = HashingEncoder().encode([DATA.catalogue.text_of(item) for item in DATA.catalogue])


@dataclass
class OwnKind:
    """Knows how the data was made: who likes even items gets even items."""

    n_items: int
    name: str = "own kind"
    broken: bool = False

    def scores(self, history: History) -> FloatArray:
        rows = np.arange(self.n_items)
        odd = bool(history.rows[history.liked].mean() % 2 > 0.5) if len(history.rows) else False
        odd = np.mean(history.rows % 2) > 0.5 if len(history.rows) else odd
        values = (rows % 2 == int(odd)).astype(np.float32) - 0.001 * rows.astype(np.float32)
        return np.full(self.n_items, np.nan, dtype=np.float32) if self.broken else values


def own_kind(training: TrainingSet) -> Signal:
    return OwnKind(training.matrix.n_items)


def broken(training: TrainingSet) -> Signal:
    return OwnKind(training.matrix.n_items, broken=True)


ORACLE = Method(name="oracle", line="knows", fit=own_kind)
BROKEN = Method(name="broken", line="gives nonsense", fit=broken)


def by_name(*names: str) -> tuple[Method, ...]:
    return tuple(method for method in METHODS if method.name in names)


def protocol(name: str) -> Protocol:
    return next(one for one in PROTOCOLS if one.name == name)


def ran(*methods: Method, on: str = "user-split", **options: Any) -> Results:
    keep = {key: options.pop(key) for key in ("folder", "resume", "progress") if key in options}
    settings = RankingSettings(
        methods=methods, protocols=(protocol(on),), n_resamples=100, **options
    )
    return run_ranking(DATA, settings, now=NOW, text=TEXT, **keep)


def test_who_knows_wins() -> None:
    found = summarise(ran(*by_name("random", "popularity"), ORACLE))
    view = found["protocols"]["user-split"]["views"]["full"]
    means = {name: one["nDCG@20"]["mean"] for name, one in view["methods"].items()}
    assert means["oracle"] > means["popularity"]
    assert means["oracle"] > means["random"]
    assert view["reference"] in ("random", "popularity")
    entry = next(
        one
        for one in view["comparisons"]
        if one["method"] == "oracle" and one["measure"] == "nDCG@20"
    )
    bar = means[view["reference"]]
    assert entry["difference"] == pytest.approx(means["oracle"] - bar, abs=1e-4)
    assert entry["ratio"] == pytest.approx(means["oracle"] / bar, abs=1e-3)
    assert view["methods"]["popularity"]["coverage@20"]["mean"] <= 1.0


@pytest.mark.parametrize("name", [one.name for one in PROTOCOLS if one.name != "given"])
def test_every_method_runs_under_every_protocol(name: str) -> None:
    methods = by_name("random", "popularity", "ials", "text-raw", "text", "fused", "ranking")
    found = summarise(ran(*methods, on=name, n_users=4, seeds=(0, 1)))
    json.dumps(found, allow_nan=False)
    one = found["protocols"][name]
    assert one["failed"] == {}
    assert one["seeds"] == ([0, 1] if protocol(name).drawn else [0])
    for view in one["views"].values():
        assert list(view["methods"]) == [method.name for method in methods]
        for figures in view["methods"].values():
            assert 0.0 <= figures["nDCG@20"]["mean"] <= 1.0


def test_whoever_learns_from_others_tells_two_tastes_apart() -> None:
    """Each likes one half of a catalogue; popularity cannot know which."""
    wide = dataset(n_users=60, n_items=80, length=20, name="wide")
    settings = RankingSettings(
        methods=by_name("popularity", "ials"), protocols=(protocol("strong"),), n_resamples=50
    )
    found = summarise(run_ranking(wide, settings, now=NOW))["protocols"]["strong"]
    means = {m: one["nDCG@20"]["mean"] for m, one in found["views"]["full"]["methods"].items()}
    assert means["ials"] > 1.2 * means["popularity"]


def test_what_a_method_learns_from_has_nothing_of_the_test() -> None:
    seen: list[InteractionMatrix] = []

    def spy(training: TrainingSet) -> Signal:
        seen.append(training.matrix)
        return OwnKind(training.matrix.n_items)

    ran(Method(name="spy", line="looks", fit=spy), on="leave-one-out")
    assert len(seen[0].users) == len(DATA.matrix.users) - DATA.matrix.n_users


def test_a_method_that_fails_is_a_record_and_not_a_crash() -> None:
    found = summarise(ran(*by_name("popularity"), BROKEN))
    one = found["protocols"]["user-split"]
    assert "broken gave item 0 the score nan" in one["failed"]["broken"]
    assert list(one["views"]["full"]["methods"]) == ["popularity"]
    assert summarise(ran(BROKEN))["protocols"]["user-split"]["views"] == {}


def test_compared_with_what_was_asked_for() -> None:
    found = summarise(ran(*by_name("random", "popularity"), ORACLE, versus="oracle"))
    view = found["protocols"]["user-split"]["views"]["full"]
    assert view["reference"] == "oracle"
    assert {entry["method"] for entry in view["comparisons"]} == {"random", "popularity"}
    with pytest.raises(InputError, match="random, oracle"):
        ran(*by_name("random"), ORACLE, versus="nobody")


def test_fewer_users_are_drawn_and_told() -> None:
    found = summarise(ran(ORACLE, n_users=5))["protocols"]["user-split"]
    assert found["split"][0]["n_users"] == 5
    assert any("5 of 30 users" in note for note in found["split"][0]["notes"])


def test_settings_are_chosen_on_the_validation_part_only() -> None:
    sizes: list[int] = []

    def setting(fit: Callable[[TrainingSet], Signal]) -> Callable[[TrainingSet], Signal]:
        def fitted(training: TrainingSet) -> Signal:
            sizes.append(len(training.matrix.users))
            return fit(training)

        return fitted

    reverse = Method(
        name="tuned",
        line="two settings",
        fit=broken,
        settings={
            "worst": setting(lambda t: Worst(t.matrix.n_items)),
            "best": setting(own_kind),
        },
    )
    results = ran(reverse, tune=True)
    cell = results.runs[0].seeds[0].cells["tuned"]
    assert cell.setting == "best"
    assert cell.tuning["best"] > cell.tuning["worst"]
    whole = results.runs[0].seeds[0].split.n_train
    assert sizes[0] == sizes[1] < whole
    assert sizes[2] == whole
    cost = summarise(results)["protocols"]["user-split"]["cost"]["tuned"]
    assert cost["tuning"][0]["setting"] == "best"


@dataclass
class Worst(OwnKind):
    """The other way round."""

    def scores(self, history: History) -> FloatArray:
        return -super().scores(history)


class Liked:
    """A signal of the seam: likes per item, and nothing for who likes nothing."""

    name = "liked"

    def __init__(self, values: FloatArray) -> None:
        self.values = values

    @classmethod
    def fit(cls, matrix: InteractionMatrix, *, scale: float = 1.0) -> Liked:
        return cls((scale * matrix.likes).astype(np.float32))

    def scores(self, history: History) -> FloatArray:
        return self.values * float(history.liked.mean())


def test_a_signal_of_the_seam_is_one_line() -> None:
    """Where every interaction is wanted, every interaction is a like to it."""
    method = Method(name="liked", line="likes", fit=from_matrix(Liked.fit, scale=2.0))
    found = summarise(ran(*by_name("popularity"), method))
    methods = found["protocols"]["user-split"]["views"]["full"]["methods"]
    assert methods["liked"]["nDCG@20"] == methods["popularity"]["nDCG@20"]


@pytest.mark.parametrize(
    ("signed", "liked_only", "share"), [(False, False, 1.0), (True, False, 0.5), (False, True, 0.5)]
)
def test_signs_are_seen_where_they_count(signed: bool, liked_only: bool, share: float) -> None:
    matrix = matrix_of([[0, 1], [1, 2]], 3, disliked=[(1, 1)])
    training = TrainingSet(
        matrix=matrix,
        catalogue=DATA.catalogue,
        text=None,
        seed=0,
        liked_only=liked_only,
        inner=lambda: protocol("user-split").validation(matrix, 0, SplitOptions()),
    )
    signal = from_matrix(Liked.fit, signed=signed)(training)
    history = History(rows=np.array([0, 1]), liked=np.array([True, False]), times=np.zeros(2))
    counts = [1, 2, 1] if share == 1.0 else [1, 1, 1]
    assert signal.name == "liked"
    assert signal.scores(history).tolist() == [share * count for count in counts]


def test_an_interrupted_run_goes_on_cell_by_cell(tmp_path: Path) -> None:
    fitted: list[str] = []

    class Killed(Exception):
        pass

    def noting(name: str, *, kill: bool = False) -> Method:
        def fit(training: TrainingSet) -> Signal:
            if kill:
                raise Killed
            fitted.append(name)
            return OwnKind(training.matrix.n_items)

        return Method(name=name, line="notes", fit=fit)

    with pytest.raises(Killed):
        ran(noting("a"), noting("b", kill=True), folder=tmp_path)
    again = ran(noting("a"), noting("b"), folder=tmp_path)
    assert fitted == ["a", "b"]
    assert again.resumed == 1
    fresh = ran(noting("a"), noting("b"))
    first, second = summarise(again), summarise(fresh)
    assert first["protocols"]["user-split"]["views"] == second["protocols"]["user-split"]["views"]
    fitted.clear()
    ran(noting("a"), noting("b"), folder=tmp_path, resume=False)
    assert fitted == ["a", "b"]
    forget_cells(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_cells_made_with_something_else_are_not_taken_over(tmp_path: Path) -> None:
    ran(ORACLE, folder=tmp_path)
    assert ran(ORACLE, folder=tmp_path).resumed == 1
    assert ran(ORACLE, folder=tmp_path, liked_only=True).resumed == 0
    assert ran(ORACLE, folder=tmp_path, n_users=9).resumed == 0


def test_a_damaged_cell_is_made_again(tmp_path: Path) -> None:
    ran(ORACLE, folder=tmp_path)
    (cell,) = (tmp_path / "cells").glob("*.npz")
    cell.write_bytes(cell.read_bytes()[:100])
    assert ran(ORACLE, folder=tmp_path).resumed == 0
    assert ran(ORACLE, folder=tmp_path).resumed == 1
    assert CellStore(tmp_path, {}).load("nothing") is None


def test_progress_counts_cells_and_lists() -> None:
    told: list[tuple[str, int, int]] = []

    def tell(stage: str, done: int, total: int) -> None:
        told.append((stage, done, total))

    ran(ORACLE, progress=tell)
    assert told[0] == ("cells", 0, 1)
    assert ("user-split, seed 0: oracle", 30, 30) in told
    assert told[-1] == ("cells", 1, 1)


def test_thresholds_by_name() -> None:
    results = ran(*by_name("random", "popularity"), ORACLE)
    figures = threshold_figures(summarise(results))
    assert set(figures) <= set(possible_figures(results.settings))
    path = "user-split.full.oracle.nDCG@20"
    assert is_met(figures, path, 0.1)
    assert not is_met(figures, path, 1.1)
    assert is_met(figures, f"{path}.ratio", 1.0)
    assert is_met(figures, "user-split.full.oracle.gini@20", 1.0)  # less is better
    assert not is_met(figures, "user-split.full.oracle.gini@20", -1.0)
    with pytest.raises(UnknownNameError, match=r"user-split\.full\.\w+\.nDCG@20"):
        check_figures(["full.oracle.nDCG@20"], figures)


def test_unknown_names_are_answered_with_the_choices() -> None:
    with pytest.raises(UnknownNameError, match="leave-one-out, user-split"):
        choose_protocols(["leave-two-out"], DATA)
    with pytest.raises(UnknownNameError, match="random, popularity"):
        choose_methods(["svd"], METHODS, with_text=True)


def test_what_the_data_does_not_allow_is_refused_with_the_reason() -> None:
    timeless = dataset(timed=False, name="timeless")
    with pytest.raises(InputError, match="timeless has no times"):
        choose_protocols(["user-split"], timeless)
    with pytest.raises(InputError, match="without a split"):
        choose_protocols(["given"], DATA)
    able = [one.name for one in choose_protocols([], timeless)]
    assert able == ["cold-items", "cold-users", "strong"]
    with pytest.raises(InputError, match="needs what the catalogue tells"):
        choose_methods(["text"], METHODS, with_text=False)
    chosen, left_out = choose_methods([], METHODS, with_text=False)
    assert [one.name for one in chosen] == [
        "random",
        "popularity",
        "ials",
        "trend",
        "item-knn",
        "user-knn",
        "ease",
        "co-occurrence",
        "transitions",
        "blend",
    ]
    assert set(left_out) == {"text-raw", "text", "fused", "ranking"}


def test_nobody_left_to_test_says_why() -> None:
    short = dataset(n_users=3, length=4, name="short")
    settings = RankingSettings(methods=(ORACLE,), protocols=(protocol("user-split"),))
    with pytest.raises(InputError, match="fewer than 5 interactions"):
        run_ranking(short, settings, now=NOW)


def test_one_run_at_a_time_holds_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "report"
    with report_folder(folder):
        ran(ORACLE, folder=folder)
        with pytest.raises(InputError, match="Another run"), report_folder(folder):
            pass
        assert (folder / "cells").is_dir()
    assert not folder.exists()  # nothing was written to it
    taken = tmp_path / "taken"
    taken.write_text("a file")
    with pytest.raises(SetupError, match="taken cannot be written"), report_folder(taken):
        pass


def test_an_error_leaves_the_cells_for_the_next_run(tmp_path: Path) -> None:
    def interrupted() -> None:
        with report_folder(tmp_path):
            ran(ORACLE, folder=tmp_path)
            raise InputError("The disk is full.")

    with pytest.raises(InputError, match="full"):
        interrupted()
    assert ran(ORACLE, folder=tmp_path).resumed == 1


def test_a_method_reads_the_reviews_of_the_training_part_and_knows_whom_it_is_asked_about() -> None:
    matrix = DATA.matrix
    texts = tuple(
        f"{user} on {item}" for user, item in zip(matrix.users, matrix.items, strict=True)
    )
    data = replace(DATA, reviews=Reviews(users=matrix.users, items=matrix.items, texts=texts))
    read: list[Reviews] = []
    asked: list[int] = []

    class Reader(OwnKind):
        def scores_of(self, user: int, history: History) -> FloatArray:
            asked.append(user)
            return self.scores(history)

    def fit(training: TrainingSet) -> Signal:
        assert training.reviews is not None
        read.append(training.reviews)
        return Reader(training.matrix.n_items)

    method = Method(name="reader", line="reads", fit=fit)
    settings = RankingSettings(methods=(method,), protocols=(protocol("leave-one-out"),))
    results = run_ranking(data, settings, now=NOW)
    assert asked == list(range(matrix.n_users))
    assert len(read[0]) == len(matrix.users) - matrix.n_users
    hidden = {f"{user} on {matrix.items[matrix.users == user][-1]}" for user in asked}
    assert not hidden & set(read[0].texts)
    assert results.runs[0].seeds[0].failed == {}
