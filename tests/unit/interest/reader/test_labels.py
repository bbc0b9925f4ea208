"""Label sequences and the spans they stand for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from interest.domain import load_domain
from interest.reader.labels import FACETS, N_LABELS, begin, inside, spans_of

TITLE, GENRE = FACETS.index("title"), FACETS.index("genre")


def test_spans_begin_go_on_and_end() -> None:
    labels = [0, begin(TITLE), inside(TITLE), 0, begin(GENRE), begin(GENRE)]
    assert spans_of(labels) == [(1, 3, TITLE), (4, 5, GENRE), (5, 6, GENRE)]


def test_an_inner_label_without_a_beginning_begins_a_span() -> None:
    assert spans_of([inside(TITLE), inside(GENRE), inside(GENRE)]) == [(0, 1, TITLE), (1, 3, GENRE)]


def test_every_facet_of_the_film_domain_can_be_marked() -> None:
    assert set(load_domain("movies").by_name) == set(FACETS)


@given(st.lists(st.integers(0, N_LABELS - 1)))
def test_spans_cover_exactly_the_labelled_words_without_overlap(labels: list[int]) -> None:
    covered = [i for first, last, _ in spans_of(labels) for i in range(first, last)]
    assert covered == [i for i, label in enumerate(labels) if label]
