"""The line that says what is going on: working, done, a notice, an error.

It is always one paragraph with the same place in the page, so that screen readers hear it change.
It knows how it looks; it does not know what is going on.
"""

from __future__ import annotations

from markupsafe import Markup

__all__ = ["busy_html", "error_html", "idle_html", "note_html"]


def idle_html() -> str:
    """Nothing is going on."""
    return _line("p-idle", "")


def busy_html(text: str) -> str:
    """Work is going on."""
    return _line("p-busy", text)


def note_html(text: str) -> str:
    """Something was done, or is to be said openly."""
    return _line("p-note", text)


def error_html(text: str) -> str:
    """Something did not work; the text says what to do."""
    return _line("p-error", text)


def _line(kind: str, text: str) -> str:
    return str(Markup('<p class="p-stage {}" role="status">{}</p>').format(kind, text))
