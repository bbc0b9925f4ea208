"""The few icons of the page, drawn here so that nothing is fetched; each stands beside words.

It knows shapes; it does not know what pressing something does.
"""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

__all__ = ["icon"]

#: Path data on a 20 x 20 grid, stroked with the colour of the text.
_SHAPES: Mapping[str, str] = {
    "like": "M6.5 9 9.6 3.2c1.3 0 2 .8 2 2L11 8h4.3c1 0 1.7.9 1.5 1.9l-1.1 5c-.2.8-.8 1.3-1.6 "
    "1.3H6.5M6.5 9v7.2M6.5 9H3.4v7.2h3.1",
    "dislike": "M13.5 11l-3.1 5.8c-1.3 0-2-.8-2-2L9 12H4.7c-1 0-1.7-.9-1.5-1.9l1.1-5c.2-.8.8-1.3 "
    "1.6-1.3h7.6M13.5 11V3.8M13.5 11h3.1V3.8h-3.1",
    "seen": "M4 10.6 8.2 14.8 16 6",
    "reject": "M5 5 15 15M15 5 5 15",
}


def icon(name: str) -> Markup:
    """An icon that screen readers pass over."""
    return Markup(
        '<svg class="p-icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">'
        '<path d="{}"/></svg>'
    ).format(_SHAPES[name])
