"""A ranking evaluation on disk: ``summary.json`` and ``report.html``.

It knows files; it does not know how figures are made or shown.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from eval.ranking.report_page import ranking_page
from interest.errors import SetupError

__all__ = ["write_ranking_report"]


def write_ranking_report(summary: Mapping[str, Any], folder: Path) -> tuple[Path, Path]:
    """Write both files; the folder is made if need be, older files in it are replaced.

    Returns:
        The summary and the page.

    Raises:
        SetupError: The folder cannot be written.
    """
    figures, page = folder / "summary.json", folder / "report.html"
    text = json.dumps(summary, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        figures.write_bytes(text.encode("utf-8", "backslashreplace"))
        page.write_bytes(ranking_page(summary).encode("utf-8", "replace"))
    except OSError as error:
        raise SetupError(
            f"The report cannot be written to {folder}: {error.strerror or error}.",
            "Name another directory.",
        ) from error
    return figures, page
