"""What is logged of the unexpected: the place, and no words."""

from __future__ import annotations

import logging

import pytest

from ui.trouble import WithoutWords, log_unexpected

SECRET = "I adore quokkas"


def _fail() -> None:
    raise KeyError(SECRET)


@pytest.mark.parametrize("level", [logging.ERROR, logging.INFO, logging.DEBUG])
def test_words_are_logged_at_debug_only(level: int, caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("ui.tests")
    with caplog.at_level(level, logger="ui.tests"):
        try:
            _fail()
        except KeyError as error:
            log_unexpected(logger, error, "in a test")
    assert "unexpected KeyError in a test" in caplog.text
    assert ("_fail" in caplog.text) is (level <= logging.INFO)
    assert (SECRET in caplog.text) is (level == logging.DEBUG)


def test_a_servers_own_traceback_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("ui.tests.server")
    filtered = WithoutWords()
    logger.addFilter(filtered)
    try:
        try:
            _fail()
        except KeyError:
            logger.exception("Exception in ASGI application")
    finally:
        logger.removeFilter(filtered)
    assert "Exception in ASGI application" in caplog.text
    assert SECRET not in caplog.text
