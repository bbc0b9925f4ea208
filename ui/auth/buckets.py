"""How much one may ask: a bucket of tokens for each caller.

It knows names, counts and a clock; it does not know what is asked. Buckets live in this process
and start full: a restart forgives, and several processes count apart.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from interest.errors import InputError
from ui.auth.identity import TooManyError

__all__ = ["Buckets"]

#: Callers that are remembered; the ones that asked longest ago are forgotten first.
_MOST_CALLERS = 10_000


class Buckets:
    """One bucket per name. Safe for several threads.

    Args:
        per_minute: How many requests a caller may make in the long run; also how many at once.
            0 means as many as they like.
        clock: Seconds that only grow.
    """

    def __init__(self, per_minute: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        if per_minute < 0:
            raise InputError(f"The limit is {per_minute} requests a minute.", "Use 0 for none.")
        self._capacity = per_minute
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, name: str) -> None:
        """Take one token.

        Raises:
            TooManyError: The bucket is empty; says for how long.
        """
        if self._capacity == 0:
            return
        now = self._clock()
        with self._lock:
            level, at = self._buckets.get(name, (self._capacity, now))
            level = min(self._capacity, level + (now - at) * self._capacity / 60)
            enough = level >= 1
            self._buckets[name] = (level - 1 if enough else level, now)
            self._buckets.move_to_end(name)
            while len(self._buckets) > _MOST_CALLERS:
                self._buckets.popitem(last=False)
        if not enough:
            wait = max(1, math.ceil((1 - level) * 60 / self._capacity))
            raise TooManyError(
                f"More than {self._capacity:g} requests a minute.",
                f"Wait {wait} s, then go on.",
                wait_seconds=wait,
            )
