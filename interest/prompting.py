"""Prompts: versioned files with named sections, filled in without touching the text they carry.

It knows files and placeholders; it does not know what is asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Literal, cast

from interest.errors import UnknownNameError
from interest.llm import Message

__all__ = ["Prompt", "fence_for", "load_prompt"]

Role = Literal["system", "user", "assistant"]

_SECTION = re.compile(r"^# (system|user|assistant)\s*$", re.MULTILINE)
_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt file.

    Attributes:
        version: File name without ending (``"extract.v1"``); part of every result's provenance.
        sections: Role and template, in order.
    """

    version: str
    sections: tuple[tuple[Role, str], ...]

    def fill(self, role: Role, values: Mapping[str, str]) -> Message:
        """The section of this role with its placeholders filled.

        What is filled in is never read for placeholders itself, so a text that contains
        ``{fence}`` stays as it is.

        Raises:
            UnknownNameError: The prompt has no such section, or needs a value that is missing.
        """
        template = dict(self.sections).get(role)
        if template is None:
            raise UnknownNameError(f"The prompt {self.version} has no section {role!r}.")
        missing = set(_PLACE.findall(template)) - set(values)
        if missing:
            raise UnknownNameError(f"The prompt {self.version} needs {', '.join(sorted(missing))}.")
        return Message(role=role, content=_PLACE.sub(lambda m: values[m[1]], template))


@lru_cache
def load_prompt(version: str) -> Prompt:
    """Read ``interest/prompts/VERSION.md``.

    Raises:
        UnknownNameError: There is no such prompt.
    """
    path = resources.files("interest") / "prompts" / f"{version}.md"
    if not path.is_file():
        raise UnknownNameError(f"There is no prompt {version!r}.")
    _, *parts = _SECTION.split(path.read_text(encoding="utf-8"))
    sections: tuple[tuple[Role, str], ...] = tuple(
        (cast(Role, role), body.strip()) for role, body in zip(parts[::2], parts[1::2], strict=True)
    )
    return Prompt(version=version, sections=sections)


def fence_for(text: str) -> str:
    """A fence line that does not occur in the text, so that the text cannot close it."""
    fence = "-----"
    while fence in text:
        fence += "-"
    return fence
