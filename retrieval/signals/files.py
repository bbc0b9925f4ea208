"""The files of a learned blend: its weights as JSON, what took long to solve as arrays.

It knows file names; it does not know what the arrays mean. Arrays are mapped into memory, not
read.

=========================  ======================================================
``blend.json``             recipe, names of the signals, weights
``signal-<name>.npy``      what one signal solved, ``float32``
=========================  ======================================================
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter, ValidationError

from interest.errors import WorkspaceError
from interest.progress import Progress, no_progress
from retrieval.matrix import InteractionMatrix
from retrieval.seams import CollaborativeModel, FloatArray
from retrieval.signals.blend import Blend, Head
from retrieval.signals.recipe import Recipe

__all__ = ["load_blend", "save_blend", "solve_again"]

_WEIGHTS = "blend.json"


def save_blend(folder: Path, blend: Blend, recipe: Recipe) -> None:
    """Write a blend without content signals.

    Args:
        folder: Must exist.
        blend: As ``fit_blend`` made it.
        recipe: What its signals were fitted by.
    """
    for name, array in recipe.state(blend.ingredients).items():
        np.save(folder / f"signal-{name}.npy", array, allow_pickle=False)
    facts = {
        "recipe": asdict(recipe),
        "signals": blend.ingredients.names,
        "heads": [
            {
                "most": head.most,
                "warm": head.warm.tolist(),
                "cold": head.cold.tolist(),
                "offset": head.offset,
            }
            for head in blend.heads
        ],
    }
    (folder / _WEIGHTS).write_text(json.dumps(facts, indent=2), encoding="utf-8")


def load_blend(
    folder: Path, matrix: InteractionMatrix, model: CollaborativeModel
) -> tuple[Blend, Recipe] | None:
    """Read what :func:`save_blend` wrote; None if nothing was.

    Args:
        folder: Where.
        matrix: The interactions that it was fitted on.
        model: The factorisation that it was fitted with.

    Raises:
        WorkspaceError: A file is missing or damaged, or was written by another version.
    """
    path = folder / _WEIGHTS
    if not path.exists():
        return None
    try:
        facts: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        recipe = TypeAdapter(Recipe).validate_python(facts["recipe"])
        ingredients = recipe.restore(matrix, model, _arrays(folder))
        if list(ingredients.names) != facts["signals"]:
            raise ValueError(f"signals {facts['signals']}, expected {list(ingredients.names)}")
        return Blend(ingredients, [_head(kept) for kept in facts["heads"]]), recipe
    except (OSError, EOFError, ValueError, KeyError, TypeError, ValidationError) as error:
        raise WorkspaceError(
            f"The learned ranking in {folder} cannot be read ({error}).", "Run palate build again."
        ) from error


def solve_again(
    folder: Path, matrix: InteractionMatrix, progress: Progress = no_progress
) -> frozenset[str]:
    """Solve the signals of a kept blend for other interactions: somebody asked to be forgotten.

    What a signal solved may hold a row per person. The weights of the blend stay: a few dozen
    numbers over everybody. Files are replaced, not written into: they may be linked elsewhere.

    Args:
        folder: Where :func:`save_blend` wrote.
        matrix: The interactions that are left.
        progress: Called while it works.

    Returns:
        Names of the files that were written or, where no interactions are left, removed.

    Raises:
        WorkspaceError: The blend is damaged.
    """
    path = folder / _WEIGHTS
    if not path.exists():
        return frozenset()
    solved = {one.name for one in folder.glob("signal-*.npy")}
    if not len(matrix.users):
        for name in (_WEIGHTS, *solved):
            (folder / name).unlink()
        return frozenset({_WEIGHTS, *solved})
    try:
        facts: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        recipe = TypeAdapter(Recipe).validate_python(facts["recipe"])
    except (OSError, ValueError, KeyError, ValidationError) as error:
        raise WorkspaceError(
            f"The learned ranking in {folder} cannot be read ({error}).", "Run palate build again."
        ) from error
    for name, array in recipe.solved(matrix, progress).items():
        part = folder / f"new-{name}.npy"
        np.save(part, array, allow_pickle=False)
        part.replace(folder / f"signal-{name}.npy")
    return frozenset(solved)


def _arrays(folder: Path) -> dict[str, FloatArray]:
    return {
        path.stem.removeprefix("signal-"): np.load(path, mmap_mode="r", allow_pickle=False)
        for path in sorted(folder.glob("signal-*.npy"))
    }


def _head(kept: Mapping[str, Any]) -> Head:
    return Head(
        most=kept["most"],
        warm=np.array(kept["warm"], dtype=np.float32),
        cold=np.array(kept["cold"], dtype=np.float32),
        offset=float(kept["offset"]),
    )
