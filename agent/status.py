"""What is running here: for ``palate doctor``, ``--json`` consumers and the page.

It knows the workspace's manifest and the model; it does not know how it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass

from agent.assembly import NO_MODEL
from agent.llm.adapter import ChatLLM
from agent.llm.roles import Role, roles_of
from retrieval.workspace import Workspace

__all__ = ["Status", "read_status"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Status:
    """Facts about a running Palate.

    Attributes:
        workspace: Folder of the workspace.
        domain: Name of the domain.
        n_items: Items in the catalogue.
        n_interactions: Interactions that the collaborative model learned from.
        encoder: Id of the encoder.
        index: What searches, and on which device.
        llm: Name of the language model.
        roles: Who does what: the model or the rules, with the measured reason.
        notes: Things to be said openly (content-only, licences, changed items …).
    """

    workspace: str
    domain: str
    n_items: int
    n_interactions: int
    encoder: str
    index: str
    llm: str
    roles: tuple[Role, ...]
    notes: tuple[str, ...]


def read_status(workspace: Workspace, model: ChatLLM | None) -> Status:
    """Read the facts off an opened workspace and model."""
    manifest = workspace.manifest
    changed = len(workspace.states)
    since = (f"Items changed since the build: {changed:,}.",) if changed else ()
    return Status(
        workspace=str(workspace.path),
        domain=workspace.catalogue.domain.name,
        n_items=workspace.catalogue.n_living,
        n_interactions=manifest.n_interactions,
        encoder=manifest.encoder_id,
        index=workspace.engine.index_name,
        llm=NO_MODEL if model is None else model.name,
        roles=roles_of(model),
        notes=(*manifest.notes, *since),
    )
