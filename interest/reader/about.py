"""What is known of a folder of weights without loading them.

It knows ``reader.json``; it does not know networks.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from interest.errors import AssetError

__all__ = ["read_about"]


def read_about(folder: Path) -> Mapping[str, Any]:
    """The ``reader.json`` of a folder.

    Raises:
        AssetError: There is no such file, or it is damaged.
    """
    try:
        return json.loads((folder / "reader.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise AssetError(
            f"The weights of the trained reader in {folder} cannot be read: {error}.",
            "Install Palate again, or name another folder with --weights.",
        ) from error
