"""Plots as inline SVG: bars with intervals, and the reliability diagram.

It knows figures and coordinates; it does not know where figures come from. Colours come from the
page's style sheet, so that plots follow its light and dark themes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.html import Markup, tag

__all__ = ["Bar", "bars", "drawing", "reliability"]

_LABEL, _WIDTH, _ROW, _GAP = 170, 420, 16, 10
_SIDE, _MARGIN = 240, 36


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One figure, at least 0; None where it is not defined."""

    series: int
    value: float | None
    interval: tuple[float, float] | None


def bars(groups: Mapping[str, Sequence[Bar]], *, label: str, end: float = 1.0) -> Markup:
    """Horizontal bars with whiskers, grouped.

    Args:
        groups: Group name to bars, top to bottom.
        label: What the plot shows, for people who do not see it.
        end: Where the scale ends; no figure may be larger.
    """
    shapes: list[Markup] = []
    top = _GAP
    for name, members in groups.items():
        middle = top + len(members) * _ROW / 2 + 4
        shapes.append(tag("text", name, x=_LABEL - 8, y=middle, text_anchor="end"))
        for bar in members:
            shapes += _bar(bar, top, end)
            top += _ROW
        top += _GAP
    ticks = [_tick(n / 4, end, top) for n in range(5)]
    return drawing(_LABEL + _WIDTH + 60, top + 20, label, [*ticks, *shapes])


def reliability(bins: Sequence[Mapping[str, float | None]], *, series: int, label: str) -> Markup:
    """Accuracy against confidence; on the diagonal they agree. Dots grow with the predictions.

    Args:
        bins: ``n``, ``confidence`` and ``accuracy`` of each bin.
        series: Number of the series, for its colour.
        label: What the plot shows, for people who do not see it.
    """

    def x(value: float) -> float:
        return _MARGIN + value * _SIDE

    def y(value: float) -> float:
        return _GAP + (1 - value) * _SIDE

    total = sum(entry["n"] or 0 for entry in bins) or 1
    shapes = [
        tag("rect", x=x(0), y=y(1), width=_SIDE, height=_SIDE, class_="frame"),
        tag("line", x1=x(0), y1=y(0), x2=x(1), y2=y(1), class_="guide"),
        tag("text", "confidence", x=x(0.5), y=y(0) + 28, text_anchor="middle"),
        tag("text", "right", x=4, y=y(1) - 2 + _GAP),
        *(tag("text", f"{n / 2:g}", x=x(n / 2), y=y(0) + 14, text_anchor="middle") for n in (1, 2)),
        *(tag("text", f"{n / 2:g}", x=x(0) - 6, y=y(n / 2) + 4, text_anchor="end") for n in (0, 1)),
    ]
    for entry in bins:
        sure, right, n = entry["confidence"], entry["accuracy"], entry["n"] or 0
        if sure is not None and right is not None:
            radius = 3 + 12 * (n / total) ** 0.5
            told = tag("title", f"{n:.0f} predictions: confidence {sure:.2f}, right {right:.2f}")
            dot = tag("circle", told, cx=x(sure), cy=y(right), r=radius, class_=f"s{series} dot")
            shapes.append(dot)
    return drawing(_SIDE + 2 * _MARGIN, _SIDE + _MARGIN + _GAP + 4, label, shapes)


def _bar(bar: Bar, top: float, scale: float) -> list[Markup]:
    if bar.value is None:
        return [tag("text", "–", x=_LABEL + 4, y=top + 12)]
    end = _LABEL + bar.value / scale * _WIDTH
    middle = top + _ROW / 2
    shapes = [
        tag("rect", x=_LABEL, y=top + 2, width=end - _LABEL, height=_ROW - 4, class_=_kind(bar)),
        tag("text", f"{bar.value:.3f}", x=_LABEL + _WIDTH + 8, y=top + 12),
    ]
    if bar.interval is not None:
        low, high = (_LABEL + edge / scale * _WIDTH for edge in bar.interval)
        shapes.append(tag("line", x1=low, y1=middle, x2=high, y2=middle, class_="whisker"))
    return shapes


def _kind(bar: Bar) -> str:
    return f"s{bar.series}"


def _tick(share: float, scale: float, bottom: float) -> Markup:
    x = _LABEL + share * _WIDTH
    line = tag("line", x1=x, y1=4, x2=x, y2=bottom, class_="guide")
    number = tag("text", f"{share * scale:g}", x=x, y=bottom + 14, text_anchor="middle")
    return tag("g", line, number)


def drawing(width: float, height: float, label: str, shapes: Sequence[Markup]) -> Markup:
    """A whole picture; ``label`` says what it shows to people who do not see it."""
    return tag(
        "svg",
        *shapes,
        role="img",
        aria_label=label,
        viewBox=f"0 0 {width:g} {height:g}",
        width=width,
        height=height,
    )
