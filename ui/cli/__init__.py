"""The ``palate`` command: one small file per group of commands; each parses, calls and shows."""

from ui.cli.main import main

__all__ = ["main"]
