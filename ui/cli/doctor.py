"""``palate doctor``: what is installed, what runs, who does what, and what repairs the rest."""

from __future__ import annotations

import typer

from ui.cli.output import answers_only
from ui.cli.settings import (
    DEFAULT_WORKSPACE,
    BaseUrlOption,
    LlmOption,
    VerboseOption,
    WorkspaceOption,
)

__all__ = ["doctor"]


def doctor(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    llm: LlmOption = None,
    llm_base_url: BaseUrlOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Look at everything and say what is wrong.

    Each problem comes with the command that repairs it; nothing is fetched, built or changed.

    Exits with 1 if something has to be repaired.
    """
    from ui.cli.checks import check_everything

    failed = 0
    with answers_only():
        findings = list(check_everything(workspace, llm=llm, base_url=llm_base_url))
    for finding in findings:
        failed += finding.problem != ""
        sign = "✗" if finding.problem else "✓"
        print(f"{sign} {finding.subject}: {finding.problem or finding.fact}")
        for line in finding.details:
            print(f"    {line}")
        if finding.remedy:
            print(f"    → {finding.remedy}")
    if failed:
        print(f"\n{failed} of {len(findings)} checks need something to be done.")
        raise typer.Exit(1)
    print(f"\nAll {len(findings)} checks are fine.")
