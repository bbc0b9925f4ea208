"""Extraction over files: JSON Lines in, JSON Lines out, in bounded memory, safe against kill -9.

It knows records, batches and what to do with a bad one; it does not know what the extractor
does. How the output survives a crash is in :mod:`interest.part_file`.

In: ``{"id": …, "text": …}`` per line, plain or gzip; ``"asked"`` may hold the question that the
text answers, other keys are passed over. Out, in the same order:
``{"id": …, "interests": [{"facet", "value", "polarity", "preference", "confidence",
"strictness", "condition", "evidence": [start, end], "quote", "opinion"}]}``; the condition is in
the text's words, lower-case and single-spaced, or null. Offsets count Unicode code points.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from interest.errors import DataError, InputError, ModelError
from interest.evidence import Source
from interest.extraction import Extractor, Mention, TextUnit, condition_of
from interest.jsonl import JsonLines, LineProblem
from interest.part_file import PartFile
from interest.progress import Progress, no_progress
from interest.reading import Reading, read_texts
from interest.text_records import TextRecord, batched, text_records

__all__ = [
    "MAX_PROBLEMS_KEPT",
    "STAGES_IN_BYTES",
    "BulkReport",
    "extract_file",
    "interests_record",
]

#: A report holds this many problems at most; all are counted and told to ``on_problem``.
MAX_PROBLEMS_KEPT = 100

_EXTRACTING = "extracting"
_FINDING = "finding the place"
#: Stages whose progress counts bytes of the input: how many texts there are is not known before.
STAGES_IN_BYTES = frozenset({_EXTRACTING, _FINDING})

#: Progress is told once per this many records while a resumed run finds its place.
_TELL_EVERY = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class BulkReport:
    """What a run over a file did.

    Attributes:
        texts: Texts in the output.
        resumed: Of these, how many an earlier, interrupted run had written.
        interests: Interests written by this run.
        ungrounded: Mentions dropped by this run because their words are not in the text.
        failed: Texts of this run on which the model failed; they stand in the output with
            ``"interests": []`` and an ``"error"``.
        n_problems: Lines that were reported, ``failed`` included.
        problems: The first of them.
    """

    texts: int
    resumed: int
    interests: int
    ungrounded: int
    failed: int
    n_problems: int
    problems: tuple[LineProblem, ...]


@dataclass(kw_only=True)
class _Tally:
    """Counts that grow while a file is read."""

    strict: bool
    on_problem: Callable[[LineProblem], None]
    interests: int = 0
    ungrounded: int = 0
    failed: int = 0
    n_problems: int = 0
    problems: list[LineProblem] = field(default_factory=list[LineProblem])
    model_down: bool = False  #: no text of the last batch could be read

    def report(self, problem: LineProblem) -> None:
        if self.strict:
            raise DataError(
                f"The input stops at {problem}.", "Repair the line, or run without --strict."
            )
        self.n_problems += 1
        if len(self.problems) < MAX_PROBLEMS_KEPT:
            self.problems.append(problem)
        self.on_problem(problem)


def _ignore(problem: LineProblem) -> None:
    """Nobody wants to hear of problems as they come."""


def extract_file(
    source: Path,
    target: Path,
    extractor: Extractor,
    *,
    batch_size: int = 32,
    strict: bool = False,
    resume: bool = True,
    overwrite: bool = False,
    kind: Source = Source.CHAT,
    progress: Progress = no_progress,
    on_problem: Callable[[LineProblem], None] = _ignore,
) -> BulkReport:
    """Extract interests from every text of a file.

    A run that was killed goes on where it stopped when it is started again: the output grows in
    ``TARGET.part`` batch by batch and gets its name when it is complete.

    Args:
        source: JSON Lines of ``{"id", "text"}``.
        target: Where the output goes.
        extractor: Reads the texts.
        batch_size: Texts per call of the extractor.
        strict: Stop at the first line that cannot be used, or text that the model fails on.
        resume: Go on with what an interrupted run left; False starts again.
        overwrite: Replace a finished ``target``.
        kind: What the texts are, for the extractor.
        progress: Called per batch with bytes of ``source`` read.
        on_problem: Called with every line that cannot be used, as it comes.

    Raises:
        InputError: A path cannot be used, ``target`` exists, or both paths are one file.
        DataError: The file as a whole is damaged; with ``strict``, a line is wrong; or the
            interrupted run was over another input or with another extractor.
        ModelError: The model answers nothing any more. What was done is kept: run again.
        SetupError: The output cannot be written. What was done is kept: run again.
    """
    if batch_size < 1:
        raise InputError(f"The batch size is {batch_size}.", "It must be at least 1.")
    tally = _Tally(strict=strict, on_problem=on_problem)
    with (
        JsonLines(source) as lines,
        PartFile(
            target,
            source=source,
            signature={"extractor": extractor.name, "batch_size": batch_size},
            resume=resume,
            overwrite=overwrite,
        ) as part,
    ):
        records = text_records(lines, tally.report)
        resumed = 0
        for resumed in _passed_over(records, part):
            if resumed % _TELL_EVERY == 0:
                progress(_FINDING, lines.position, lines.size)
        texts = resumed
        for batch in batched(records, batch_size):
            answers = _read(extractor, batch, kind, tally)
            part.append([_line(r, answer) for r, answer in zip(batch, answers, strict=True)])
            texts += len(batch)
            progress(_EXTRACTING, lines.position, lines.size)
        part.finish()
        progress(_EXTRACTING, lines.size, lines.size)
    return BulkReport(
        texts=texts,
        resumed=resumed,
        interests=tally.interests,
        ungrounded=tally.ungrounded,
        failed=tally.failed,
        n_problems=tally.n_problems,
        problems=tuple(tally.problems),
    )


def _passed_over(records: Iterator[TextRecord], part: PartFile) -> Iterator[int]:
    """Step over the records that an interrupted run has done, counting them."""
    for done, written in enumerate(part.written(), start=1):
        record = next(records, None)
        if record is None or written.get("id") != record.record_id or not _fits(written, record):
            here = "its end" if record is None else f"line {record.number}"
            raise DataError(
                f"{part.path} belongs to another input: its text {written.get('id')!r} is not "
                f"the one at {here}.",
                "Delete it, or start again with --no-resume.",
            )
        yield done


def _fits(written: Mapping[str, Any], record: TextRecord) -> bool:
    """Whether the quotes that were written still stand in the text."""
    try:
        return all(
            record.text[entry["evidence"][0] : entry["evidence"][1]] == entry["quote"]
            for entry in written["interests"]
        )
    except (KeyError, TypeError, IndexError):
        return False


def _read(
    extractor: Extractor, batch: Sequence[TextRecord], kind: Source, tally: _Tally
) -> list[Reading | ModelError]:
    """Read a batch; where that fails, text by text, so that one bad text costs only itself."""
    units = [
        TextUnit(text_id=str(record.record_id), text=record.text, source=kind, asked=record.asked)
        for record in batch
    ]
    answers: list[Reading | ModelError] = []
    try:
        answers.extend(read_texts(extractor, units))
    except ModelError:
        answers.extend(_read_alone(extractor, unit) for unit in units)
    was_down = tally.model_down
    tally.model_down = all(isinstance(answer, ModelError) for answer in answers)
    if tally.model_down and (was_down or len(batch) > 1) and isinstance(answers[0], ModelError):
        # Not one text of several could be read: that is the model, not the texts.
        raise answers[0]
    for record, answer in zip(batch, answers, strict=True):
        if isinstance(answer, ModelError):
            tally.report(LineProblem(number=record.number, reason=f"the model failed: {answer}"))
            tally.failed += 1
        else:
            tally.interests += len(answer.mentions)
            tally.ungrounded += len(answer.ungrounded)
    return answers


def _read_alone(extractor: Extractor, unit: TextUnit) -> Reading | ModelError:
    try:
        return read_texts(extractor, [unit])[0]
    except ModelError as error:
        return error


def interests_record(text: str, mentions: Sequence[Mention]) -> list[dict[str, Any]]:
    """Mentions of one text in the form in which ``palate extract`` writes them."""
    return [
        {
            "facet": mention.facet,
            "value": mention.value,
            "polarity": mention.polarity,
            # Rounded, so that the last bits of a model's arithmetic do not show.
            "preference": round(mention.preference, 3),
            "confidence": round(mention.confidence, 3),
            "strictness": mention.strictness.value,
            "condition": condition_of(mention, text) or None,
            "evidence": [mention.start, mention.end],
            "quote": text[mention.start : mention.end],
            "opinion": None if mention.opinion is None else text[slice(*mention.opinion)],
        }
        for mention in mentions
    ]


def _line(record: TextRecord, answer: Reading | ModelError) -> bytes:
    """One output line, without its end."""
    row: dict[str, Any] = {"id": record.record_id}
    if isinstance(answer, ModelError):
        row |= {"interests": [], "error": str(answer)}
    else:
        row["interests"] = interests_record(record.text, answer.mentions)
    # Half of a surrogate pair has no UTF-8; written as an escape it comes back as it was.
    return json.dumps(row, ensure_ascii=False).encode("utf-8", "backslashreplace")
