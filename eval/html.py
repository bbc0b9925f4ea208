"""HTML that is escaped by construction.

It knows tags and escaping; it does not know what a page says. A plain ``str`` is text and is
escaped; only :class:`Markup`, which this module alone makes from data, goes through as it is.
"""

from __future__ import annotations

from html import escape

__all__ = ["Markup", "join", "page", "tag"]

_VOID = frozenset({"meta", "br", "line", "rect", "circle", "path"})


class Markup(str):
    """A string that is HTML already."""

    __slots__ = ()


def join(*parts: str) -> Markup:
    """Parts in a row; text is escaped."""
    return Markup("".join(p if isinstance(p, Markup) else escape(p) for p in parts))


def tag(name: str, *children: str, **attributes: str | float) -> Markup:
    """An element. Attribute names lose a trailing underscore and write others as hyphens.

    >>> tag("a", "<b>", class_="x & y", stroke_width=2)
    '<a class="x &amp; y" stroke-width="2">&lt;b&gt;</a>'
    """
    shown = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_plain(value))}"'
        for key, value in attributes.items()
    )
    if name in _VOID and not children:
        return Markup(f"<{name}{shown}/>")
    return Markup(f"<{name}{shown}>{join(*children)}</{name}>")


def page(title: str, style: str, *body: str) -> str:
    """A whole page that asks nothing from anywhere: the policy forbids scripts and requests.

    Args:
        title: Of the window.
        style: CSS; written by us, never from data.
        body: Children of the body.
    """
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        Markup(
            '<meta http-equiv="Content-Security-Policy" '
            "content=\"default-src 'none'; style-src 'unsafe-inline'\"/>"
        ),
        tag("meta", name_="viewport", content="width=device-width, initial-scale=1"),
        tag("title", title),
        Markup(f"<style>{style}</style>"),
    )
    return "<!doctype html>\n" + tag("html", head, tag("body", *body), lang="en") + "\n"


def _plain(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:g}"
