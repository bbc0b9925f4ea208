"""The seam of export formats: whatever turns profiles into files implements one protocol.

It knows what a run asks of a writer; it does not know any format.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from interest.profile import InterestProfile

__all__ = ["ProfileWriter", "Progressed"]

#: What is on the disk for good: names of files and their sizes in bytes.
Progressed = Mapping[str, int]


class ProfileWriter(Protocol):
    """Writes profiles into a folder, so that a killed run can go on."""

    def write(self, profiles: Sequence[InterestProfile]) -> None:
        """Add a page of profiles; they may stay in memory until :meth:`commit`."""
        ...

    def commit(self) -> Progressed:
        """Put everything on the disk, so that not even a power cut undoes it.

        Returns:
            All files so far. A writer that is opened with this goes on from here, whatever was
            written after it.
        """
        ...

    def close(self) -> None:
        """Let go of the files; what was not committed may be lost."""
        ...
