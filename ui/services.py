"""What every door of the server needs, in one value.

It knows which parts there are; it does not know HTTP.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from interest.answer_store import AnswerStore
from ui.auth.accounts import Accounts
from ui.auth.buckets import Buckets
from ui.auth.guard import Rules

if TYPE_CHECKING:
    from agent.palate import Palate

__all__ = ["PER_MINUTE", "Services", "open_services"]

#: Requests a minute for one user or key, unless the operator says otherwise.
PER_MINUTE = 240.0


@dataclass(frozen=True, kw_only=True)
class Services:
    """The parts that answer, and those that decide who is answered.

    Attributes:
        palate: Answers; stays open as long as the server runs.
        accounts: Who may come in.
        answers: What was answered to requests that may be sent again.
        buckets: How much one may ask.
        rules: Who is let in without a sign-in.
        clock: The time, as a parameter.
    """

    palate: Palate
    accounts: Accounts
    answers: AnswerStore
    buckets: Buckets
    rules: Rules
    clock: Callable[[], datetime]

    def close(self) -> None:
        """Let go of what :func:`open_services` opened; ``palate`` belongs to the caller."""
        self.accounts.close()
        self.answers.close()


def open_services(
    palate: Palate,
    *,
    clock: Callable[[], datetime],
    rules: Rules,
    per_minute: float = PER_MINUTE,
) -> Services:
    """Open the accounts and the kept answers beside an open Palate.

    Args:
        palate: Answers.
        clock: The time, as a parameter.
        rules: Who is let in without a sign-in.
        per_minute: Requests a minute for one user or key; 0 for as many as they like.

    Raises:
        StoreError: The store cannot be opened.
    """
    accounts = Accounts.open(palate.store_url, clock=clock)
    return Services(
        palate=palate,
        accounts=accounts,
        answers=AnswerStore.open(palate.store_url),
        buckets=Buckets(per_minute),
        rules=rules,
        clock=clock,
    )
