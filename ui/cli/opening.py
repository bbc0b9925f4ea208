"""Opening Palate for one command and closing it again, whatever happens in between.

It knows when to open and close; it does not know what is asked.
"""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from interest.errors import PalateError
from ui.cli.output import answers_only

if TYPE_CHECKING:
    from agent.palate import Palate

__all__ = ["opened", "warm_up"]

logger = logging.getLogger(__name__)


@contextmanager
def opened(
    workspace: Path, *, llm: str | None = None, llm_base_url: str | None = None
) -> Generator[Palate]:
    """Open a workspace; loading prints nothing to standard output."""
    with answers_only():
        from agent.palate import Palate

        palate = Palate.open(workspace, llm=llm, llm_base_url=llm_base_url)
    try:
        yield palate
    finally:
        palate.close()


def warm_up(palate: Palate) -> None:
    """Load what is loaded on first use; whatever is wrong is said again where it matters.

    For a thread beside everything else.
    """
    try:
        palate.warm_up()
    except PalateError as error:
        logger.warning("%s", error)
