"""Progress bars on standard error for the libraries' progress callback.

It knows stages and counts; it does not know the work.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from interest.progress import Progress

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

__all__ = ["duration", "progress_bars"]


#: Seconds between two lines of a stage where standard error is no terminal.
_TELL_EVERY_S = 30.0


def duration(seconds: float) -> str:
    """A length of time for people: ``"40 s"``, ``"12 min"``, ``"3 h 20 min"``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


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
    """Writes a line when a stage begins and when it is done, and now and then between: logs stay
    readable, and a long run says how long it will take."""

    def __init__(
        self,
        console: Console,
        in_bytes: Collection[str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._console = console
        self._in_bytes = in_bytes
        self._clock = clock
        self._begun: dict[str, tuple[float, int]] = {}
        self._told: dict[str, float] = {}
        self._done: set[str] = set()

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = self._clock()
        if stage not in self._begun:
            self._begun[stage] = (now, done)
            self._told[stage] = now
            self._write(f"{stage} …")
        if done >= total and stage not in self._done:
            self._done.add(stage)
            unit = " bytes" if stage in self._in_bytes else ""
            self._write(f"{stage}: {total}{unit} done")
        elif done < total and now - self._told[stage] >= _TELL_EVERY_S:
            self._told[stage] = now
            self._write(f"{stage}: {100 * done / total:.0f} %{self._left(stage, done, total, now)}")

    def _left(self, stage: str, done: int, total: int, now: float) -> str:
        """How long it will take at the pace so far; what an earlier run did is no pace."""
        begun, first = self._begun[stage]
        if done <= first:
            return ""
        seconds = (now - begun) * (total - done) / (done - first)
        return f", about {duration(seconds)} left"

    def _write(self, line: str) -> None:
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)
