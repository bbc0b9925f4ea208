"""Long texts in pieces: nothing lost, nothing moved."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from interest.extraction import TextUnit
from interest.reader.segments import segments


def unit(text: str, asked: str = "") -> TextUnit:
    return TextUnit(text_id="t", text=text, asked=asked)


def test_a_short_text_stays_whole_with_its_question() -> None:
    assert segments(unit("Heat. Alien.", "What?"), most=20) == [(unit("Heat. Alien.", "What?"), 0)]


def test_cuts_at_sentence_ends_and_only_the_beginning_answers() -> None:
    pieces = segments(unit("I love Heat. I hate Cats. It was long.", "What?"), most=27)
    assert [(piece.text, piece.asked, start) for piece, start in pieces] == [
        ("I love Heat. I hate Cats. ", "What?", 0),
        ("It was long.", "", 26),
    ]


def test_a_long_sentence_is_cut_between_words() -> None:
    pieces = segments(unit("one two three four"), most=9)
    assert [piece.text for piece, _ in pieces] == ["one two ", "three ", "four"]


@given(st.text(alphabet="ab. \n！", max_size=200), st.integers(1, 30))
def test_pieces_are_slices_of_the_text_and_lose_only_blanks(text: str, most: int) -> None:
    pieces = segments(unit(text), most=most)
    assert all(text[start : start + len(piece.text)] == piece.text for piece, start in pieces)
    assert "".join(p.text for p, _ in pieces).split() == text.split() or most < len(text)
    kept = [i for p, start in pieces for i in range(start, start + len(p.text))]
    assert kept == sorted(set(kept))
    assert all(i in set(kept) for i, char in enumerate(text) if not char.isspace())
