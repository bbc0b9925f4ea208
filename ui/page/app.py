"""The Gradio page: where things stand, and which press leads where.

It knows Gradio's components and events; what happens on a press is in :mod:`ui.page.session`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

import gradio as gr

from interest.errors import PalateError
from ui.page.actions import parse_act
from ui.page.cards import no_cards_html
from ui.page.examples import example_prompts, prompts_html
from ui.page.how import how_html
from ui.page.resources import page_file
from ui.page.session import PageLogic, Session, Update, suggestions
from ui.page.stage import error_html, idle_html
from ui.page.toolkit import ui
from ui.page.visitors import Visitors
from ui.services import Services
from ui.words import error_words

if TYPE_CHECKING:
    from agent.palate import Palate

__all__ = ["build_page"]

#: A message may be this long; what the agent takes is more.
_LONGEST_MESSAGE = 10_000
#: People who are answered at the same time; further ones wait in Gradio's queue.
_AT_ONCE = 4


def build_page(services: Services) -> gr.Blocks:
    """Build the page.

    Args:
        services: What answers, and who is answered; must stay open as long as the page is served.
    """
    palate = services.palate
    with ui.Blocks(title="Palate", fill_width=True, analytics_enabled=False) as blocks:
        layout = _Layout(palate)
        _Wires(layout, PageLogic(palate, clock=services.clock), blocks, services)
    blocks.queue(default_concurrency_limit=_AT_ONCE)
    return blocks


class _Layout:
    """The components, in the order in which they are read."""

    def __init__(self, palate: Palate) -> None:
        self.session = ui.State(Session())
        _html(page_file("header.html"), "p-header")
        self.account = _html("", "p-account-line")
        with ui.Row(elem_id="p-columns"):
            with ui.Column(elem_id="p-chat", min_width=280):
                self._chat(palate)
            with ui.Column(elem_id="p-picks", min_width=280):
                _html("<h2>Picks for you</h2>", "p-picks-title")
                self.cards = _html(
                    no_cards_html(palate.domain), "p-card-list", script=page_file("cards.js")
                )
            with ui.Column(elem_id="p-profile", min_width=280):
                self._profile(palate)

    def _chat(self, palate: Palate) -> None:
        _html("<h2>Talk</h2>", "p-chat-title")
        self.chatbot = ui.Chatbot(
            elem_id="p-messages",
            label="Conversation",
            show_label=False,
            container=False,
            height="100%",
            render_markdown=False,
            latex_delimiters=[],
            buttons=[],
            feedback_options=None,
            placeholder=page_file("welcome.html"),
        )
        self.examples = prompts_html(example_prompts(palate.catalogue, palate.domain))
        self.prompts = _html(self.examples, "p-prompt-list", script=page_file("cards.js"))
        self.stage = _html(idle_html(), "p-stage-line")
        with ui.Row(elem_id="p-input"):
            self.box = ui.Textbox(
                label="Your message",
                show_label=False,
                container=False,
                placeholder="What do you like?",
                lines=1,
                max_lines=5,
                max_length=_LONGEST_MESSAGE,
                autofocus=True,
                scale=1,
                elem_id="p-box",
            )
            self.send = ui.Button("Send", variant="primary", scale=0, min_width=84)

    def _profile(self, palate: Palate) -> None:

        def suggest(asked: list[str]) -> list[str]:
            return suggestions(palate, asked)

        _html("<h2>Your taste</h2>", "p-profile-title")
        self.taste = _html(
            "", "p-taste-panel", script=page_file("taste.js"), server_functions=[suggest]
        )
        with ui.Row(elem_id="p-profile-buttons"):
            self.export = ui.Button("Export as JSON", size="sm", elem_id="p-export")
            self.exported = ui.Textbox(visible=False)
        with ui.Accordion("How this works", open=False, elem_id="p-how"):
            _html(how_html(palate.status, palate.domain), "p-how-text")

    @property
    def changing(self) -> list[Any]:
        """What an update may change, in its order."""
        return [
            self.session,
            self.chatbot,
            self.prompts,
            self.stage,
            self.cards,
            self.taste,
            self.box,
            self.send,
        ]


def _html(
    value: str,
    elem_id: str,
    *,
    script: str | None = None,
    server_functions: list[Callable[..., Any]] | None = None,
) -> Any:
    """HTML of our own, without Gradio's prose styles."""
    return ui.HTML(
        value,
        elem_id=elem_id,
        js_on_load=script,
        apply_default_css=False,
        server_functions=server_functions,
    )


