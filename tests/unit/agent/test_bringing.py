"""A history becomes reactions and interests, once, and what was seen does not come back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.bringing import reaction_kind
from agent.palate import Palate
from interest.errors import UnknownNameError
from interest.evidence import Source
from interest.profile import ReactionKind
from interest.store import EventKind
from retrieval.history.records import HistoryRecord


@pytest.fixture
def palate(small_workspace: Path) -> Iterator[Palate]:
    opened = Palate.open(small_workspace, llm="none")
    yield opened
    opened.delete_user("ada")
    opened.close()


@pytest.fixture
def file(palate: Palate, tmp_path: Path) -> Path:
    first, second, third = palate.catalogue.items[:3]
    rows = [
        "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Review,Tags,Watched Date",
        f'2024-01-02,"{first.title}",{first.number("year"):.0f},u,5,,'
        '"I love slow films. I hate musicals.",,2024-01-01',
        f'2024-01-02,"{second.title}",{second.number("year"):.0f},u,1,,,,',
        f'2024-01-02,"{third.title}",{third.number("year"):.0f},u,,,,,',
        f'2024-01-02,"{palate.catalogue.items[4].title}",1900,u,5,,,,',
        "2024-01-02,Zorblax,1990,u,3,,,,",
    ]
    path = tmp_path / "reviews.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_a_preview_writes_nothing(palate: Palate, file: Path) -> None:
    preview = palate.preview_history(file)
    assert [entry.kind.value for entry in preview.matched] == ["liked", "disliked", "seen"]
    assert [entry.record.title for entry in preview.missing] == ["Zorblax"]
    assert len(preview.unsure) == 1
    assert "ada" not in palate.users()


def test_bringing_is_one_save_and_again_changes_nothing(palate: Palate, file: Path) -> None:
    profile = palate.bring_history("ada", palate.preview_history(file))
    first, second, third = (item.item_id for item in palate.catalogue.items[:3])
    assert profile.revision == 1
    assert profile.items(ReactionKind.LIKED) == (first,)
    assert profile.items(ReactionKind.DISLIKED) == (second,)
    assert profile.items(ReactionKind.SEEN) == (third,)
    musicals = profile.by_key["genre", "Musical"]
    assert musicals.polarity == -1
    (quote,) = musicals.evidence
    assert quote.source is Source.REVIEW
    assert quote.quote in "I love slow films. I hate musicals."
    assert [event.kind for event in palate.events("ada")] == [EventKind.IMPORTED]
    assert palate.bring_history("ada", palate.preview_history(file)) == profile
    shown = {pick.item_id for pick in palate.recommend("ada", n=50)}
    assert not shown & {first, second, third}


def test_a_choice_settles_what_was_unsure(palate: Palate, file: Path) -> None:
    preview = palate.preview_history(file)
    (unsure,) = preview.unsure
    choices = {unsure.record.place: unsure.match.candidates[0]}
    profile = palate.bring_history("ada", preview, choices=choices)
    assert unsure.match.candidates[0] in profile.items(ReactionKind.LIKED)
    with pytest.raises(UnknownNameError, match="zorblax"):
        palate.bring_history("ada", preview, choices={unsure.record.place: "zorblax"})


def test_what_was_done_here_later_stands(palate: Palate, file: Path) -> None:
    first = palate.catalogue.items[0].item_id
    palate.react("ada", first, ReactionKind.DISLIKED)
    profile = palate.bring_history("ada", palate.preview_history(file))
    assert first in profile.items(ReactionKind.DISLIKED)


@pytest.mark.parametrize(
    ("rating", "others", "kind"),
    [
        (0.7, [], "liked"),
        (0.6, [], "seen"),
        (0.4, [], "disliked"),
        (0.8, [0.9] * 100, "liked"),
        (0.7, [0.9] * 100, "seen"),
        (0.5, [0.9] * 100, "disliked"),
        (0.6, [0.3] * 100, "liked"),
        (0.4, [0.3] * 100, "seen"),
        (0.3, [0.3] * 100, "disliked"),
        (None, [0.9], "seen"),
    ],
)
def test_a_rating_is_read_by_the_person_s_own_middle(
    rating: float | None, others: list[float], kind: str
) -> None:
    record = HistoryRecord(place="x", title="x", rating=rating)
    assert reaction_kind(record, others).value == kind


def test_a_heart_is_a_like() -> None:
    record = HistoryRecord(place="x", title="x", rating=0.2, favourite=True)
    assert reaction_kind(record, []) is ReactionKind.LIKED
