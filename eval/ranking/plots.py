"""Plots of rankings as inline SVG: one measure beside another, and a measure over a count.

It knows figures and coordinates; it does not know where figures come from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from eval.html import Markup, tag
from eval.plots import drawing

__all__ = ["Dot", "Line", "lines", "rounded_up", "scatter"]

_WIDTH, _HEIGHT, _LEFT, _TOP, _BELOW, _RIGHT = 360, 220, 52, 26, 44, 130


@dataclass(frozen=True, kw_only=True, slots=True)
class Dot:
    """One method: two figures, at least 0."""

    series: int
    name: str
    x: float
    y: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One method over the places of the axis; None where a figure is not defined."""

    series: int
    name: str
    values: Sequence[float | None]
    intervals: Sequence[tuple[float, float] | None]


def rounded_up(value: float) -> float:
    """The end of a scale: the next of 1, 2, 3, 4, 5, 6 or 8 times a power of ten."""
    power = 1.0
    while power > value > 0:
        power /= 10
    while power * 10 <= value:
        power *= 10
    steps = (1, 2, 3, 4, 5, 6, 8, 10)
    return next((n * power for n in steps if n * power >= value), 1.0) if value > 0 else 1.0


def scatter(dots: Sequence[Dot], *, x_name: str, y_name: str, label: str) -> Markup:
    """One measure beside another; both axes start at 0.

    Args:
        dots: One per method.
        x_name: What the horizontal axis shows.
        y_name: What the vertical axis shows.
        label: What the plot shows, for people who do not see it.
    """
    x_end = rounded_up(max((dot.x for dot in dots), default=1.0))
    y_end = rounded_up(max((dot.y for dot in dots), default=1.0))
    shapes = _axes(x_name, y_name, y_end, {f"{n / 2 * x_end:g}": n / 2 for n in range(3)})
    for dot in dots:
        x, y = _x(dot.x / x_end), _y(dot.y / y_end)
        told = tag("title", f"{dot.name}: {x_name} {dot.x:.3f}, {y_name} {dot.y:.3f}")
        shapes.append(tag("circle", told, cx=x, cy=y, r=6, class_=f"s{dot.series} dot"))
        shapes.append(tag("text", dot.name, x=x + 9, y=y + 4))
    return _plot(label, shapes)


def lines(
    ticks: Sequence[str], found: Sequence[Line], *, x_name: str, y_name: str, label: str
) -> Markup:
    """A measure at several places, one line per method, with whiskers.

    Args:
        ticks: Names of the places, left to right.
        found: One per method.
        x_name: What the places are.
        y_name: The measure.
        label: What the plot shows, for people who do not see it.
    """
    tops = [high for one in found for spread in one.intervals if spread for high in spread]
    tops += [value for one in found for value in one.values if value is not None]
    end = rounded_up(max(tops, default=1.0))
    places = [n / max(len(ticks) - 1, 1) for n in range(len(ticks))]
    shapes = _axes(x_name, y_name, end, dict(zip(ticks, places, strict=True)))
    for one in found:
        shapes += _line(one, places, end)
    return _plot(label, shapes)


def _line(one: Line, places: Sequence[float], end: float) -> list[Markup]:
    known = [
        (_x(place), _y(value / end), spread)
        for place, value, spread in zip(places, one.values, one.intervals, strict=True)
        if value is not None
    ]
    shapes: list[Markup] = []
    for (x1, y1, _), (x2, y2, _) in pairwise(known):
        shapes.append(tag("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=f"l{one.series}"))
    for x, y, spread in known:
        if spread is not None:
            low, high = (_y(edge / end) for edge in spread)
            shapes.append(tag("line", x1=x, y1=low, x2=x, y2=high, class_=f"l{one.series} thin"))
        shapes.append(
            tag("circle", tag("title", one.name), cx=x, cy=y, r=4, class_=f"s{one.series}")
        )
    if known:
        shapes.append(tag("text", one.name, x=known[-1][0] + 9, y=known[-1][1] + 4))
    return shapes


def _axes(x_name: str, y_name: str, y_end: float, ticks: Mapping[str, float]) -> list[Markup]:
    shapes = [tag("rect", x=_x(0), y=_y(1), width=_WIDTH, height=_HEIGHT, class_="frame")]
    for n in range(3):
        y = _y(n / 2)
        shapes.append(tag("line", x1=_x(0), y1=y, x2=_x(1), y2=y, class_="guide"))
        shapes.append(tag("text", f"{n / 2 * y_end:g}", x=_x(0) - 6, y=y + 4, text_anchor="end"))
    for name, place in ticks.items():
        shapes.append(tag("text", name, x=_x(place), y=_y(0) + 16, text_anchor="middle"))
    shapes.append(tag("text", x_name, x=_x(0.5), y=_y(0) + 34, text_anchor="middle"))
    shapes.append(tag("text", y_name, x=4, y=_TOP - 10))
    return shapes


def _plot(label: str, shapes: Sequence[Markup]) -> Markup:
    return drawing(_LEFT + _WIDTH + _RIGHT, _TOP + _HEIGHT + _BELOW, label, shapes)


def _x(share: float) -> float:
    return _LEFT + share * _WIDTH


def _y(share: float) -> float:
    return _TOP + (1 - share) * _HEIGHT
