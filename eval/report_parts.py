"""What all report pages share: the style sheet, tables, names of series and figures as text.

It knows how figures are shown to people; it does not know what they measure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eval.html import Markup, join, tag

__all__ = [
    "COLOURS",
    "N_COLOURS",
    "STYLE",
    "series_name",
    "show",
    "show_range",
    "table",
    "with_interval",
]

COLOURS = (
    *("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b8860b", "#56b4e9"),
    *("#7f3c8d", "#888888", "#8c564b", "#e03a3e"),
)

#: Written by us, never from data; follows the reader's light or dark theme.
STYLE = """
:root { color-scheme: light dark; --ink: #1a1a1a; --paper: #fff; --soft: #666; --line: #ccc;
  --gold: #cfe8d5; --said: #fde2c8; --both: #cfe0fb; }
@media (prefers-color-scheme: dark) { :root { --ink: #eee; --paper: #161616; --soft: #aaa;
  --line: #444; --gold: #1f4a2c; --said: #5a3a14; --both: #1d3a66; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; display: block; overflow-x: auto; }
th, td { padding: .3rem .7rem; white-space: nowrap; vertical-align: top;
  border-bottom: 1px solid var(--line); text-align: right; }
th { white-space: normal; } th:first-child, td:first-child { text-align: left; }
small, .soft { color: var(--soft); } .soft, h1, h2, h3, li { overflow-wrap: anywhere; }
svg { max-width: 100%; height: auto; } svg text { font-size: 12px; fill: var(--ink); }
.guide { stroke: var(--line); } .frame { fill: none; stroke: var(--line); }
.whisker { stroke: var(--ink); stroke-width: 2; } .dot { fill-opacity: .75; }
.plots { display: flex; flex-wrap: wrap; gap: 1.5rem; } figure { margin: 0; max-width: 100%; }
details { margin: .4rem 0; } summary { cursor: pointer; }
.case { border-left: 3px solid var(--line); padding: .2rem .8rem; margin: .8rem 0; }
.case p { white-space: pre-wrap; overflow-wrap: anywhere; margin: .3rem 0; }
mark { color: inherit; border-radius: 3px; } mark.gold { background: var(--gold); }
mark.said { background: var(--said); } mark.both { background: var(--both); }
""" + "".join(
    f".s{n} {{ fill: {colour}; }} .k{n}::before {{ content: '■ '; color: {colour}; }}\n"
    for n, colour in enumerate(COLOURS)
)
#: Series have this many colours, then they repeat.
N_COLOURS = len(COLOURS)


def series_name(n: int, name: str) -> Markup:
    """The name of the ``n``-th series after a square in its colour."""
    return tag("span", name, class_=f"k{n % N_COLOURS}")


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Markup:
    """A table; cells that are text are escaped."""
    return tag(
        "table",
        tag("thead", tag("tr", *[tag("th", cell, scope="col") for cell in head])),
        tag("tbody", *[tag("tr", *[tag("td", cell) for cell in row]) for row in rows]),
    )


def with_interval(figures: Mapping[str, Any], key: str, spread: str) -> Markup:
    """A figure with its interval below, both found by their keys."""
    shown = show_range(figures.get(spread))
    return join(show(figures.get(key)), *([tag("br"), tag("small", shown)] if shown else []))


def show_range(spread: Sequence[float] | None) -> str:
    """An interval as text; "" where it is not defined."""
    return "" if spread is None else f"{spread[0]:.3f}, {spread[1]:.3f}"


def show(value: float | None) -> str:
    """A figure as text; a dash where it is not defined."""
    return "–" if value is None else f"{value:.3f}"
