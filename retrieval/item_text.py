"""What the encoder reads about an item: one short text, most telling facts first.

It knows the kinds of facets and the columns a domain names; it does not know any column itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from interest.domain import Domain, Facet, FacetKind
from retrieval.types import Item

__all__ = ["MAX_NAMES", "item_text"]

#: Names taken from one column. Sentence encoders read some 256 word pieces; long casts would
#: push everything else out.
MAX_NAMES = 12


def item_text(item: Item, domain: Domain) -> str:
    """The item in one line: label, categories, description, names of people and things.

    >>> # "Heat (1995). Genre: Crime, Drama. Director: Michael Mann."
    """
    sentences = [
        item.label,
        *_facets(item, domain, FacetKind.CATEGORY),
        item.description.strip(),
        *_facets(item, domain, FacetKind.ENTITY),
    ]
    return " ".join(_sentence(part) for part in sentences if part)


def _facets(item: Item, domain: Domain, kind: FacetKind) -> Iterator[str]:
    for facet in domain.of_kind(kind):
        for column in facet.columns:
            names = item.names(column)[:MAX_NAMES]
            if names:
                yield f"{_heading(facet, column)}: {', '.join(names)}"


def _heading(facet: Facet, column: str) -> str:
    """One column: the facet's label; several (director, cast): the column says which role."""
    if len(facet.columns) == 1:
        return facet.label
    return column.replace("_", " ").capitalize()


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
