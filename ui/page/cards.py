"""Recommendations as cards.

It knows how a recommendation and a reaction look as HTML; it does not know where they come from.
All text goes through :class:`markupsafe.Markup`, so that titles and quotes stay text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from agent.turns import Claim, Recommendation
from interest.domain import Domain, FacetKind
from interest.profile import ReactionKind
from retrieval.types import LedgerEntry, Part
from ui.page.icons import icon
from ui.words import (
    PART_WORDS,
    REACTION_WORDS,
    VERDICT_SYMBOLS,
    VERDICT_WORDS,
    day_words,
    facts,
    verdict_sentence,
)

__all__ = ["cards_html", "no_cards_html"]

#: What people can press on a card, in this order.
_BUTTONS = (
    (ReactionKind.LIKED, "Like", "like"),
    (ReactionKind.DISLIKED, "Dislike", "dislike"),
    (ReactionKind.SEEN, "Seen", "seen"),
    (ReactionKind.REJECTED, "Not interested", "reject"),
)

#: After these a card steps back: the item does not come again.
_PUT_AWAY = frozenset({ReactionKind.DISLIKED, ReactionKind.SEEN, ReactionKind.REJECTED})


def no_cards_html(domain: Domain) -> str:
    """What stands in the place of the cards before there are any."""
    text = Markup(
        '<div class="p-empty"><p class="p-empty-lead">Nothing picked yet.</p>'
        "<p>Say what you like or are tired of, and {} that fit appear here, "
        "each with its reasons.</p></div>"
    ).format(domain.nouns)
    return str(text)


def cards_html(
    recommendations: Sequence[Recommendation],
    domain: Domain,
    reactions: Mapping[str, ReactionKind],
) -> str:
    """The recommendations as an ordered list of cards.

    Args:
        recommendations: Best first.
        domain: Names facets and columns.
        reactions: What the person did with items, by item id.
    """
    if not recommendations:
        return no_cards_html(domain)
    cards = Markup("").join(
        _card(entry, domain, reactions.get(entry.item_id)) for entry in recommendations
    )
    answered = sum(entry.item_id in reactions for entry in recommendations)
    return str(Markup('{}<ol class="p-cards">{}</ol>').format(_refresh(answered, domain), cards))


def _refresh(answered: int, domain: Domain) -> Markup:
    """The list stays under the reader's hand until they ask for the next one.

    The paragraph is always there: were it to come and go, the browser would build the cards below
    it anew, and whoever works with the keyboard would lose their place.
    """
    if not answered:
        return Markup('<p class="p-refresh" hidden></p>')
    noun = domain.noun if answered == 1 else domain.nouns
    return Markup(
        '<p class="p-refresh"><span>You answered on {} {}.</span>'
        '<button type="button" class="p-button p-strong" data-action="refresh">'
        "Show new picks</button></p>"
    ).format(answered, noun)


def _card(entry: Recommendation, domain: Domain, reaction: ReactionKind | None) -> Markup:
    year = entry.item.number("year")
    shown_year = Markup(' <span class="p-year">{}</span>').format(int(year)) if year else ""
    away = " p-away" if reaction in _PUT_AWAY else ""
    return Markup(
        '<li class="p-card{away}" data-item="{item_id}">'
        '<h3 class="p-title"><span class="p-rank">{rank}</span>{title}{year}</h3>'
        "{about}{why}{ledger}{buttons}{more}</li>"
    ).format(
        away=away,
        item_id=entry.item_id,
        rank=entry.rank,
        title=entry.item.title,
        year=shown_year,
        about=_about(entry, domain),
        why=_why(entry),
        ledger=_ledger(entry.ledger, domain),
        buttons=_buttons(entry, reaction),
        more=_more(entry, domain),
    )


def _about(entry: Recommendation, domain: Domain) -> Markup:
    """Two lines: numbers and categories, then the first person or maker."""
    known = facts(entry.item, domain)
    first = [f.words for f in known if f.kind is FacetKind.NUMBER]
    first += [f.words for f in known if f.kind is FacetKind.CATEGORY and f.main][:1]
    second = [f.phrase for f in known if f.kind is FacetKind.ENTITY and f.main][:1]
    lines = [" · ".join(words) for words in (first, second) if words]
    return Markup("").join(Markup('<p class="p-about">{}</p>').format(line) for line in lines)


def _why(entry: Recommendation) -> Markup:
    if not entry.explanation.text:
        return Markup("")
    return Markup('<p class="p-why">{}</p>').format(entry.explanation.text)


def _ledger(ledger: Sequence[LedgerEntry], domain: Domain) -> Markup:
    if not ledger:
        return Markup("")
    chips = Markup("").join(
        Markup(
            '<li class="p-chip p-{verdict}"><span aria-hidden="true">{sign}</span> '
            "<b>{word}</b> {text}</li>"
        ).format(
            verdict=line.verdict.value,
            sign=VERDICT_SYMBOLS[line.verdict],
            word=VERDICT_WORDS[line.verdict],
            text=verdict_sentence(domain, line),
        )
        for line in ledger
    )
    return Markup('<ul class="p-ledger" aria-label="What you asked for">{}</ul>').format(chips)


def _buttons(entry: Recommendation, reaction: ReactionKind | None) -> Markup:
    buttons = Markup("").join(
        Markup(
            '<button type="button" class="p-button" data-action="{kind}" data-item="{item_id}" '
            'aria-pressed="{pressed}">{icon}<span>{label}</span></button>'
        ).format(
            kind=kind.value,
            item_id=entry.item_id,
            pressed="true" if kind is reaction else "false",
            icon=icon(name),
            label=REACTION_WORDS[kind] if kind is reaction else label,
        )
        for kind, label, name in _BUTTONS
    )
    return Markup(
        '<div class="p-buttons" role="group" aria-label="Your answer on {}">{}</div>'
    ).format(entry.title, buttons)


def _more(entry: Recommendation, domain: Domain) -> Markup:
    """What is behind "Why": every claim with what it rests on, the score, the catalogue's facts."""
    return Markup(
        '<details class="p-more"><summary>Why<span class="p-hidden"> {title}</span></summary>'
        "{claims}{parts}{facts}</details>"
    ).format(
        title=entry.title,
        claims=_claims(entry.explanation.claims),
        parts=_parts(entry),
        facts=_facts(entry, domain),
    )


