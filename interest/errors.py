"""The exceptions that Palate raises, as one tree.

It knows who has to act on an error; it does not know how an error is shown.

    PalateError
    ├── InputError          the person or program that called: a value is wrong
    │   ├── DataError           a file, a row or a column is wrong
    │   └── UnknownNameError    a user, an item, a facet, a domain … does not exist
    ├── SetupError          the operator: something on this machine is missing or in the way
    │   ├── AssetError          a model or data file cannot be had or is damaged
    │   └── WorkspaceError      the workspace is missing, incomplete or does not match
    ├── StoreError          the profile store could not read or write
    │   └── ConflictError       someone else saved the same profile first
    └── ModelError          a language model did not answer, or not in the form asked for
"""

from __future__ import annotations

__all__ = [
    "AssetError",
    "ConflictError",
    "DataError",
    "InputError",
    "ModelError",
    "PalateError",
    "SetupError",
    "StoreError",
    "UnknownNameError",
    "WorkspaceError",
]


class PalateError(Exception):
    """Base of all errors that Palate raises on purpose.

    Args:
        problem: What is wrong, with the offending value in it; one sentence.
        remedy: What to do next, often a command; one sentence, may be empty.
    """

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(problem, remedy)
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.problem} {self.remedy}".strip()


class InputError(PalateError):
    """A value that was passed in is wrong."""


class DataError(InputError):
    """A file, a row or a column is not what it should be."""


class UnknownNameError(InputError):
    """A name that was passed in does not exist here."""


class SetupError(PalateError):
    """Something on this machine is missing or in the way."""


class AssetError(SetupError):
    """A model or data file cannot be had, or is not the file it should be."""


class WorkspaceError(SetupError):
    """The workspace is missing, incomplete, or was built for something else."""


class StoreError(PalateError):
    """The profile store could not read or write."""


class ConflictError(StoreError):
    """The profile was changed by someone else since it was read."""


class ModelError(PalateError):
    """A language model did not answer, or not in the form that was asked for."""
