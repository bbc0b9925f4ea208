"""Progress bars on standard error for the libraries' progress callback.

It knows stages and counts; it does not know the work.
"""

from __future__ import annotations

from collections.abc import Collection, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from interest.progress import Progress

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

__all__ = ["progress_bars"]


@contextmanager
def progress_bars(in_bytes: Collection[str] = ()) -> Generator[Progress]:
    """One bar per stage. Where standard error is no terminal, one line per finished stage.

    Args:
        in_bytes: Stages that count bytes, and are to say so.
    """
    from rich.console import Console

    console = Console(stderr=True)
    if console.is_terminal:
        with _bars(console) as bars:
            yield _Bars(bars, in_bytes)
    else:
        yield _Lines(console, in_bytes)


def _bars(console: Console) -> RichProgress:
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
    )


class _Bars:
    """Draws a bar per stage."""

    def __init__(self, bars: RichProgress, in_bytes: Collection[str]) -> None:
        self._bars = bars
        self._in_bytes = in_bytes
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(self._title(stage), total=total)
        self._bars.update(self._tasks[stage], completed=done, total=total)

    def _title(self, stage: str) -> str:
        return f"{stage} (bytes)" if stage in self._in_bytes else stage


class _Lines:
    """Writes a line when a stage begins and when it is done: logs stay readable."""

    def __init__(self, console: Console, in_bytes: Collection[str]) -> None:
        self._console = console
        self._in_bytes = in_bytes
        self._begun: set[str] = set()
        self._done: set[str] = set()

    def __call__(self, stage: str, done: int, total: int) -> None:
        if stage not in self._begun:
            self._begun.add(stage)
            self._write(f"{stage} …")
        if done >= total and stage not in self._done:
            self._done.add(stage)
            unit = " bytes" if stage in self._in_bytes else ""
            self._write(f"{stage}: {total}{unit} done")

    def _write(self, line: str) -> None:
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)