def _claims(claims: Sequence[Claim]) -> Markup:
    if not claims:
        return Markup("<p>Nothing you said speaks for it directly; the score below does.</p>")
    lines = Markup("").join(
        Markup("<li>{}{}</li>").format(claim.text, _rests_on(claim)) for claim in claims
    )
    return Markup('<h4>Reasons</h4><ul class="p-claims">{}</ul>').format(lines)


def _rests_on(claim: Claim) -> Markup:
    if claim.evidence is not None:
        return Markup(' <span class="p-source">{}</span>').format(day_words(claim.evidence))
    if claim.column:
        return Markup(' <span class="p-source">catalogue: {}</span>').format(claim.column)
    return Markup(' <span class="p-source">counted in the ratings</span>')


def _parts(entry: Recommendation) -> Markup:
    largest = max((abs(value) for value in entry.parts.values()), default=0.0)
    if not largest:
        return Markup("")
    rows = Markup("").join(
        _part(part, entry.parts[part], largest) for part in Part if entry.parts.get(part)
    )
    cold = (
        Markup('<p class="p-note">Nobody has rated it yet: it was found by what it is about.</p>')
        if entry.cold
        else ""
    )
    return Markup('<h4>Score {:.2f}, made of</h4><ul class="p-parts">{}</ul>{}').format(
        entry.score, rows, cold
    )


def _part(part: Part, value: float, largest: float) -> Markup:
    return Markup(
        '<li class="{sign}"><span>{words}</span>'
        '<span class="p-bar" aria-hidden="true"><i style="width:{width:.0f}%"></i></span>'
        '<span class="p-number">{value}</span></li>'
    ).format(
        sign="p-minus" if value < 0 else "p-plus",
        words=PART_WORDS[part],
        width=100 * abs(value) / largest,
        value=f"{value:+.2f}".replace("-", "−"),
    )


def _facts(entry: Recommendation, domain: Domain) -> Markup:
    rows = Markup("").join(
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(fact.column, fact.words)
        for fact in facts(entry.item, domain)
    )
    about = Markup("<p>{}</p>").format(entry.item.description) if entry.item.description else ""
    if not rows and not about:
        return Markup("")
    return Markup('<h4>In the catalogue</h4>{}<dl class="p-facts">{}</dl>').format(about, rows)
