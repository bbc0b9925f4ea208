"""Gradio with its types set aside.

Gradio's annotations are partial: its components, events and themes come out as half-known types
that say nothing and cannot be checked. Here they are one honest ``Any``; handlers still name
``gradio.Request`` and the like in their signatures, because Gradio reads those.
"""

from __future__ import annotations

from typing import Any

import gradio

__all__ = ["ui"]

ui: Any = gradio
