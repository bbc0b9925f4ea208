"""A catalogue that changes while it is in use: the journal of changes and what becomes of it."""

from __future__ import annotations
