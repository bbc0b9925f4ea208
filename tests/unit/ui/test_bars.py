"""Progress where there is no terminal: few lines, and how long it will take."""

from __future__ import annotations

import io

from rich.console import Console

from ui.cli.bars import _Lines, duration  # pyright: ignore[reportPrivateUsage]


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_durations_are_for_people() -> None:
    assert [duration(s) for s in (0.4, 89, 90, 720, 12_000)] == [
        "0 s",
        "89 s",
        "2 min",
        "12 min",
        "3 h 20 min",
    ]


def test_a_long_stage_says_how_long_it_will_take() -> None:
    said, clock = io.StringIO(), Clock()
    lines = _Lines(Console(file=said), {"extracting"}, clock)
    # A run that goes on at 400 of 1000: the pace is that of this run.
    for now, done in ((0, 400), (10, 450), (30, 500), (40, 550), (60, 700), (90, 1000)):
        clock.now = now
        lines("extracting", done, 1000)
    assert said.getvalue().splitlines() == [
        "extracting …",
        "extracting: 50 %, about 2 min left",
        "extracting: 70 %, about 60 s left",
        "extracting: 1000 bytes done",
    ]
