"""Receipts: what was removed of somebody, where and when, signed with the workspace's key.

It knows how a receipt reads and how it is checked; it does not remove anything. The receipt is for
the person: it is printed once and not kept, since it names them.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from interest.errors import InputError
from retrieval.workspace_key import WorkspaceKey

__all__ = ["Receipt", "check_receipt"]

_VERSION = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """What a deletion did.

    Attributes:
        user_id: Who was deleted.
        at: When it was finished.
        removed: Place → number of records: tables of the store, ``interactions`` and ``reviews``
            of the build in use.
        remaining: What could not be reached from here, one sentence each, with what to do.
        signature: Over all of the above.
    """

    user_id: str
    at: datetime
    removed: Mapping[str, int]
    remaining: tuple[str, ...]
    signature: str

    @classmethod
    def signed(
        cls,
        key: WorkspaceKey,
        *,
        user_id: str,
        at: datetime,
        removed: Mapping[str, int],
        remaining: tuple[str, ...],
    ) -> Receipt:
        """A receipt with its signature."""
        fields = _fields(user_id, at, removed, remaining)
        return cls(
            user_id=user_id,
            at=at,
            removed=removed,
            remaining=remaining,
            signature=key.signature(_canonical(fields)),
        )

    @property
    def total(self) -> int:
        """Records removed, all places together."""
        return sum(self.removed.values())

    def to_json(self) -> dict[str, Any]:
        """The receipt as JSON values; see :func:`check_receipt`."""
        fields = _fields(self.user_id, self.at, self.removed, self.remaining)
        return {**fields, "signature": self.signature}


def check_receipt(key: WorkspaceKey, data: object) -> Receipt:
    """Read a receipt that this workspace signed.

    Raises:
        InputError: It is no receipt, was changed, or was signed with another key.
    """
    if not isinstance(data, dict):
        raise InputError("Not a receipt: not a JSON object.", "Pass the file as it was printed.")
    fields: dict[str, Any] = {str(name): value for name, value in data.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    signature = str(fields.pop("signature", ""))
    right = key.signature(_canonical(fields))
    if not hmac.compare_digest(right.encode(), signature.encode()):
        raise InputError(
            "The receipt was changed, or another workspace signed it.",
            "Check it with the workspace that it came from.",
        )
    return Receipt(
        user_id=fields["user_id"],
        at=datetime.fromisoformat(fields["at"]),
        removed=fields["removed"],
        remaining=tuple(fields["remaining"]),
        signature=signature,
    )


def _fields(
    user_id: str, at: datetime, removed: Mapping[str, int], remaining: tuple[str, ...]
) -> dict[str, Any]:
    return {
        "receipt": _VERSION,
        "user_id": user_id,
        "at": at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "removed": dict(removed),
        "remaining": list(remaining),
    }


def _canonical(fields: Mapping[str, Any]) -> bytes:
    return json.dumps(fields, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()
