"""Erasure: somebody is removed from everything that a workspace holds, with a signed receipt.

It knows the places and their order; it does not know how any of them deletes. A tombstone stands
before the first deletion, so that what a kill interrupts is finished when the workspace is opened
next (:func:`finish_erasures`), and nothing is deleted twice or half.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from agent.receipts import Receipt
from interest.sql_outbox import Outbox
from interest.sql_retention import AuditEntry, AuditTrail
from interest.sql_store import SqlStore
from retrieval.forgetting import forget_in_build, users_in_build
from retrieval.tombstones import Tombstones
from retrieval.workspace_key import WorkspaceKey

__all__ = ["erase", "finish_erasures"]

_FACTORS = (
    "What others are recommended was learned from {n} of your ratings too: the next build "
    "(palate build) is made without them."
)
_RUNNING = (
    "Programs that have the workspace open keep your ratings in memory until they are restarted."
)
_NOTICE = "{name} was sent your profile: a notice to delete it waits to be delivered."
_COPIES = (
    "Exports were made to {names}: copies outside the workspace are not reached from here; ask "
    "whoever keeps them."
)


def erase(path: Path, store: SqlStore, user_id: str, *, now: datetime) -> Receipt:
    """Remove somebody: profile, quotes, events, conversations, consents, what waits to be sent,
    and their interactions and reviews in the build in use.

    Doing it again is harmless, and finishes what was interrupted.

    Args:
        path: The workspace.
        store: Its store.
        user_id: Who.
        now: For tombstone and receipt.

    Raises:
        StoreError: Somebody is in the way, so that words may still be in the files.
        WorkspaceError: A build is running, or the build in use is damaged.
    """
    stones, key = Tombstones(path), WorkspaceKey(path)
    stones.begin(user_id, now)
    removed = dict(store.delete(user_id))
    in_build = forget_in_build(path, user_id, now=now)
    removed.update(in_build)
    stones.finish(user_id, now)
    remaining = _remaining(store, user_id, in_build)
    receipt = Receipt.signed(key, user_id=user_id, at=now, removed=removed, remaining=remaining)
    if receipt.total:
        AuditTrail(store.engine).note(
            AuditEntry(
                at=now,
                action="erased",
                subject=key.name_hash(user_id),
                details={"removed": {place: count for place, count in removed.items() if count}},
            )
        )
    return receipt


def finish_erasures(path: Path, store: SqlStore, *, now: datetime) -> int:
    """Finish deletions that a kill interrupted; how many people were still there."""
    stones = Tombstones(path)
    if not stones.has_unfinished():
        return 0
    people = stones.interrupted({*store.users(), *users_in_build(path)})
    for user_id in people:
        erase(path, store, user_id, now=now)
    # Killed between deleting and overwriting: an empty deletion overwrites what was left.
    store.delete("")
    stones.settle()
    return len(people)


def _remaining(store: SqlStore, user_id: str, in_build: Mapping[str, int]) -> tuple[str, ...]:
    found: list[str] = []
    if in_build.get("interactions"):
        found += [_FACTORS.format(n=in_build["interactions"]), _RUNNING]
    notices = Outbox(store.engine).notices(user_id)
    found += [_NOTICE.format(name=name) for name in notices]
    exports = AuditTrail(store.engine).entries(action="exported", limit=1000)
    names = sorted({str(entry.details.get("destination")) for entry in exports})
    if names:
        found.append(_COPIES.format(names=", ".join(names)))
    return tuple(found)
