"""Roles: every duty has somebody, and the figures are those of the committed benchmark."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agent.llm.adapter import ChatLLM
from agent.llm.factory import open_llm
from agent.llm.roles import DoneBy, Duty, ModelClass, class_of, reads_by_training, roles_of
from agent.llm.scripted import ScriptedChatModel

_FOLDER = Path(__file__).resolve().parents[4] / "benchmarks" / "results"
_RESULTS, _ABLATION = _FOLDER / "embedded_llm.json", _FOLDER / "reader_ablation.json"


def scripted(capable: bool) -> ChatLLM:
    return ChatLLM(ScriptedChatModel(["x"]), name="x", capable=capable)


@pytest.mark.parametrize(
    ("model", "kind"),
    [
        (None, ModelClass.NONE),
        (scripted(capable=True), ModelClass.CAPABLE),
        (scripted(capable=False), ModelClass.SMALL),
        (open_llm("embedded"), ModelClass.EMBEDDED),
        (open_llm("embedded", capable=True), ModelClass.CAPABLE),
    ],
)
def test_every_duty_has_somebody(model: ChatLLM | None, kind: ModelClass) -> None:
    assert class_of(model) is kind
    roles = roles_of(model)
    assert [role.duty for role in roles] == list(Duty)
    assert all(role.reason for role in roles)
    done_by = {role.done_by for role in roles}
    assert (
        done_by
        == {
            ModelClass.NONE: {DoneBy.RULES},
            ModelClass.SMALL: {DoneBy.RULES},
            ModelClass.EMBEDDED: {DoneBy.READER, DoneBy.RULES},
            ModelClass.CAPABLE: {DoneBy.BOTH, DoneBy.MODEL},
        }[kind]
    )


def test_only_the_embedded_model_reads_by_its_adapter() -> None:
    assert reads_by_training(open_llm("embedded"))
    assert not reads_by_training(open_llm("embedded", capable=True))
    assert not reads_by_training(scripted(capable=False))
    assert not reads_by_training(None)


_EXTRACTION = ("json_4_shot", "spans_4_shot", "json_zero_shot", "spans_zero_shot")


def _micro_f1(row: dict[str, Any]) -> float:
    return row["micro"]["f1"]


def _results() -> dict[str, Any]:
    return json.loads(_RESULTS.read_text(encoding="utf-8"))


def _reason(duty: Duty) -> str:
    return next(role.reason for role in roles_of(open_llm("embedded")) if role.duty is duty)


def _best(part: str) -> tuple[int, int, int]:
    """Most right by the model alone, right by the rules, out of."""
    rows = _results()[part]
    alone = [row["right"] for name, row in rows.items() if not name.startswith("rules")]
    return max(alone), rows["rules"]["right"], rows["rules"]["of"]


def test_the_figures_are_the_measured_ones() -> None:
    model, _, total = _best("sign")
    assert f"of {total} sentences the model without training reads {model} right" in _reason(
        Duty.SIGN
    )
    model, rules, total = _best("routing")
    text = f"of {total} requests the model's best way chooses {model} right, the rules {rules}"
    assert _reason(Duty.ROUTING) == text
    rows: dict[str, Any] = _results()["extraction"]
    best: dict[str, Any] = max((rows[name] for name in _EXTRACTION), key=_micro_f1)
    assert f"without training {_short(best['micro']['f1'])}" in _reason(Duty.EXTRACTION)
    assert best["verbatim"] < best["quotes"] / 2
    phrasing = _results()["phrasing"]
    text = f"of {phrasing['of']} replies from given facts {phrasing['faithful']} was faithful"
    assert text in _reason(Duty.PHRASING)


def test_the_figures_of_the_trained_reader_are_the_measured_ones() -> None:
    found = json.loads(_ABLATION.read_text(encoding="utf-8"))
    chat, kept = found["ccpe.dev.jsonl"], found["heldout-chat.jsonl"]["rows"]
    reader, rules = (_short(chat["rows"][name]["f1"]) for name in ("shipped", "rules"))
    said = (
        f"on {chat['n_texts']:,} chat turns that people labelled it reaches F1 {reader}, the rules"
    )
    assert f"{said} {rules}" in _reason(Duty.EXTRACTION)
    reader, rules = (_short(kept[name]["sign_macro_f1"]) for name in ("shipped", "rules"))
    assert f"macro-F1 is {reader}, that of the rules {rules}" in _reason(Duty.SIGN)
    assert kept["shipped"]["sign_macro_f1"] > kept["rules"]["sign_macro_f1"]
    assert chat["rows"]["shipped"]["f1"] > chat["rows"]["rules"]["f1"]


def _short(figure: float) -> str:
    """``.83``."""
    return f"{figure:.2f}".removeprefix("0")


def test_the_model_is_worse_than_the_rules_where_the_rules_are_chosen() -> None:
    for part in ("sign", "routing"):
        model, rules, _ = _best(part)
        assert model < rules
