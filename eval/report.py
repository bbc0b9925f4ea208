"""An evaluation on disk: ``summary.json``, ``predictions.jsonl`` and ``report.html``.

It knows files and their form; it does not know how figures are made. The page is in
:mod:`eval.report_page`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from eval.extraction import ExtractionReport
from eval.report_page import report_page
from eval.runs import ExtractorRun
from eval.scoring import ScoredCase
from interest.bulk import interests_record
from interest.errors import SetupError

__all__ = ["prediction_rows", "write_report"]


def write_report(report: ExtractionReport, folder: Path) -> tuple[Path, ...]:
    """Write the three files; the folder is made if need be, older files in it are replaced.

    Returns:
        The files, the page last.

    Raises:
        SetupError: The folder cannot be written.
    """
    summary, predictions, page = (
        folder / name for name in ("summary.json", "predictions.jsonl", "report.html")
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(summary, json.dumps(report.summary(), indent=2, ensure_ascii=False) + "\n")
        with predictions.open("wb") as file:
            for row in prediction_rows(report):
                file.write(_json_bytes(row) + b"\n")
        page.write_bytes(report_page(report).encode("utf-8", "replace"))
    except OSError as error:
        raise SetupError(
            f"The report cannot be written to {folder}: {error.strerror or error}.",
            "Name another directory.",
        ) from error
    return summary, predictions, page


def prediction_rows(report: ExtractionReport) -> Iterator[dict[str, Any]]:
    """One row per extractor and text: what was predicted, what gold says, what is right."""
    for run in report.runs:
        for one in run.scored:
            yield _row(report, run, one)


def _row(report: ExtractionReport, run: ExtractorRun, one: ScoredCase) -> dict[str, Any]:
    pairs = dict(one.pairs.get(report.main, ()))
    records = interests_record(one.case.text, [p.mention for p in one.predictions])
    found = set(pairs.values())
    return {
        "extractor": run.name,
        "id": one.case.case_id,
        "text": one.case.text,
        "predicted": [
            record
            | {
                "gold_facet": prediction.facet,
                "counted": one.counts(prediction, report.main),
                "correct": n in pairs,
                "gold": pairs.get(n),
            }
            for n, (record, prediction) in enumerate(zip(records, one.predictions, strict=True))
        ],
        "gold": [
            {
                "facet": gold.facet,
                "value": gold.value,
                "polarity": gold.sign,
                "evidence": None if gold.evidence is None else list(gold.evidence),
                "opinion": gold.opinion,
                "found": n in found,
            }
            for n, gold in enumerate(one.case.interests)
        ],
        "ungrounded": one.ungrounded,
        "error": one.error,
    }


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8", "backslashreplace"))


def _json_bytes(row: dict[str, Any]) -> bytes:
    return json.dumps(row, ensure_ascii=False).encode("utf-8", "backslashreplace")
