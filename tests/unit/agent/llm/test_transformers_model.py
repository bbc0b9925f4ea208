"""A transformers folder behind the chat model: the same enforcement as for the embedded model."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from langchain_core.messages import HumanMessage
from pydantic import BaseModel

from agent.llm.transformers_model import TransformersChatModel
from interest.errors import InputError, SetupError
from interest.llm import Message
from interest.threads import thread_count
from tests.support.tiny_model import save_tiny_model, tiny_engine


class Verdict(BaseModel):
    sign: Literal["like", "dislike"]
    sure: bool


def test_a_saved_model_says_what_it_said_before(tmp_path: Path) -> None:
    model = TransformersChatModel.open(str(save_tiny_model(tmp_path / "m")), max_tokens=10)
    prompt = model.source.get().prompt
    assert model.source.get().parameters == tiny_engine().parameters
    answer = model.invoke([HumanMessage("hi")])
    engine = tiny_engine()
    pieces = engine.generate(prompt([Message(role="user", content="hi")]), max_tokens=10)
    assert answer.text == "".join(piece.text for piece in pieces)


def test_output_is_enforced(tmp_path: Path) -> None:
    model = TransformersChatModel.open(str(save_tiny_model(tmp_path / "m")))
    verdict = model.with_structured_output(Verdict).invoke([HumanMessage("hi")])
    assert isinstance(verdict, Verdict)


def test_a_damaged_folder_says_what_is_needed(tmp_path: Path) -> None:
    folder = save_tiny_model(tmp_path / "m")
    (folder / "model.safetensors").unlink()
    model = TransformersChatModel.open(str(folder))
    with pytest.raises(SetupError, match=r"holds no usable model .*safetensors"):
        model.warm_up()


def test_an_unknown_model_says_where_to_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    model = TransformersChatModel.open("nobody/no-such-model-here")
    with pytest.raises(SetupError, match=r"'nobody/no-such-model-here' cannot be loaded.*network"):
        model.warm_up()


def test_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PALATE_THREADS", "3")
    assert thread_count() == 3
    monkeypatch.setenv("PALATE_THREADS", "none")
    with pytest.raises(InputError, match="PALATE_THREADS is 'none'"):
        thread_count()
    monkeypatch.delenv("PALATE_THREADS")
    assert 1 <= thread_count() <= 4
