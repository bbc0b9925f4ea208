"""A small world to talk in: eleven films, a few ratings, no network and no model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from agent.assembly import assemble
from agent.chatting import Chat
from agent.llm.adapter import ChatLLM
from agent.llm.scripted import ScriptedChatModel
from agent.turns import Turn, TurnDone
from interest.domain import load_domain
from interest.memory_store import MemoryStore
from interest.store import ProfileStore
from retrieval.catalogue import Catalogue
from retrieval.encoder import HashingEncoder
from retrieval.engine import Engine
from retrieval.types import Interaction, Item

Talk = Callable[..., Turn]


def _film(
    item_id: str, title: str, year: float, runtime: float, director: str, *genres: str
) -> Item:
    return Item(
        item_id=item_id,
        title=title,
        attributes={
            "year": year,
            "runtime": runtime,
            "director": (director,),
            "genre": genres,
        },
    )


FILMS = (
    _film("alien", "Alien", 1979, 117, "Ridley Scott", "Sci-Fi", "Horror"),
    _film("aliens", "Aliens", 1986, 137, "James Cameron", "Sci-Fi", "Action"),
    _film("blade", "Blade Runner", 1982, 117, "Ridley Scott", "Sci-Fi", "Drama"),
    _film("heat", "Heat", 1995, 170, "Michael Mann", "Crime", "Drama"),
    _film("thief", "Thief", 1981, 122, "Michael Mann", "Crime", "Drama"),
    _film("shining", "The Shining", 1980, 146, "Stanley Kubrick", "Horror"),
    _film("halloween", "Halloween", 1978, 91, "John Carpenter", "Horror"),
    _film("airplane", "Airplane!", 1980, 88, "Jim Abrahams", "Comedy"),
    _film("fargo", "Fargo", 1996, 98, "Joel Coen", "Crime", "Comedy"),
    _film("clueless", "Clueless", 1995, 97, "Amy Heckerling", "Comedy", "Romance"),
    _film("gladiator", "Gladiator", 2000, 155, "Ridley Scott", "Action", "Drama"),
)


@pytest.fixture(scope="session")
def engine() -> Engine:
    catalogue = Catalogue(FILMS, load_domain("movies"), weights={"heat": 90, "alien": 99})
    tastes = (("alien", "aliens", "blade"), ("heat", "thief", "fargo"), ("airplane", "clueless"))
    interactions = [
        Interaction(user_id=f"u{number}-{copy}", item_id=item_id, value=5.0)
        for number, liked in enumerate(tastes)
        for copy in range(4)
        for item_id in liked
    ]
    return Engine.fit(catalogue, interactions, HashingEncoder())


@pytest.fixture
def clock() -> Callable[[], datetime]:
    ticks: Iterator[datetime] = (
        datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=second) for second in range(10**6)
    )
    return lambda: next(ticks)


@pytest.fixture
def store() -> ProfileStore:
    return MemoryStore()


@pytest.fixture
def chat(engine: Engine, store: ProfileStore, clock: Callable[[], datetime]) -> Chat:
    return assemble(engine, None, store, clock=clock)


@pytest.fixture
def scripted(
    engine: Engine, store: ProfileStore, clock: Callable[[], datetime]
) -> Callable[..., Chat]:
    """A chat with a capable model that follows a script."""

    def make(*script: object) -> Chat:
        model = ChatLLM(
            ScriptedChatModel(script),  # pyright: ignore[reportArgumentType]
            name="scripted",
            capable=True,
            sleep=lambda _: None,
        )
        return assemble(engine, model, store, clock=clock)

    return make


@pytest.fixture
def say() -> Talk:
    """Say something to a chat and get the finished turn."""

    def answer(chat: Chat, text: str, *, user: str = "ada", n: int = 5) -> Turn:
        *_, last = chat.turn(user, text, conversation_id="main", n=n)
        assert isinstance(last, TurnDone)
        return last.turn

    return answer
