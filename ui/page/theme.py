"""The page's colours and type for Gradio's own components; the rest is in ``files/style.css``.

It knows colours; it does not know components. Only fonts of the system are used: nothing is
fetched.
"""

from __future__ import annotations

from typing import Any

from gradio.themes.utils.colors import Color

from ui.page.toolkit import ui

__all__ = ["page_theme"]

_WINE = Color(
    name="wine",
    c50="#fbf3f4",
    c100="#f5e3e6",
    c200="#e9c5cb",
    c300="#dc9fa9",
    c400="#cb7182",
    c500="#a8485d",
    c600="#8c3347",
    c700="#742a3b",
    c800="#5c2430",
    c900="#451c25",
    c950="#2b1117",
)
_STONE = Color(
    name="stone",
    c50="#fbf9f6",
    c100="#f4f0ea",
    c200="#e6dfd5",
    c300="#d2c8bb",
    c400="#a89d8f",
    c500="#766c60",
    c600="#5b5349",
    c700="#423c35",
    c800="#2a2622",
    c900="#1e1b18",
    c950="#151311",
)
_FONT = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif")
_MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")


def page_theme() -> Any:
    """The theme to serve the page with, as Gradio takes it."""
    theme = ui.themes.Base(
        primary_hue=_WINE, secondary_hue=_WINE, neutral_hue=_STONE, font=_FONT, font_mono=_MONO
    )
    return theme.set(
        body_background_fill="*neutral_50",
        body_background_fill_dark="*neutral_950",
        background_fill_primary="white",
        background_fill_primary_dark="*neutral_900",
        background_fill_secondary="*neutral_50",
        background_fill_secondary_dark="*neutral_900",
        block_background_fill="white",
        block_background_fill_dark="*neutral_900",
        block_border_width="0px",
        block_radius="12px",
        border_color_primary="*neutral_200",
        border_color_primary_dark="*neutral_700",
        input_background_fill="white",
        input_background_fill_dark="*neutral_800",
        input_border_color="*neutral_300",
        input_border_color_dark="*neutral_600",
        input_border_color_focus="*primary_600",
        input_border_color_focus_dark="*primary_400",
        input_placeholder_color="*neutral_500",
        input_placeholder_color_dark="*neutral_400",
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_primary_background_fill_dark="*primary_600",
        button_primary_background_fill_hover_dark="*primary_500",
        button_primary_text_color="white",
        button_large_radius="10px",
        button_small_radius="8px",
    )
