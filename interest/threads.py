"""How many threads a model on the CPU gets, one number for all of them.

It knows the machine and one variable; it does not know any model.
"""

from __future__ import annotations

import os

from interest.errors import InputError

__all__ = ["bulk_thread_count", "thread_count"]

_MOST_THREADS = 4


def thread_count() -> int:
    """Threads of torch for one step of a model, the encoder's or a language model's.

    ``PALATE_THREADS`` if set, else half of the cores, at least 1 and at most 4. A step waits for
    the slowest thread, so one thread too many on a busy machine costs more than it brings
    (measured: docs/decisions/0002).

    Raises:
        InputError: ``PALATE_THREADS`` is not a positive whole number.
    """
    given = os.environ.get("PALATE_THREADS", "").strip()
    if not given:
        return max(1, min(_MOST_THREADS, (os.cpu_count() or 1) // 2))
    if not given.isdecimal() or int(given) < 1:
        raise InputError(f"PALATE_THREADS is {given!r}.", "Set it to a whole number from 1 up.")
    return int(given)


def bulk_thread_count() -> int:
    """Threads for a long run that has the machine to itself: all cores, unless
    ``PALATE_THREADS`` says otherwise.

    Raises:
        InputError: ``PALATE_THREADS`` is not a positive whole number.
    """
    given = os.environ.get("PALATE_THREADS", "").strip()
    return thread_count() if given else max(1, os.cpu_count() or 1)
