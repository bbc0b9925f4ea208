"""Files that are shipped beside this module: styles, scripts and fixed texts."""

from __future__ import annotations

from importlib import resources

__all__ = ["page_file"]


def page_file(name: str) -> str:
    """The text of one of the page's files."""
    return (resources.files("ui.page") / "files" / name).read_text(encoding="utf-8")
