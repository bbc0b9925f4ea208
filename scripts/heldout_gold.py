"""Write the held-out part of the written corpus as gold files for ``palate eval extraction``.

    python scripts/heldout_gold.py --out build/heldout
    palate eval extraction --data build/heldout/heldout-chat.jsonl --out report
    palate eval extraction --domain products --data build/heldout/heldout-reviews.jsonl --out report

Limits on numbers carry no sign there: refusing what lies before 1980 is the same as asking for what
came after. Words that say nothing of the speaker's taste are no gold.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from interest.evidence import Source  # noqa: E402
from interest.interests import NEUTRAL_BELOW  # noqa: E402
from interest.training.corpus import Entry, WrittenText, read_corpus  # noqa: E402

_NUMBERS = frozenset({"year", "runtime"})


def main() -> int:
    """Write one file for chat and one for reviews."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    texts = read_corpus(held_out=True)
    for name, source in (("chat", Source.CHAT), ("reviews", Source.REVIEW)):
        rows = [gold_record(text) for text in texts if text.source is source]
        path = options.out / f"heldout-{name}.jsonl"
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        path.write_text("".join(lines), encoding="utf-8")
        print(f"{path}: {len(rows)} texts")
    return 0


def gold_record(text: WrittenText) -> dict[str, Any]:
    """One text in the schema of :mod:`eval.cases`."""
    review = text.source is Source.REVIEW
    return {
        "id": text.text_id,
        "source": "written corpus",
        "domain": text.domain,
        "split": "heldout",
        "speaker": "reviewer" if review else "user",
        "text": text.text,
        "asked": text.asked,
        "interests": list(_interests(text, review)),
    }


def _interests(text: WrittenText, review: bool) -> Iterator[dict[str, Any]]:
    for entry in text.entries:
        if entry.preference is None:
            continue
        span = _joined(entry) if review else entry.span
        annotated = ["facet", "value", "evidence"]
        if entry.facet not in _NUMBERS:
            annotated.append("polarity")
        if review:
            annotated.append("opinion")
        yield {
            "facet": entry.facet,
            "value": entry.span and text.text[slice(*entry.span)],
            "polarity": _sign(entry.preference),
            "evidence": span,
            "opinion": entry.opinion and text.text[slice(*entry.opinion)],
            "implicit": entry.span is None,
            "gold": annotated,
        }


def _joined(entry: Entry) -> tuple[int, int] | None:
    """From the aspect to the words that judge it, as published review data mark it."""
    spans = [span for span in (entry.span, entry.opinion) if span is not None]
    return (min(s for s, _ in spans), max(e for _, e in spans)) if spans else None


def _sign(preference: float) -> int:
    return 0 if abs(preference) < NEUTRAL_BELOW else 1 if preference > 0 else -1


if __name__ == "__main__":
    sys.exit(main())
