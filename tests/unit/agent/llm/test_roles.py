"""Roles: every duty has somebody, and the figures are those of the committed benchmark."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agent.llm.adapter import ChatLLM
from agent.llm.factory import open_llm
from agent.llm.roles import DoneBy, Duty, ModelClass, class_of, roles_of
from agent.llm.scripted import ScriptedChatModel

_RESULTS = Path(__file__).resolve().parents[4] / "benchmarks" / "results" / "embedded_llm.json"


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
    by_rules = {role.done_by is DoneBy.RULES for role in roles}
    assert by_rules == {kind is not ModelClass.CAPABLE}


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
    model, rules, total = _best("sign")
    text = f"of {total} sentences the model's best prompt reads {model} right, the rules {rules}"
    assert _reason(Duty.SIGN) == text
    model, rules, total = _best("routing")
    text = f"of {total} requests the model's best way chooses {model} right, the rules {rules}"
    assert _reason(Duty.ROUTING) == text
    rows: dict[str, Any] = _results()["extraction"]
    best: dict[str, Any] = max((rows[name] for name in _EXTRACTION), key=_micro_f1)
    share = f"{best['micro']['f1']:.2f}".removeprefix("0")
    assert f"on {best['texts']} chat turns the model reaches F1 {share}" in _reason(Duty.EXTRACTION)
    assert best["verbatim"] < best["quotes"] / 2
    phrasing = _results()["phrasing"]
    text = f"of {phrasing['of']} replies from given facts {phrasing['faithful']} was faithful"
    assert text in _reason(Duty.PHRASING)


def test_the_model_is_worse_than_the_rules_where_the_rules_are_chosen() -> None:
    for part in ("sign", "routing"):
        model, rules, _ = _best(part)
        assert model < rules
