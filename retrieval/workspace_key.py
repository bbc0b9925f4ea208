"""The workspace's secret key: hashes names where none may stand, and signs receipts.

It knows one file; it does not know what is hashed or signed. Who loses the file can no longer
prove old receipts, and the next build no longer knows whom it has to leave out.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from interest.errors import WorkspaceError

__all__ = ["KEY_FILE", "WorkspaceKey"]

KEY_FILE = "secret.key"
_BYTES = 32


class WorkspaceKey:
    """A key of 32 random bytes, made when it is first needed, readable by its owner alone.

    Args:
        folder: The workspace.

    Raises:
        WorkspaceError: The file cannot be read or made, or is not a key.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / KEY_FILE
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if not path.exists():
                _make(path)
            key = bytes.fromhex(path.read_text(encoding="ascii").strip())
        except (OSError, ValueError) as error:
            raise WorkspaceError(
                f"The key {path} cannot be used: {error}.",
                "Put its copy back; without one, remove it: old receipts can then not be checked.",
            ) from error
        if len(key) != _BYTES:
            raise WorkspaceError(f"The key {path} has {len(key)} bytes.", "Put its copy back.")
        self._key = key

    def name_hash(self, user_id: str) -> str:
        """What stands for somebody where their name may not: equal names give equal hashes."""
        return self._mac("name", user_id.encode())[:32]

    def signature(self, message: bytes) -> str:
        """HMAC-SHA256 of a message, hexadecimal."""
        return self._mac("receipt", message)

    def _mac(self, purpose: str, message: bytes) -> str:
        return hmac.new(self._key, purpose.encode() + b"\0" + message, hashlib.sha256).hexdigest()


def _make(path: Path) -> None:
    """Make the file with all of its content in one step; of two programs at once, one wins."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(handle, secrets.token_hex(_BYTES).encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
