"""Training on a handful of texts: a tiny network learns them by heart, and a run can go on."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from interest.evidence import Source
from interest.extraction import TextUnit
from interest.reader.features import FeatureReader
from interest.reader.inputs import Inputs
from interest.reader.labels import Sign
from interest.reader.model import Member, ReaderModel
from interest.training.corpus import Entry, WrittenText
from interest.training.examples import Example, written_examples
from interest.training.train import TrainingConfig, train
from tests.support.tiny_reader import tiny_backbone, tiny_network, write_word_tokenizer

FEATURES = FeatureReader(None)


def chat(text: str, facet: str, words: str, preference: float | None) -> WrittenText:
    start = text.index(words)
    entry = Entry(facet=facet, span=(start, start + len(words)), preference=preference)
    return WrittenText(
        text_id=text, domain="movies", source=Source.CHAT, text=text, asked="", entries=(entry,)
    )


def review(text: str, aspect: str, opinion: str, preference: float) -> WrittenText:
    first, second = text.index(aspect), text.index(opinion)
    entry = Entry(
        facet="any",
        span=(first, first + len(aspect)),
        preference=preference,
        opinion=(second, second + len(opinion)),
    )
    return WrittenText(
        text_id=text, domain="any", source=Source.REVIEW, text=text, asked="", entries=(entry,)
    )


TEXTS = [
    chat("I love Heat", "title", "Heat", 0.8),
    chat("I hate Cats", "title", "Cats", -0.8),
    chat("I love horror", "genre", "horror", 0.6),
    chat("my brother adores horror", "genre", "horror", None),
    review("the screen is great", "screen", "great", 0.8),
    review("the hinge is awful", "hinge", "awful", -0.8),
]


@pytest.fixture
def examples() -> list[Example]:
    return list(written_examples(TEXTS, FEATURES, FEATURES))


@pytest.fixture
def words(tmp_path: Path) -> Path:
    return write_word_tokenizer(tmp_path / "words", [text.text for text in TEXTS])


def config(passes: int) -> TrainingConfig:
    return TrainingConfig(
        passes=passes, rate=1e-2, head_rate=1e-2, pieces=64, feature_dropout=0.0, seed=1
    )


def test_learns_spans_signs_and_pairs(examples: list[Example], words: Path) -> None:
    network = tiny_network()
    losses = train(network, Inputs(words), examples, config(60))
    assert losses[-1] < 0.2 * losses[0]
    network.merge()
    model = ReaderModel([Member(weights=words, base=lambda: words)])
    model.adopt((network, Inputs(words)))
    units = [TextUnit(text_id=t.text_id, text=t.text, source=t.source) for t in TEXTS]
    observed = [FEATURES.observe(unit) for unit in units]
    found = model.mark(units[:4], observed[:4], reviews=False)
    assert [
        [(s.first, s.last, s.facet, Sign(int(s.signs.argmax()))) for s in marks.spans]
        for marks in found
    ] == [
        [(2, 3, "title", Sign.LIKED)],
        [(2, 3, "title", Sign.DISLIKED)],
        [(2, 3, "genre", Sign.LIKED)],
        [(3, 4, "genre", Sign.NONE)],
    ]
    pairs = model.mark(units[4:], observed[4:], reviews=True)
    assert [
        [(p.aspect, p.opinion, int(p.signs.argmax())) for p in marks.pairs] for marks in pairs
    ] == [[((1, 2), (3, 4), Sign.LIKED)], [((1, 2), (3, 4), Sign.DISLIKED)]]


def test_a_stopped_run_goes_on_to_the_same_weights(
    examples: list[Example], words: Path, tmp_path: Path
) -> None:
    whole, stopped = tiny_network(), tiny_network()
    stopped.load_own(whole.own_state())
    train(whole, Inputs(words), examples, config(3))
    checkpoint = tmp_path / "checkpoint.pt"

    class Stop(Exception):
        pass

    def stop_in_the_third(stage: str, done: int, total: int) -> None:
        if stage.startswith("pass 3"):
            raise Stop

    with pytest.raises(Stop):
        train(
            stopped,
            Inputs(words),
            examples,
            config(3),
            checkpoint=checkpoint,
            progress=stop_in_the_third,
        )
    fresh = tiny_network()
    losses = train(fresh, Inputs(words), examples, config(3), checkpoint=checkpoint)
    assert len(losses) == 3
    for name, value in whole.own_state().items():
        assert torch.allclose(value, fresh.own_state()[name], atol=1e-5), name


def test_the_backbone_itself_is_never_changed(examples: list[Example], words: Path) -> None:
    network = tiny_network()
    train(network, Inputs(words), examples, config(2))
    before = dict(tiny_backbone().named_parameters())
    for name, parameter in network.backbone.named_parameters():
        if not name.endswith((".up", ".down")):
            assert torch.equal(parameter, before[name.replace(".layer.", ".")])
