"""Whatever the text: every span lies inside it, nothing raises, and reading twice is the same."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from interest.aspects import AspectExtractor
from interest.dialogue import DialogueExtractor
from interest.domain import load_domain
from interest.extraction import Extractor, TextUnit
from interest.numbers import durations_in, years_in
from interest.rule_extractor import GazetteerExtractor, RuleExtractor
from interest.tokens import tokenize
from tests.support.films import FilmVocabulary

_MOVIES = load_domain("movies")
_RULES = RuleExtractor(_MOVIES, FilmVocabulary())
_EXTRACTORS: tuple[Extractor, ...] = (
    _RULES,
    DialogueExtractor(_RULES),
    GazetteerExtractor(_MOVIES, FilmVocabulary()),
    AspectExtractor(load_domain("products")),
)

#: Pieces that the readers look for, so that random texts reach them.
_PIECES = (
    "I", "loved", "hate", "not", "no", "nothing", "but", "except", "like", "something like", "it",
    "Heat", "(1995)", "Up", "Blade Runer", "Star Wars", "Nolan", "Tom Hanks", "Zorblax Prime",
    "romcoms", "horror", "slashers", "funny", "too slow", "under two hours", "before 1980", "80s",
    "2000年以后", "科幻片", "不要", "ホラー", "が好き", "I've seen", "Have you seen",
    "with the kids", "on a weeknight", "when my mum is here", "unless", "only", "at Halloween",
    "that one", "battery life is", "great", "USER:", "ASSISTANT:", ",", ".", "?", "\n",
    "’", '"', "\U0001f600", "ﬁ",
)  # fmt: skip
_TEXTS = st.one_of(
    st.text(max_size=120),
    st.lists(st.sampled_from(_PIECES), max_size=25).map(" ".join),
    st.lists(st.sampled_from(_PIECES), max_size=12).map("".join),
)


@settings(max_examples=300, deadline=None)
@given(text=_TEXTS, asked=_TEXTS)
def test_mentions_hold_in_any_text(text: str, asked: str) -> None:
    unit = TextUnit(text_id="t", text=text, asked=asked)
    for extractor in _EXTRACTORS:
        (mentions,) = extractor.extract([unit])
        assert extractor.extract([unit]) == [mentions]
        assert [m.start for m in mentions] == sorted(m.start for m in mentions)
        for mention in mentions:
            assert 0 <= mention.start < mention.end <= len(text)
            assert text[mention.start : mention.end].strip()
            assert mention.value.strip()
            assert -1.0 <= mention.preference <= 1.0
            assert 0.0 <= mention.confidence <= 1.0
            if mention.opinion is not None:
                assert 0 <= mention.opinion[0] < mention.opinion[1] <= len(text)
            if mention.condition is not None:
                first, last = mention.condition
                assert 0 <= first < last <= len(text)
                # Nothing is the condition of itself.
                assert mention.end <= first or last <= mention.start


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=200))
def test_tokens_and_numbers_hold_in_any_text(text: str) -> None:
    tokens = tokenize(text)
    assert all(text[token.start : token.end] == token.text for token in tokens)
    assert all(a.end <= b.start for a, b in pairwise(tokens))
    for span in (*years_in(text), *durations_in(text)):
        assert text[span.start : span.end].strip()
