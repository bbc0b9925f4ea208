"""Example prompts made from the catalogue itself, so that they work with any catalogue.

It knows prominent titles and values; it does not know what they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from markupsafe import Markup

from interest.domain import Domain, FacetKind
from interest.vocabulary import Vocabulary, VocabularyEntry

__all__ = ["example_prompts", "prompts_html"]

#: Values per facet to choose from.
_CHOICES = 3
#: Longer names make a prompt that nobody would type.
_LONGEST = 20


def example_prompts(vocabulary: Vocabulary, domain: Domain) -> tuple[str, ...]:
    """A few first messages: titles that are liked, something like a title, a kind, a refusal.

    Only values that the catalogue has are named. A catalogue that offers too little gives fewer.
    """
    heaviest = _heaviest(vocabulary.entries())
    titles = [
        entry.names[0]
        for facet in domain.of_kind(FacetKind.TITLE)
        for entry in heaviest.get(facet.name, ())
    ]
    kinds = [
        entry.names[0]
        for facet in domain.of_kind(FacetKind.CATEGORY)[:1]
        for entry in heaviest.get(facet.name, ())
    ]
    prompts: list[str] = []
    if len(titles) > 1:
        prompts.append(f"I loved {titles[0]} and {titles[1]}")
    if titles:
        wish = f", but more {kinds[-1]}" if kinds else ""
        prompts.append(f"Something like {titles[-1]}{wish}")
    if len(kinds) > 1:
        prompts.append(f"{kinds[0]}, but no {kinds[1]}")
    return tuple(prompts)


def prompts_html(prompts: Iterable[str]) -> str:
    """The prompts as buttons that send them."""
    buttons = Markup("").join(
        Markup(
            '<li><button type="button" class="p-button" data-action="say" data-text="{0}">{0}'
            "</button></li>"
        ).format(prompt)
        for prompt in prompts
    )
    return str(Markup('<ul class="p-prompts" aria-label="Examples">{}</ul>').format(buttons))


def _heaviest(entries: Iterable[VocabularyEntry]) -> Mapping[str, list[VocabularyEntry]]:
    """The most prominent values with short names per facet, heaviest first, then by name."""
    by_facet: dict[str, list[VocabularyEntry]] = {}
    for entry in entries:
        if len(entry.names[0]) <= _LONGEST:
            by_facet.setdefault(entry.facet, []).append(entry)
    return {
        facet: sorted(found, key=lambda entry: (-entry.weight, entry.value))[:_CHOICES]
        for facet, found in by_facet.items()
    }
