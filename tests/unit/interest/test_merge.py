"""Merging: values worked out by hand, one rule at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from interest.domain import Domain, Facet, FacetKind
from interest.errors import InputError, UnknownNameError
from interest.evidence import Evidence, Source
from interest.interests import Interest, Strictness
from interest.merge import MergeConfig, merge
from interest.profile import InterestProfile

DAY = timedelta(days=1)
T0 = datetime(2026, 1, 1, tzinfo=UTC)
NOW = T0 + 100 * DAY
EMPTY = InterestProfile(user_id="ada", domain="things")


def facet(name: str, kind: FacetKind) -> Facet:
    return Facet(name=name, kind=kind, label=name.title(), columns=(), aliases={}, hints={})


THINGS = Domain(
    name="things",
    noun="thing",
    nouns="things",
    facets=(
        facet("kind", FacetKind.CATEGORY),
        facet("title", FacetKind.TITLE),
        facet("year", FacetKind.NUMBER),
    ),
    words={},
)


def said(
    value: str,
    preference: float,
    day: int,
    *,
    facet: str = "kind",
    confidence: float = 0.8,
    hard: bool = False,
    source: Source = Source.CHAT,
    text_id: str | None = None,
) -> Interest:
    """Something said on a day; its evidence is the value itself."""
    at = T0 + day * DAY
    return Interest(
        facet=facet,
        value=value,
        preference=preference,
        confidence=confidence,
        strictness=Strictness.HARD if hard else Strictness.SOFT,
        valid_from=at,
        evidence=(
            Evidence.whole(
                value, source=source, source_id=text_id or f"{source}-{day}", observed_at=at
            ),
        ),
    )


def edited(value: str, preference: float, day: int, *, hard: bool = False) -> Interest:
    return said(value, preference, day, hard=hard, confidence=1.0, source=Source.EDIT)


def merged(*interests: Interest, config: MergeConfig | None = None) -> InterestProfile:
    return merge(EMPTY, interests, now=NOW, domain=THINGS, config=config or MergeConfig())


def only(profile: InterestProfile) -> Interest:
    (interest,) = profile.interests
    return interest


def valid_values(profile: InterestProfile) -> list[str]:
    return [interest.value for interest in profile.holding(NOW)]


def test_first_statement_is_kept_as_it_is() -> None:
    statement = said("jazz", 0.7, 1)
    profile = merged(statement)
    assert profile.interests == (statement,)
    assert profile.updated_at == NOW
    assert profile.revision == 0


def test_nothing_new_leaves_the_very_profile() -> None:
    profile = merged(said("jazz", 0.7, 1))
    assert merge(profile, [], now=NOW + DAY, domain=THINGS) is profile
    assert merge(profile, [said("jazz", 0.7, 1)], now=NOW + DAY, domain=THINGS) is profile


def test_same_again_strengthens() -> None:
    result = only(merged(said("jazz", 0.5, 1), said("jazz", 1.0, 2)))
    # Weights .8 × .4 and .8 × .6: (.32 × .5 + .48 × 1) / .8.
    assert result.preference == pytest.approx(0.8)
    # 1 - (1 - .8) × (1 - .5 × .8)
    assert result.confidence == pytest.approx(0.88)
    assert [quote.source_id for quote in result.evidence] == ["chat-1", "chat-2"]
    assert result.valid_from == T0 + DAY


def test_surer_statement_moves_more() -> None:
    result = only(merged(said("jazz", 0.2, 1, confidence=0.1), said("jazz", 0.8, 2)))
    # Weights .1 × .4 = .04 and .8 × .6 = .48: (.04 × .2 + .48 × .8) / .52.
    assert result.preference == pytest.approx(0.392 / 0.52)


def test_mentions_in_one_text_are_not_independent() -> None:
    first = said("jazz", 0.5, 1, text_id="t")
    quote = Evidence.cut(
        "jazz, jazz", 6, 10, source=Source.CHAT, source_id="t", observed_at=T0 + DAY
    )
    result = only(merged(first, replace(first, evidence=(quote,), confidence=0.6)))
    assert result.confidence == 0.8
    assert len(result.evidence) == 2


def test_repetition_never_becomes_certain() -> None:
    statements = [said("jazz", 0.5, day, confidence=0.9) for day in range(30)]
    assert only(merged(*statements)).confidence == 0.99


def test_contradiction_takes_the_newest_sign_and_keeps_both_quotes() -> None:
    result = only(merged(said("horror", 0.9, 1), said("horror", -0.7, 5)))
    assert result.preference == -0.7
    assert result.confidence == 0.6
    assert [quote.source_id for quote in result.evidence] == ["chat-1", "chat-5"]
    assert result.valid_from == T0 + 5 * DAY


def test_old_text_read_late_does_not_win() -> None:
    newest_last = only(merged(said("horror", 0.9, 1), said("horror", -0.7, 5)))
    newest_first = only(merged(said("horror", -0.7, 5), said("horror", 0.9, 1)))
    assert newest_first == newest_last


def test_click_does_not_overrule_words() -> None:
    for source in (Source.RATING, Source.FEEDBACK):
        result = only(merged(said("horror", -0.8, 1), said("horror", 0.4, 2, source=source)))
        assert (result.preference, result.confidence) == (-0.8, 0.8)
        assert len(result.evidence) == 2


def test_words_overrule_a_click() -> None:
    result = only(merged(said("horror", 0.4, 1, source=Source.RATING), said("horror", -0.8, 2)))
    assert result.preference == -0.8


def test_later_hard_statement_hardens() -> None:
    result = only(merged(said("horror", -0.6, 1), said("horror", -1.0, 2, hard=True)))
    assert result.strictness is Strictness.HARD


@pytest.mark.parametrize(
    ("preference", "strictness"),
    [
        (-0.2, Strictness.SOFT),  # "a little horror is fine"
        (0.5, Strictness.SOFT),  # "I like horror after all"
        (-0.8, Strictness.HARD),  # "I really don't like horror": agrees
    ],
)
def test_later_soft_statement_relaxes_unless_it_agrees(
    preference: float, strictness: Strictness
) -> None:
    result = only(merged(said("horror", -1.0, 1, hard=True), said("horror", preference, 2)))
    assert result.strictness is strictness


def test_rest_of_the_sentence_relaxes_nothing() -> None:
    first = said("horror", -1.0, 1, hard=True, text_id="t")
    quote = Evidence.cut(
        "horror? horror", 8, 14, source=Source.CHAT, source_id="t", observed_at=T0 + DAY
    )
    again = replace(first, preference=-0.2, strictness=Strictness.SOFT, evidence=(quote,))
    assert only(merged(first, again)).is_hard


def test_weak_mention_does_not_dilute_an_edit() -> None:
    for weak in (
        said("jazz", 0.2, 5),
        said("jazz", -0.4, 5),
        said("jazz", -0.9, 5, confidence=0.5),
    ):
        result = only(merged(edited("jazz", 0.9, 1), weak))
        assert (result.preference, result.confidence) == (0.9, 1.0)
        assert len(result.evidence) == 2


def test_strong_contradiction_overrules_an_edit() -> None:
    result = only(merged(edited("jazz", 0.9, 1), said("jazz", -0.9, 5)))
    assert (result.preference, result.confidence) == (-0.9, 0.6)
    # And from then on the edit is history: a mild mention counts again.
    after = only(merged(edited("jazz", 0.9, 1), said("jazz", -0.9, 5), said("jazz", -0.3, 6)))
    assert -0.9 < after.preference < -0.3


def test_hard_demand_overrules_a_soft_edit() -> None:
    result = only(merged(edited("jazz", 0.9, 1), said("jazz", 1.0, 5, hard=True)))
    assert result.is_hard


def test_edit_overrules_everything() -> None:
    result = only(merged(said("horror", -1.0, 1, hard=True), edited("horror", 0.3, 2)))
    assert (result.preference, result.confidence) == (0.3, 1.0)
    assert not result.is_hard
    assert [quote.source for quote in result.evidence] == [Source.CHAT, Source.EDIT]


def test_chat_from_before_an_edit_changes_nothing_but_evidence() -> None:
    result = only(merged(edited("jazz", 0.9, 5), said("jazz", -1.0, 1, hard=True)))
    assert (result.preference, result.confidence, result.is_hard) == (0.9, 1.0, False)
    assert [quote.source for quote in result.evidence] == [Source.CHAT, Source.EDIT]


def test_evidence_is_capped_at_first_last_edit_and_latest() -> None:
    statements = [said("jazz", 0.5, day) for day in (1, 2, 4, 5, 6, 7)]
    statements.insert(2, edited("jazz", 0.8, 3))
    profile = merged(*statements, config=MergeConfig(max_evidence=4))
    days = [(quote.observed_at - T0).days for quote in only(profile).evidence]
    assert days == [1, 3, 6, 7]


def test_interests_stay_in_the_order_of_their_first_mention() -> None:
    profile = merged(said("a", 0.5, 1), said("b", 0.5, 1), said("a", 0.9, 2), said("c", 0.5, 2))
    assert [interest.value for interest in profile.interests] == ["a", "b", "c"]


def test_ended_interest_that_is_shown_again_holds_again() -> None:
    ended = replace(said("jazz", 0.8, 1), valid_to=T0 + 10 * DAY)
    result = only(merged(ended, said("jazz", 0.8, 20)))
    assert (result.valid_from, result.valid_to) == (T0 + 20 * DAY, None)


def year(value: str, day: int, *, hard: bool = True, preference: float = 1.0) -> Interest:
    return said(value, preference, day, facet="year", hard=hard)


@pytest.mark.parametrize(
    ("older", "newer", "left"),
    [
        (year("1980..", 1), year("1990..", 2), ["1990.."]),
        (year("1980..", 1), year("1970..", 2), ["1970.."]),
        (year("1980..", 1), year("..2000", 2), ["1980..", "..2000"]),
        (year("1980..", 1), year("..1975", 2), ["..1975"]),
        (year("1980..1989", 1), year("1990..1999", 2), ["1990..1999"]),
        (year("1994", 1), year("1995", 2), ["1995"]),
        # Soft wishes inside or across a demand do not lift it; one that excludes it does.
        (year("1980..", 1), year("1985..1995", 2, hard=False), ["1980..", "1985..1995"]),
        (year("1980..", 1), year("1970..1979", 2, hard=False), ["1970..1979"]),
        # Soft ones stand beside each other.
        (year("1980..1989", 1, hard=False), year("1990..", 2), ["1980..1989", "1990.."]),
        # "Never before 1980" bounds from below, like "1980..".
        (year("..1979", 1, preference=-1.0), year("1990..", 2), ["1990.."]),
        (year("..1979", 1, preference=-1.0), year("..1969", 2, preference=-1.0), ["..1969"]),
        (year("..1979", 1, preference=-1.0), year("1979", 2), ["1979"]),
        (year("1980..", 1), year("..1980", 2, preference=-1.0), ["..1980"]),
        (year("..1979", 1, preference=-1.0), year("..2000", 2), ["..1979", "..2000"]),
        # A hole conflicts with what lies inside it only.
        (year("1970..1979", 1, preference=-1.0), year("1975", 2), ["1975"]),
        (year("1970..1979", 1, preference=-1.0), year("1975..", 2), ["1970..1979", "1975.."]),
        (
            year("1970..1979", 1, preference=-1.0),
            year("1990..1999", 2, preference=-1.0),
            ["1970..1979", "1990..1999"],
        ),
        (year("1975..1976", 1), year("1970..1979", 2, preference=-1.0), ["1970..1979"]),
    ],
    ids=lambda value: value.value if isinstance(value, Interest) else "",
)
def test_newer_range_against_an_older_one(
    older: Interest, newer: Interest, left: list[str]
) -> None:
    assert valid_values(merged(older, newer)) == left
    assert sorted(valid_values(merged(newer, older))) == sorted(left)


def test_superseded_range_keeps_its_words_and_its_end() -> None:
    profile = merged(year("1980..", 1), year("1990..", 2))
    first, second = profile.interests
    assert (first.value, first.valid_to) == ("1980..", T0 + 2 * DAY)
    assert first.evidence == year("1980..", 1).evidence
    assert second.valid_to is None


def test_range_that_is_demanded_again_comes_back() -> None:
    profile = merged(year("1980..", 1), year("1990..", 2), year("1980..", 3))
    assert valid_values(profile) == ["1980.."]


def test_weak_mention_does_not_supersede_an_edited_range() -> None:
    by_hand = replace(edited("1980..", 1.0, 1, hard=True), facet="year")
    weak = said("..1975", 0.4, 2, facet="year")
    strong = said("..1975", 0.9, 2, facet="year")
    assert valid_values(merged(by_hand, weak)) == ["1980..", "..1975"]
    assert valid_values(merged(by_hand, strong)) == ["..1975"]


def test_titles_that_look_like_numbers_are_not_ranges() -> None:
    films = [
        said(title, 1.0, day, facet="title", hard=True) for day, title in ((1, "1917"), (2, "300"))
    ]
    assert valid_values(merged(*films)) == ["1917", "300"]


def test_shipped_domain_is_asked_for_numbers() -> None:
    movies = InterestProfile(user_id="ada")
    profile = merge(movies, [year("1980..", 1), year("1990..", 2)], now=NOW)
    assert valid_values(profile) == ["1990.."]


def test_unknown_domain_is_named() -> None:
    with pytest.raises(UnknownNameError, match="things"):
        merge(EMPTY, [year("1980..", 1)], now=NOW)


@pytest.mark.parametrize(
    "wrong", [{"newer_weight": 1.0}, {"max_evidence": 2}, {"half_life_days": {Source.CHAT: 0.0}}]
)
def test_impossible_settings_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(InputError):
        MergeConfig(**wrong)  # pyright: ignore[reportArgumentType]


def test_a_rule_under_a_condition_leaves_the_taste_alone() -> None:
    love = said("horror", 0.9, 1)
    never = replace(said("horror", -0.9, 2, hard=True), condition="with the kids")
    assert merged(love, never).interests == (love, never)
    assert merged(never, love).interests == (never, love)


def test_statements_under_one_condition_combine() -> None:
    first = replace(said("horror", -0.6, 1), condition="with the kids")
    again = replace(said("horror", -0.6, 2), condition="with the kids")
    (interest,) = merged(first, again).interests
    assert interest.condition == "with the kids"
    assert [quote.quote for quote in interest.evidence] == ["horror", "horror"]
    # Not the same text: 1 - (1 - 0.8)(1 - r 0.8).
    assert interest.confidence == pytest.approx(1 - 0.2 * (1 - MergeConfig().reinforcement * 0.8))


def test_ranges_under_different_conditions_do_not_conflict() -> None:
    always = said("1980..", 0.8, 1, facet="year", hard=True)
    with_mum = replace(
        said("..1975", 0.8, 2, facet="year", hard=True), condition="when my mum is here"
    )
    later = replace(
        said("1960..1969", 0.8, 3, facet="year", hard=True), condition=with_mum.condition
    )
    assert valid_values(merged(always, with_mum)) == ["1980..", "..1975"]
    assert valid_values(merged(always, with_mum, later)) == ["1980..", "1960..1969"]
