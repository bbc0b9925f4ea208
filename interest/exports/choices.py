"""What can be chosen of exports and imports, by name.

It knows names; it does not know formats. Commands list their choices without loading any of them.
"""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Existing", "ExportFormat"]


class ExportFormat(StrEnum):
    """A form that profiles can leave in."""

    JSONL = "jsonl"  #: the published form, one profile per line; can be imported
    PARQUET = "parquet"  #: the published form as a table; can be imported
    RECBOLE = "recbole"
    FEAST = "feast"
    GORSE = "gorse"
    SEGMENT = "segment"
    VECTORS = "vectors"  #: one vector per person, from the engine


class Existing(StrEnum):
    """What happens to somebody who has another profile already."""

    KEEP = "keep"  #: stays as it is, and is reported
    REPLACE = "replace"
    MERGE = "merge"  #: both are merged, as if the other had been said here
