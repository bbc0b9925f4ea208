"""Stop texts, also when they are split over pieces."""

from __future__ import annotations

import pytest

from agent.llm.pieces import Finish, Piece
from agent.llm.stop_texts import cut_at


def pieces(*texts: str) -> list[Piece]:
    last = len(texts) - 1
    return [
        Piece(
            text=text,
            tokens=1,
            forced=0,
            prompt_tokens=1,
            cached_tokens=0,
            finish=Finish.LENGTH if number == last else None,
        )
        for number, text in enumerate(texts)
    ]


@pytest.mark.parametrize(
    ("texts", "shown"),
    [
        (
            (
                "one ",
                "END two",
            ),
            ["one ", ""],
        ),
        (("one E", "N", "D two"), ["one ", "", ""]),
        (("one E", "NE", "N"), ["one ", "EN", "EN"]),
        (("a", "b"), ["a", "b"]),
    ],
)
def test_pieces_up_to_the_stop(texts: tuple[str, ...], shown: list[str]) -> None:
    result = list(cut_at(iter(pieces(*texts)), ["END"]))
    assert "".join(piece.text for piece in result) == "".join(shown)
    stopped = "END" in "".join(texts)
    assert result[-1].finish is (Finish.STOP if stopped else Finish.LENGTH)


def test_the_earliest_of_several_stops_counts() -> None:
    (piece,) = cut_at(iter(pieces("a 2 b 1 c")), ["1", "2"])
    assert piece.text == "a "
