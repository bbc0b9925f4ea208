"""Domains: what kinds of interests there are, read from a data file in ``interest/domains``.

It knows facets, their columns in a catalogue and their vocabulary; it does not know any item.
Nothing else in the code may know what a film is: another domain is another file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property, lru_cache
from importlib import resources
from typing import Any

from interest.errors import UnknownNameError

__all__ = ["Domain", "Facet", "FacetKind", "domain_names", "load_domain"]


class FacetKind(StrEnum):
    """How values of a facet are found and compared."""

    CATEGORY = "category"  #: a closed set of values, an item has several (genre, language)
    ENTITY = "entity"  #: an open set of names from the catalogue (person)
    TITLE = "title"  #: the items themselves
    NUMBER = "number"  #: ranges over a numeric column (year, runtime)
    OPEN = "open"  #: soft words that no column holds (mood, theme, pace): compared by meaning
    ASPECT = "aspect"  #: aspects of reviewed things (battery life, service), with an opinion


@dataclass(frozen=True, kw_only=True, slots=True)
class Facet:
    """One kind of interest.

    Attributes:
        name: Name in profiles and exports.
        kind: How its values are found and compared.
        label: What people read on the page.
        columns: Columns of the catalogue that hold its values, best first; empty for ``open``.
        aliases: Lower-case words that mean a value: ``{"sci fi": "Sci-Fi"}``. For ``open`` facets
            this is the shipped vocabulary.
        hints: For ``open`` values, what else speaks for them in other facets:
            ``{"funny": {"genre": ("Comedy",)}}``.
        unit: Unit of a numeric facet (``"min"``), for people.
        compounds: Words that name several values at once: ``{"romcom": ("Romance", "Comedy")}``.
            Liking the compound is liking its parts; disliking it is not.
    """

    name: str
    kind: FacetKind
    label: str
    columns: tuple[str, ...]
    aliases: Mapping[str, str]
    hints: Mapping[str, Mapping[str, tuple[str, ...]]]
    unit: str = ""
    compounds: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])


@dataclass(frozen=True, kw_only=True)
class Domain:
    """A domain: its facets and its words for people.

    Attributes:
        name: File name without ending.
        noun: What one item is called (``"film"``).
        nouns: What several are called (``"films"``).
        facets: In the order in which people should see them.
        words: Other word lists of the domain file, by name (stop words, cues …), lower-case.
        phrases: How to say that an item has a value in a column, with ``{value}`` in it.
        comparatives: Words that compare with what was shown, with the numeric facet and whether
            they ask for more of it: ``{"older": ("year", False)}``.
        telling: Columns in which it says something that two items share a value, best first.
        questions: Words that ask for a column, lower-case: ``{"director": ("who directed",)}``.
        fold: For scoring against gold data with coarser facets: facet to the gold facet that
            covers it (``{"theme": "genre"}``). The product itself never folds.
        examples: Texts with the interests in them, for the prompts of language models: tables
            with ``text``, perhaps ``asked``, and ``interests``.
    """

    name: str
    noun: str
    nouns: str
    facets: tuple[Facet, ...]
    words: Mapping[str, tuple[str, ...]]
    phrases: Mapping[str, str] = field(default_factory=dict[str, str])
    comparatives: Mapping[str, tuple[str, bool]] = field(
        default_factory=dict[str, tuple[str, bool]]
    )
    telling: tuple[str, ...] = ()
    questions: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    fold: Mapping[str, str] = field(default_factory=dict[str, str])
    examples: tuple[Mapping[str, Any], ...] = ()

    @cached_property
    def by_name(self) -> Mapping[str, Facet]:
        return {facet.name: facet for facet in self.facets}

    def facet(self, name: str) -> Facet:
        """The facet with this name.

        Raises:
            UnknownNameError: The domain has no such facet.
        """
        if name not in self.by_name:
            raise UnknownNameError(
                f"The domain {self.name!r} has no facet {name!r}.",
                f"Choose one of: {', '.join(self.by_name)}.",
            )
        return self.by_name[name]

    def phrase(self, column: str, value: str) -> str:
        """Say that an item has this value in this column."""
        return self.phrases.get(column, column + ": {value}").replace("{value}", value)

    def of_kind(self, *kinds: FacetKind) -> tuple[Facet, ...]:
        return tuple(facet for facet in self.facets if facet.kind in kinds)


def domain_names() -> tuple[str, ...]:
    """Names of the domains that are shipped, sorted."""
    folder = resources.files("interest") / "domains"
    return tuple(
        sorted(
            entry.name.removesuffix(".toml")
            for entry in folder.iterdir()
            if entry.name.endswith(".toml")
        )
    )


@lru_cache
def load_domain(name: str) -> Domain:
    """Read a domain file.

    Raises:
        UnknownNameError: There is no such domain.
    """
    if name not in domain_names():
        raise UnknownNameError(
            f"There is no domain {name!r}.", f"Choose one of: {', '.join(domain_names())}."
        )
    raw = tomllib.loads(
        (resources.files("interest") / "domains" / f"{name}.toml").read_text(encoding="utf-8")
    )
    return Domain(
        name=name,
        noun=raw["noun"],
        nouns=raw["nouns"],
        facets=tuple(_facet(entry) for entry in raw["facets"]),
        words={key: tuple(words) for key, words in raw.get("words", {}).items()},
        phrases=dict(raw.get("phrases", {})),
        comparatives={
            word: (entry["facet"], bool(entry["more"]))
            for word, entry in raw.get("comparatives", {}).items()
        },
        telling=tuple(raw.get("telling", raw.get("phrases", {}))),
        questions={key: tuple(words) for key, words in raw.get("questions", {}).items()},
        examples=tuple(raw.get("examples", ())),
        fold=dict(raw.get("scoring", {}).get("fold", {})),
    )


def _facet(entry: Mapping[str, Any]) -> Facet:
    """Read one ``[[facets]]`` table; ``values`` lists the aliases of each canonical value."""
    aliases = {key.lower(): str(value) for key, value in entry.get("aliases", {}).items()}
    for value, others in entry.get("values", {}).items():
        for alias in (value, *others):
            aliases.setdefault(alias.lower(), value)
    return Facet(
        name=entry["name"],
        kind=FacetKind(entry["kind"]),
        label=entry.get("label", entry["name"]),
        columns=tuple(entry.get("columns", ())),
        aliases=aliases,
        hints={
            value: {facet: tuple(names) for facet, names in per_facet.items()}
            for value, per_facet in entry.get("hints", {}).items()
        },
        unit=entry.get("unit", ""),
        compounds={
            words.lower(): tuple(values) for words, values in entry.get("compounds", {}).items()
        },
    )