class _Wires:
    """Events of the components, each into one call of the page's logic."""

    def __init__(self, layout: _Layout, logic: PageLogic, blocks: Any, services: Services) -> None:
        self._logic = logic
        self._examples = layout.examples
        self._visitors = Visitors(services)
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        outputs: dict[str, Any] = {"outputs": layout.changing, **quiet}
        blocks.load(self._open, None, **outputs)
        blocks.load(self._account, None, layout.account, **quiet)
        ui.on(
            [layout.box.submit, layout.send.click],
            self._say,
            [layout.box, layout.session],
            **outputs,
        )
        layout.prompts.act(self._say_example, layout.session, **outputs)
        layout.cards.act(self._act, layout.session, **outputs)
        layout.taste.act(self._act, layout.session, **outputs)
        layout.export.click(self._export, layout.session, layout.exported, **quiet).then(
            None, layout.exported, None, js=page_file("download.js"), **quiet
        )

    def _open(self, request: gr.Request) -> list[Any]:
        try:
            return self._outputs(self._logic.open(self._visitors.user(request)))
        except PalateError as error:
            return self._outputs(Update(session=Session(), stage=error_html(error_words(error))))

    def _account(self, request: gr.Request) -> str:
        return self._visitors.account_html(request)

    def _say(self, text: str, session: Session, request: gr.Request) -> Iterator[list[Any]]:
        try:
            self._visitors.check(session, request)
            self._visitors.take(request)
        except PalateError as error:
            yield self._outputs(Update(session=session, stage=error_html(error_words(error))))
            return
        for update in self._logic.say(session, text.strip()):
            yield self._outputs(update)

    def _say_example(
        self, session: Session, request: gr.Request, event: gr.EventData
    ) -> Iterator[list[Any]]:
        yield from self._say(str(_sent(event).get("text", "")), session, request)

    def _act(self, session: Session, request: gr.Request, event: gr.EventData) -> list[Any]:
        try:
            self._visitors.check(session, request)
            act = parse_act(_sent(event))
        except PalateError as error:
            return self._outputs(Update(session=session, stage=error_html(error_words(error))))
        return self._outputs(self._logic.act(session, act))

    def _export(self, session: Session, request: gr.Request) -> str:
        self._visitors.check(session, request)
        return self._logic.export(session)

    def _outputs(self, update: Update) -> list[Any]:
        """An update in the order of ``_Layout.changing``; what has not changed is left alone."""
        said = update.messages
        # The chatbot shows plain text, but reads entities and tags in it.
        messages = said and [
            {"role": message.role, "content": escape(message.text, quote=False)} for message in said
        ]
        # Examples are for those who have not begun.
        prompts = None if said is None else ("" if said else self._examples)
        busy = update.busy
        send = None if busy is None else ui.update(interactive=not busy)
        changed = (messages, prompts, update.stage, update.cards, update.taste, update.box, send)
        return [update.session, *(ui.skip() if value is None else value for value in changed)]


def _sent(event: gr.EventData) -> Mapping[str, Any]:
    """The fields that the browser sent with an event; Gradio gives no public way to list them."""
    names = ("action", "text", "item", "facet", "value", "preference", "strictness")
    return {name: getattr(event, name) for name in names if hasattr(event, name)}
