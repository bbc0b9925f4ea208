"""The fake of the LLM seam does what it is told, and no more."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from interest.errors import ModelError
from interest.llm import FakeLLM, Message

ASK = [Message(role="user", content="How many?")]


class Count(BaseModel):
    number: int


def test_structured_answers_come_in_order_and_the_last_repeats() -> None:
    fake = FakeLLM(structured={"Count": [{"number": 1}, {"number": 2}]})
    assert [fake.structured(ASK, Count).number for _ in range(3)] == [1, 2, 2]
    assert fake.prompts == [tuple(ASK)] * 3


def test_answer_that_does_not_fit_is_an_error_like_a_real_one() -> None:
    fake = FakeLLM(structured={"Count": [{"number": "many"}]})
    with pytest.raises(ModelError, match="does not fit Count"):
        fake.structured(ASK, Count)


def test_missing_and_planned_errors_are_raised() -> None:
    with pytest.raises(ModelError, match="no answer for Count"):
        FakeLLM().structured(ASK, Count)
    fake = FakeLLM(structured={"Count": [ModelError("The model timed out."), {"number": 3}]})
    with pytest.raises(ModelError, match="timed out"):
        fake.structured(ASK, Count)
    assert fake.structured(ASK, Count).number == 3


def test_text_streams_in_pieces_that_add_up() -> None:
    fake = FakeLLM(text=["one\ntwo\n", "three"])
    assert list(fake.stream(ASK)) == ["one\n", "two\n"]
    assert "".join(fake.stream(ASK)) == "three"
    assert "".join(fake.stream(ASK)) == "three"


def test_scores_follow_the_options() -> None:
    fake = FakeLLM(scores={"yes": -0.5})
    assert fake.score(ASK, ["no", "yes"]) == (-10.0, -0.5)
    assert FakeLLM().score(ASK, ["yes"]) is None


def test_capability_and_name_are_told() -> None:
    fake = FakeLLM(capable=False, name="small")
    assert (fake.capable, fake.name) == (False, "small")
