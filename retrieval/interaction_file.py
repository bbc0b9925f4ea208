"""Interactions and reviews as Parquet files.

It knows the columns; it does not know what is learned from them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from interest.errors import DataError
from retrieval.parquet import Column, read_columns, write_columns
from retrieval.types import Interaction, Review

__all__ = ["read_interactions", "read_reviews", "write_interactions", "write_reviews"]


def write_interactions(path: Path, interactions: Sequence[Interaction]) -> None:
    """Write interactions in their order."""
    write_columns(
        path,
        {
            "user_id": Column(kind="text", values=[one.user_id for one in interactions]),
            "item_id": Column(kind="text", values=[one.item_id for one in interactions]),
            "value": Column(kind="number", values=[one.value for one in interactions]),
            "timestamp": Column(kind="number", values=[one.timestamp for one in interactions]),
        },
    )


def read_interactions(path: Path) -> tuple[Interaction, ...]:
    """Read what :func:`write_interactions` wrote.

    Raises:
        DataError: The file is missing or is something else.
    """
    columns = _columns(path, "user_id", "item_id", "value", "timestamp")
    return tuple(
        Interaction(user_id=user, item_id=item, value=value, timestamp=timestamp)
        for user, item, value, timestamp in zip(*columns, strict=True)
    )


def write_reviews(path: Path, reviews: Sequence[Review]) -> None:
    """Write reviews in their order."""
    write_columns(
        path,
        {
            "user_id": Column(kind="text", values=[one.user_id for one in reviews]),
            "item_id": Column(kind="text", values=[one.item_id for one in reviews]),
            "text": Column(kind="text", values=[one.text for one in reviews]),
            "timestamp": Column(kind="number", values=[one.timestamp for one in reviews]),
        },
    )


def read_reviews(path: Path) -> tuple[Review, ...]:
    """Read what :func:`write_reviews` wrote.

    Raises:
        DataError: The file is missing or is something else.
    """
    columns = _columns(path, "user_id", "item_id", "text", "timestamp")
    return tuple(
        Review(user_id=user, item_id=item, text=text, timestamp=timestamp)
        for user, item, text, timestamp in zip(*columns, strict=True)
    )


def _columns(path: Path, *names: str) -> list[Sequence[Any]]:
    columns = read_columns(path)
    missing = [name for name in names if name not in columns]
    if missing:
        raise DataError(f"{path} has no column {missing[0]!r}.")
    return [columns[name] for name in names]
