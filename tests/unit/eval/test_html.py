"""Escaping by construction, and plots whose coordinates are known."""

from __future__ import annotations

import re

from eval.html import Markup, join, page, tag
from eval.plots import Bar, bars, reliability


def test_text_is_escaped_and_markup_is_not() -> None:
    assert tag("p", "a < b", tag("em", "&")) == "<p>a &lt; b<em>&amp;</em></p>"
    assert tag("i", title='"><script>') == '<i title="&quot;&gt;&lt;script&gt;"></i>'
    assert tag("br") == "<br/>"
    assert tag("rect", stroke_width=1.5, class_="s0") == '<rect stroke-width="1.5" class="s0"/>'
    assert join("<", Markup("<hr/>")) == "&lt;<hr/>"


def test_joined_text_is_markup_and_not_escaped_twice() -> None:
    assert tag("p", join("<")) == "<p>&lt;</p>"


def test_a_page_forbids_requests() -> None:
    html = page("T<", "p { margin: 0 }", tag("p", "x"))
    assert html.startswith('<!doctype html>\n<html lang="en"><head>')
    assert "<title>T&lt;</title>" in html
    assert "content=\"default-src 'none'; style-src 'unsafe-inline'\"" in html


def numbers(markup: str, pattern: str) -> list[float]:
    return [float(found) for found in re.findall(pattern, markup)]


def test_bars_are_as_long_as_their_figures() -> None:
    plot = bars(
        {
            "a": [
                Bar(series=0, value=0.5, interval=(0.25, 1.0)),
                Bar(series=1, value=None, interval=None),
            ]
        },
        label="F1",
    )
    assert numbers(plot, r'<rect [^>]*width="([\d.]+)"') == [210]  # half of 420
    assert '<line x1="275" y1="18" x2="590" y2="18" class="whisker"/>' in plot
    assert 'aria-label="F1"' in plot
    assert "–" in plot


def test_a_perfectly_calibrated_bin_lies_on_the_diagonal() -> None:
    plot = reliability(
        [
            {"n": 4.0, "confidence": 0.5, "accuracy": 0.5},
            {"n": 0.0, "confidence": None, "accuracy": None},
        ],
        series=0,
        label="r",
    )
    (x,), (y,) = numbers(plot, r'cx="([\d.]+)"'), numbers(plot, r'cy="([\d.]+)"')
    assert (x, y) == (36 + 120, 10 + 120)  # margins, and half of the side of 240
