"""ChatLLM over a scripted chat model: retries, budgets, errors, records."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any, Literal

import pytest
from langchain_core.messages import AIMessage
from pydantic import BaseModel

from agent.llm.adapter import Budget, ChatLLM
from agent.llm.calls import CallRecord, Outcome, version_of
from agent.llm.failures import Failure, FailureKind
from agent.llm.local_chat import EngineSource, LocalChatModel
from agent.llm.scripted import ScriptedChatModel
from interest.errors import ModelError, SetupError
from interest.llm import Message
from tests.support.tiny_model import tiny_engine

SECRET = "my private taste"
PROMPT = [Message(role="system", content="Read it."), Message(role="user", content=SECRET)]


class Taste(BaseModel):
    title: str
    sign: Literal["like", "dislike"]


GOOD = {"title": "Alien", "sign": "like"}


class HTTPError(Exception):
    """What a vendor's client raises."""

    def __init__(self, status: int, headers: dict[str, str] | None = None) -> None:
        super().__init__(f"server said {SECRET}")
        self.status_code = status
        self.response = type("Response", (), {"headers": headers or {}})()


class ReadTimeout(Exception):
    """What a vendor's client raises."""


class Bench:
    """A scripted model behind the seam, with what was waited and recorded."""

    def __init__(self, *script: Any, **options: Any) -> None:
        self.waits: list[float] = []
        self.records: list[CallRecord] = []
        self.model = ScriptedChatModel(script)
        self.llm = ChatLLM(
            self.model,
            name="test:model",
            capable=True,
            provider=options.pop("provider", "test"),
            on_call=self.records.append,
            sleep=self.waits.append,
            **options,
        )


def test_a_structured_answer_is_an_instance() -> None:
    bench = Bench(GOOD)
    assert bench.llm.structured(PROMPT, Taste) == Taste(title="Alien", sign="like")
    assert [message.content for message in bench.model.prompts[0]] == ["Read it.", SECRET]


@pytest.mark.parametrize(
    "answer",
    [
        'Sure! ```json\n{"title": "Alien", "sign": "like"}\n``` Anything else?',
        AIMessage(content="", tool_calls=[{"name": "Taste", "args": GOOD, "id": "1"}]),
    ],
)
def test_json_is_found_where_models_put_it(answer: Any) -> None:
    assert Bench(answer).llm.structured(PROMPT, Taste).title == "Alien"


def test_a_malformed_answer_is_asked_for_again_with_the_reason() -> None:
    bench = Bench({"title": "Alien", "sign": "adore"}, "no json at all", GOOD)
    assert bench.llm.structured(PROMPT, Taste).sign == "like"
    assert bench.waits == [0.0, 0.0]
    hints = [prompt[-1].content for prompt in bench.model.prompts]
    assert hints[0] == SECRET
    assert "does not fit Taste (sign: literal_error)" in hints[1]
    assert "holds no JSON" in hints[2]
    assert bench.records[0].attempts == 3


def test_a_model_that_never_fits_is_an_error_without_its_words() -> None:
    bench = Bench({"title": SECRET, "sign": SECRET})
    with pytest.raises(ModelError, match="does not fit Taste") as caught:
        bench.llm.structured(PROMPT, Taste)
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is None
    assert (bench.records[0].attempts, bench.records[0].outcome) == (4, Outcome.FAILED)


def test_a_rate_limit_is_waited_for_as_the_server_asks() -> None:
    bench = Bench(HTTPError(429, {"retry-after": "3"}), HTTPError(429), GOOD)
    assert bench.llm.structured(PROMPT, Taste).title == "Alien"
    assert bench.waits == [3.0, 1.0]


def test_waits_double_and_end_with_the_attempts() -> None:
    bench = Bench(HTTPError(503))
    with pytest.raises(ModelError, match=r"test:model failed \(HTTP 503\)"):
        bench.llm.structured(PROMPT, Taste)
    assert bench.waits == [0.5, 1.0, 2.0]


def test_a_server_that_asks_for_too_long_is_not_waited_for() -> None:
    bench = Bench(HTTPError(429, {"retry-after": "3600"}))
    with pytest.raises(ModelError, match="HTTP 429"):
        bench.llm.structured(PROMPT, Taste)
    assert bench.waits == []


@pytest.mark.parametrize(
    ("kind", "attempt", "elapsed_s", "wait"),
    [
        (FailureKind.BUSY, 1, 0.0, 0.5),
        (FailureKind.BUSY, 3, 0.0, 2.0),
        (FailureKind.BUSY, 4, 0.0, None),
        (FailureKind.BUSY, 1, 89.9, None),
        (FailureKind.MALFORMED, 2, 0.0, 0.0),
        (FailureKind.REFUSED, 2, 0.0, 0.0),
        (FailureKind.FATAL, 1, 0.0, None),
    ],
)
def test_the_budget(kind: FailureKind, attempt: int, elapsed_s: float, wait: float | None) -> None:
    failure = Failure(kind=kind, error=ModelError("x"))
    assert Budget().wait(failure, attempt=attempt, elapsed_s=elapsed_s) == wait


