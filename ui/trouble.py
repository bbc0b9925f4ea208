"""What goes into the log when something unexpected happens: where, and never anybody's words.

It knows tracebacks and loggers; it does not know requests. What an error says may quote what a
person wrote, so its text is logged at DEBUG only, and its frames where somebody asked for more.
"""

from __future__ import annotations

import logging
import traceback

from typing_extensions import override

__all__ = ["WithoutWords", "log_unexpected"]


def log_unexpected(logger: logging.Logger, error: BaseException, where: str) -> None:
    """Log the kind of an error at ERROR, its frames at INFO, and its words at DEBUG."""
    logger.error("unexpected %s %s", type(error).__name__, where)
    logger.info("frames:\n%s", "".join(traceback.format_tb(error.__traceback__)))
    logger.debug("words: %s", error)


class WithoutWords(logging.Filter):
    """For loggers of servers, which print whole tracebacks: ours have said what may be said."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = None
        record.exc_text = None
        return True
