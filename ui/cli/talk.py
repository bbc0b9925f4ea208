"""``palate ask`` and ``palate chat``: one question, and a conversation in the terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from interest.errors import PalateError
from ui.cli.opening import opened
from ui.cli.output import answers_only, say, write_json
from ui.cli.settings import (
    DEFAULT_USER,
    DEFAULT_WORKSPACE,
    BaseUrlOption,
    LlmOption,
    UserOption,
    VerboseOption,
    WorkspaceOption,
)
from ui.words import error_words, stage_words

if TYPE_CHECKING:
    from agent.palate import Palate
    from agent.turns import Recommendation

__all__ = ["ask", "chat"]

CountOption = Annotated[int, typer.Option("--n", min=1, max=50, help="How many to recommend.")]
ConversationOption = Annotated[
    str, typer.Option("--conversation", help="Which conversation to go on with.")
]

_LEAVE = frozenset({"quit", "exit", ":q", "/quit", "/exit"})


def ask(
    text: Annotated[str, typer.Argument(help="What you want, in your own words.")],
    user: UserOption = DEFAULT_USER,
    n: CountOption = 5,
    conversation: ConversationOption = "main",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object and nothing else.")
    ] = False,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    llm: LlmOption = None,
    llm_base_url: BaseUrlOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Ask once and print the answer.

    Examples:

    \b
      palate ask "something like Heat, but funnier"
      palate ask --user ada --n 10 --json "nothing before 1980"
    """
    with opened(workspace, llm=llm, llm_base_url=llm_base_url) as palate:
        with answers_only():
            turn = palate.ask(user, text, conversation_id=conversation, n=n)
        if as_json:
            from agent.wire import turn_to_json

            write_json(turn_to_json(turn))
        else:
            _print(turn.reply)
            _print_items(turn.recommendations, palate)
            _print_notices(turn.notices, turn.reply)


def chat(
    user: UserOption = DEFAULT_USER,
    n: CountOption = 5,
    conversation: ConversationOption = "main",
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    llm: LlmOption = None,
    llm_base_url: BaseUrlOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Talk in the terminal. An empty line, "quit" or Ctrl-D ends it.

    Examples:

    \b
      palate chat
      palate chat --user ada --llm openai:gpt-4o-mini
    """
    with opened(workspace, llm=llm, llm_base_url=llm_base_url) as palate:
        say(f"Talking as {user}, with {palate.status.llm}. Ctrl-D or an empty line ends it.")
        while text := _read():
            try:
                _answer(palate, user, text, conversation, n)
            except PalateError as error:  # one failed turn does not end a conversation
                say(f"Error: {error_words(error)}")


def _read() -> str:
    """The next line that somebody types; "" at the end."""
    try:
        line = input("\nyou> " if sys.stdin.isatty() else "").strip()
    except EOFError:
        return ""
    return "" if line.casefold() in _LEAVE else line


def _answer(palate: Palate, user: str, text: str, conversation: str, n: int) -> None:
    """Show one turn while it happens: the stage on standard error, the rest as it arrives."""
    from agent.turns import ItemsReady, ReplyPiece, Stage, TurnDone

    items: ItemsReady | None = None
    reply = ""
    for event in palate.chat(user, text, conversation_id=conversation, n=n):
        match event:
            case Stage(name=name):
                _show_stage(name)
            case ItemsReady():
                items = event
            case ReplyPiece(text=piece):
                _clear_stage(first=not reply)
                _print(piece, end="")
                reply += piece
            case TurnDone(turn=turn):
                _print("")
                _print_items(items.recommendations if items else (), palate)
                _print_notices(turn.notices, turn.reply)
            case _:
                pass


def _show_stage(name: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{stage_words(name)}")
        sys.stderr.flush()


def _clear_stage(*, first: bool) -> None:
    if first and sys.stderr.isatty():
        sys.stderr.write("\r\033[K")
        sys.stderr.flush()


def _print(text: str, end: str = "\n") -> None:
    from ui.cli.show import plain

    print(plain(text), end=end, flush=True)


def _print_items(recommendations: Sequence[Recommendation], palate: Palate) -> None:
    if recommendations:
        from ui.cli.show import recommendations_text

        print(f"\n{recommendations_text(recommendations, palate.domain)}")


def _print_notices(notices: Sequence[str], reply: str) -> None:
    """Notices that the reply does not say already."""
    for notice in notices:
        if notice not in reply:
            _print(f"Note: {notice}")
