"""The profile as people read and correct it: "Your taste".

It knows how interests, evidence and their editor look as HTML; it does not know how a change is
made. All text goes through :class:`markupsafe.Markup`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from markupsafe import Markup

from interest.domain import Domain, FacetKind
from interest.evidence import Evidence
from interest.interests import Interest, Strictness
from interest.profile import InterestProfile, Reaction, ReactionKind
from ui.words import (
    REACTION_WORDS,
    STRENGTHS,
    evidence_words,
    facet_label,
    nearest_strength,
    stance_words,
    value_words,
)

__all__ = ["taste_html"]

_STRICTNESS: Mapping[Strictness, str] = {
    Strictness.SOFT: "a wish",
    Strictness.HARD: "a rule (only or never)",
}

#: Older quotes of one interest wait behind "more".
_QUOTES_SHOWN = 1


def taste_html(
    profile: InterestProfile, domain: Domain, titles: Mapping[str, str], *, now: datetime
) -> str:
    """The whole panel.

    Args:
        profile: Whose taste.
        domain: Names and orders the facets.
        titles: Title per item id of the profile's reactions.
        now: Interests that ended before it are listed apart.
    """
    holding = list(profile.holding(now))
    ended = [interest for interest in profile.interests if interest not in holding]
    panel = Markup('<div class="p-taste">{}{}{}{}{}</div>').format(
        _groups(holding, domain) if holding else _nothing(domain),
        _reactions(_further(profile, domain, titles), titles),
        _ended(ended, domain),
        _adder(domain),
        _forgetter() if profile.revision else "",
    )
    return str(panel)


def _nothing(domain: Domain) -> Markup:
    return Markup(
        '<p class="p-empty">What you say about {} is noted here, with your own words as '
        "evidence. You can correct or remove every line.</p>"
    ).format(domain.nouns)


def _groups(interests: Sequence[Interest], domain: Domain) -> Markup:
    names = [facet.name for facet in domain.facets]
    names += [i.facet for i in interests if i.facet not in domain.by_name]
    groups = {
        name: [interest for interest in interests if interest.facet == name]
        for name in dict.fromkeys(names)
    }
    return Markup("").join(
        Markup('<section><h3>{}</h3><ul class="p-interests">{}</ul></section>').format(
            facet_label(domain, name),
            Markup("").join(_interest(interest, domain) for interest in _strongest_first(members)),
        )
        for name, members in groups.items()
        if members
    )


def _strongest_first(interests: Iterable[Interest]) -> list[Interest]:
    return sorted(interests, key=lambda interest: -interest.preference)


def _interest(interest: Interest, domain: Domain) -> Markup:
    sign = {1: "p-plus", -1: "p-minus", 0: "p-neither"}[interest.polarity]
    value = value_words(domain, interest.facet, interest.value)
    own = "" if interest.linked else Markup(' <span class="p-source">in your words</span>')
    return Markup(
        '<li class="p-interest {sign}"><p class="p-line"><span class="p-value">{value}</span>'
        '<span class="p-strength">{strength}</span></p>{quotes}{own}{actions}</li>'
    ).format(
        sign=sign,
        value=value,
        strength=stance_words(interest),
        quotes=_quotes(interest.evidence),
        own=own,
        actions=_actions(interest, value),
    )


def _quotes(evidence: Sequence[Evidence]) -> Markup:
    newest = [_quote(entry) for entry in reversed(evidence)]
    shown = Markup("").join(newest[:_QUOTES_SHOWN])
    older = newest[_QUOTES_SHOWN:]
    if not older:
        return shown
    return Markup('{}<details class="p-older"><summary>{} more</summary>{}</details>').format(
        shown, len(older), Markup("").join(older)
    )


def _quote(evidence: Evidence) -> Markup:
    return Markup('<p class="p-quote"><q>{}</q> <span class="p-source">{}</span></p>').format(
        evidence.quote, evidence_words(evidence)
    )


def _actions(interest: Interest, value: str) -> Markup:
    return Markup(
        '<div class="p-line-actions">'
        '<details class="p-edit"><summary>Edit<span class="p-hidden"> {value}</span></summary>'
        '<form data-action="change" data-facet="{facet}" data-value="{key}" '
        'data-condition="{condition}">'
        "{strength}{strictness}"
        '<button type="submit" class="p-button p-strong">Save</button></form></details>'
        '<button type="button" class="p-link" data-action="delete" data-facet="{facet}" '
        'data-value="{key}" data-condition="{condition}">Remove<span class="p-hidden"> {value}'
        "</span></button></div>"
    ).format(
        value=f"{value}, {interest.condition}" if interest.condition else value,
        facet=interest.facet,
        condition=interest.condition,
        key=interest.value,
        strength=_strength_choice(nearest_strength(interest.preference)),
        strictness=_strictness_choice(interest.strictness),
    )


def _strength_choice(chosen: str) -> Markup:
    options = {word: word for word in STRENGTHS}
    return _choice("How strong", "preference", options, chosen)


def _strictness_choice(chosen: Strictness) -> Markup:
    options = {kind.value: words for kind, words in _STRICTNESS.items()}
    return _choice("It is", "strictness", options, chosen.value)


def _choice(label: str, name: str, options: Mapping[str, str], chosen: str) -> Markup:
    rows = Markup("").join(
        Markup('<option value="{}"{}>{}</option>').format(
            value, Markup(" selected") if value == chosen else "", words
        )
        for value, words in options.items()
    )
    return Markup('<label>{}<select name="{}">{}</select></label>').format(label, name, rows)


def _reactions(reactions: Sequence[Reaction], titles: Mapping[str, str]) -> Markup:
    if not reactions:
        return Markup("")
    newest_first = sorted(reactions, key=lambda reaction: reaction.at, reverse=True)
    rows = Markup("").join(_reaction(entry, titles) for entry in newest_first)
    return Markup('<section><h3>Your answers</h3><ul class="p-interests">{}</ul></section>').format(
        rows
    )


def _further(profile: InterestProfile, domain: Domain, titles: Mapping[str, str]) -> list[Reaction]:
    """The answers that no interest in a title says already: "loved Alien" is one line, not two."""
    names = {facet.name for facet in domain.of_kind(FacetKind.TITLE)}
    always = [interest for interest in profile.interests if not interest.condition]
    said = {i.value: i.polarity for i in always if i.facet in names}
    signs = {ReactionKind.LIKED: 1, ReactionKind.DISLIKED: -1}
    return [
        reaction
        for reaction in profile.reactions
        if reaction.kind not in signs
        or said.get(titles.get(reaction.item_id, "")) != signs[reaction.kind]
    ]


def _reaction(reaction: Reaction, titles: Mapping[str, str]) -> Markup:
    title = titles.get(reaction.item_id, reaction.item_id)
    return Markup(
        '<li class="p-interest p-reaction"><p class="p-line"><span class="p-value">{title}</span>'
        '<span class="p-strength">{kind}</span></p><div class="p-line-actions">'
        '<button type="button" class="p-link" data-action="clear" data-item="{item_id}">Take back'
        '<span class="p-hidden"> {title}</span></button></div></li>'
    ).format(title=title, kind=REACTION_WORDS[reaction.kind], item_id=reaction.item_id)


def _ended(interests: Sequence[Interest], domain: Domain) -> Markup:
    if not interests:
        return Markup("")
    rows = Markup("").join(
        Markup("<li>{}: {}{} <span class='p-source'>until {}</span></li>").format(
            facet_label(domain, interest.facet),
            value_words(domain, interest.facet, interest.value),
            f", {interest.condition}" if interest.condition else "",
            f"{interest.valid_to:%d %b %Y}" if interest.valid_to else "",
        )
        for interest in interests
    )
    return Markup(
        '<details class="p-ended"><summary>No longer so ({})</summary><ul>{}</ul></details>'
    ).format(len(interests), rows)


def _adder(domain: Domain) -> Markup:
    facets = {
        facet.name: facet.label for facet in domain.facets if facet.kind is not FacetKind.ASPECT
    }
    first = next(iter(facets), "")
    return Markup(
        '<details class="p-add"><summary>Add something</summary><form data-action="add">'
        "{facet}<label>What<input name='value' required maxlength='120' autocomplete='off' "
        "list='p-suggestions'></label><datalist id='p-suggestions'></datalist>"
        "{strength}{strictness}"
        '<button type="submit" class="p-button p-strong">Add</button></form></details>'
    ).format(
        facet=_choice("Kind", "facet", facets, first),
        strength=_strength_choice("Like"),
        strictness=_strictness_choice(Strictness.SOFT),
    )


def _forgetter() -> Markup:
    """Two steps, so that nobody loses a profile by one wrong press."""
    return Markup(
        '<details class="p-forget"><summary>Delete everything</summary>'
        "<p>Profile, quotes, answers and conversation go at once and cannot be had back.</p>"
        '<button type="button" class="p-button p-danger" data-action="forget">'
        "Yes, delete everything about me</button></details>"
    )