@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_key_names_its_variable_and_is_not_tried_again(status: int) -> None:
    bench = Bench(HTTPError(status), provider="mistralai")
    with pytest.raises(ModelError, match=r"refused the key.*MISTRAL_API_KEY"):
        bench.llm.structured(PROMPT, Taste)
    assert len(bench.model.prompts) == 1


def test_timeouts_and_lost_connections_are_tried_again() -> None:
    bench = Bench(ReadTimeout(), ConnectionResetError(), GOOD)
    assert bench.llm.structured(PROMPT, Taste).title == "Alien"
    with pytest.raises(ModelError, match="did not answer in time"):
        Bench(ReadTimeout()).llm.structured(PROMPT, Taste)
    with pytest.raises(ModelError, match=r"connection .* failed \(ConnectionResetError\)"):
        Bench(ConnectionResetError()).llm.structured(PROMPT, Taste)


def test_a_server_without_json_schema_is_asked_in_other_ways_and_remembered() -> None:
    bench = Bench(HTTPError(400), HTTPError(400), GOOD)
    assert bench.llm.structured(PROMPT, Taste).title == "Alien"
    assert "one JSON object of this form" in str(bench.model.prompts[2][0].content)
    bench.llm.tagged("again").structured(PROMPT, Taste)
    assert len(bench.model.prompts) == 4


def test_setup_errors_become_model_errors_with_their_remedy() -> None:
    with pytest.raises(ModelError, match=r"No disk\. Buy one\."):
        Bench(SetupError("No disk.", "Buy one.")).llm.structured(PROMPT, Taste)


def test_text_is_streamed_and_recorded() -> None:
    bench = Bench("one\ntwo")
    assert list(bench.llm.tagged("reply", "reply-3").stream(PROMPT)) == ["one\n", "two"]
    (record,) = bench.records
    assert (record.model, record.purpose, record.prompt_version) == (
        "test:model",
        "reply",
        "reply-3",
    )
    assert (record.outcome, record.attempts) == (Outcome.OK, 1)
    assert record.first_ms is not None
    assert 0 <= record.first_ms <= record.ms


def test_a_stream_is_started_again_until_the_first_words() -> None:
    bench = Bench(HTTPError(500), "", "hello")
    assert "".join(bench.llm.stream(PROMPT)) == "hello"
    assert bench.waits == [0.5, 0.0]
    assert bench.records[0].attempts == 3


def test_silence_is_an_error() -> None:
    with pytest.raises(ModelError, match="answered with nothing"):
        list(Bench("").llm.stream(PROMPT))


def test_a_stream_that_nobody_listens_to_is_recorded_as_abandoned() -> None:
    bench = Bench("one\ntwo\nthree")
    pieces: Iterator[str] = bench.llm.stream(PROMPT)
    assert next(pieces) == "one\n"
    del pieces
    assert [record.outcome for record in bench.records] == [Outcome.ABANDONED]


def test_words_of_users_are_logged_at_debug_only(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        Bench(HTTPError(500), GOOD).llm.structured(PROMPT, Taste)
        list(Bench("hello").llm.stream(PROMPT))
    assert "test:model: Taste ok, 2 attempt(s)" in caplog.text
    assert SECRET not in caplog.text


def test_purpose_and_version_have_defaults_without_user_text() -> None:
    bench = Bench(GOOD)
    bench.llm.structured(PROMPT, Taste)
    other = [PROMPT[0], Message(role="user", content="something else")]
    assert bench.records[0].purpose == "Taste"
    assert bench.records[0].prompt_version == version_of(PROMPT) == version_of(other)
    assert version_of(PROMPT) != version_of([Message(role="system", content="Read that.")])


def test_only_local_models_tell_likelihoods() -> None:
    assert Bench("x").llm.score(PROMPT, ["a"]) is None
    engine = tiny_engine()
    local = LocalChatModel(source=EngineSource(lambda: engine), model_name="tiny")
    records: list[CallRecord] = []
    llm = ChatLLM(local, name="tiny", capable=False, on_call=records.append)
    assert llm.score(PROMPT, ["a", "bc"]) == engine.score(engine.prompt(PROMPT), ["a", "bc"])
    with pytest.raises(ModelError, match="must not be empty"):
        llm.score(PROMPT, [""])
    assert [record.outcome for record in records] == [Outcome.OK, Outcome.FAILED]


def test_whether_a_model_is_capable_may_be_found_out_late() -> None:
    asked: list[int] = []

    def find_out() -> bool:
        asked.append(1)
        return True

    llm = ChatLLM(ScriptedChatModel(["x"]), name="late", capable=find_out)
    assert asked == []
    assert llm.capable is True
