"""What runs here, said openly: which model does what, what was measured, what is missing.

It knows how a status looks as HTML; it does not know how it was found out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from interest.domain import Domain

if TYPE_CHECKING:
    from agent.llm.roles import Role
    from agent.status import Status

__all__ = ["how_html"]


def how_html(status: Status, domain: Domain) -> str:
    """The text of "How this works"."""
    text = Markup(
        '<div class="p-how"><p>{people}</p><dl>{rows}</dl>{roles}{notes}'
        "<p>Everything runs on the machine that serves this page, unless the language model above "
        "was chosen to run elsewhere.</p></div>"
    ).format(
        people=(
            "What you write is read into interests, each with your own words as evidence. "
            f"{domain.nouns.capitalize()} are found by what they are about and by what people "
            "with the same likes enjoyed, and every reason is checked before it is shown."
        ),
        rows=_rows(status, domain),
        roles=_roles(status.roles),
        notes=_notes(status.notes),
    )
    return str(text)


def _rows(status: Status, domain: Domain) -> Markup:
    rows = {
        "Language model": status.llm,
        "Catalogue": f"{status.n_items:,} {domain.nouns}",
        "Ratings": f"{status.n_interactions:,}" if status.n_interactions else "none",
        "Text encoder": status.encoder,
        "Index": status.index,
    }
    return Markup("").join(
        Markup("<dt>{}</dt><dd>{}</dd>").format(label, value) for label, value in rows.items()
    )


def _roles(roles: Sequence[Role]) -> Markup:
    if not roles:
        return Markup("")
    rows = Markup("").join(
        Markup("<dt>{}: {}</dt><dd>{}</dd>").format(role.duty, role.done_by, role.reason)
        for role in roles
    )
    return Markup("<p>Who does what:</p><dl>{}</dl>").format(rows)


def _notes(notes: Sequence[str]) -> Markup:
    return Markup("").join(Markup('<p class="p-note">{}</p>').format(note) for note in notes)
