"""What people write after --llm."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from langchain_openai import ChatOpenAI

from agent.llm.adapter import ChatLLM
from agent.llm.embedded import EMBEDDED_NAME, EmbeddedChatModel
from agent.llm.factory import SPEC_FORMS, open_llm
from agent.llm.transformers_model import TransformersChatModel
from interest.errors import InputError, SetupError
from interest.llm import Message
from tests.support.tiny_model import save_tiny_model

_VARIABLES = ("PALATE_LLM", "OPENAI_API_KEY", "OPENAI_BASE_URL", "ANTHROPIC_API_KEY")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)


def opened(spec: str | None, base_url: str | None = None) -> ChatLLM:
    llm = open_llm(spec, base_url=base_url)
    assert llm is not None
    return llm


@pytest.mark.parametrize("spec", [None, "", "embedded"])
def test_the_embedded_model_is_the_default_and_loads_later(spec: str | None) -> None:
    llm = opened(spec)
    assert (llm.name, llm.capable) == (EMBEDDED_NAME, False)
    assert isinstance(llm.chat_model, EmbeddedChatModel)
    assert not llm.chat_model.source.loaded


def test_none_is_no_model() -> None:
    assert open_llm("none") is None


def test_the_environment_names_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PALATE_LLM", "fake")
    llm = opened(None)
    assert llm.name == "fake"
    answer = "".join(llm.stream([Message(role="user", content="hi")]))
    assert answer == "This answer comes from the fake model."


def test_openai_with_a_server_of_ones_own_needs_no_key() -> None:
    llm = opened("openai:any-model", base_url="http://127.0.0.1:9/v1")
    assert (llm.name, llm.capable) == ("openai:any-model", True)
    assert isinstance(llm.chat_model, ChatOpenAI)
    assert llm.chat_model.openai_api_base == "http://127.0.0.1:9/v1"
    assert llm.chat_model.max_retries == 0


def test_openai_takes_address_and_key_from_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:7/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    model = opened("openai:m").chat_model
    assert isinstance(model, ChatOpenAI)
    assert model.openai_api_base == "http://127.0.0.1:7/v1"


def test_a_missing_key_names_its_variable() -> None:
    with pytest.raises(SetupError, match=r"openai:gpt-x is not set up.*OPENAI_API_KEY"):
        open_llm("openai:gpt-x")


def test_a_missing_package_names_the_command() -> None:
    with pytest.raises(SetupError, match=r"Run: pip install langchain-mistralai"):
        open_llm("mistralai:some-model")


def test_capability_can_be_overridden() -> None:
    llm = open_llm("openai:m", base_url="http://127.0.0.1:9/v1", capable=False)
    assert llm is not None
    assert llm.capable is False


@pytest.mark.parametrize("spec", ["gpt-4", "nobody:model", "openai:", "em bedded"])
def test_what_has_no_form_lists_the_forms(spec: str) -> None:
    with pytest.raises(InputError, match="There is no model") as caught:
        open_llm(spec)
    assert repr(spec) in str(caught.value)
    assert all(form in str(caught.value) for form in SPEC_FORMS)


def test_a_folder_is_loaded_through_transformers(tmp_path: Path) -> None:
    folder = save_tiny_model(tmp_path / "model")
    for spec in (str(folder), f"hf:{folder}"):
        llm = opened(spec)
        assert isinstance(llm.chat_model, TransformersChatModel)
        assert llm.name == str(folder)
        assert llm.score([Message(role="user", content="hi")], ["a"]) is not None
        assert llm.capable is False  # far fewer than three billion parameters


def test_a_folder_without_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no config\.json"):
        open_llm(str(tmp_path))


def test_hf_needs_an_id() -> None:
    with pytest.raises(InputError, match="needs a model id"):
        open_llm("hf:")


def test_opening_the_embedded_model_does_not_load_torch() -> None:
    code = (
        "import sys; from agent.llm.factory import open_llm; open_llm('embedded');"
        "sys.exit('torch' in sys.modules or 'transformers' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
