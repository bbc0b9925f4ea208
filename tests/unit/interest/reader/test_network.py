"""The network on a tiny random model: what it sees, what padding and merging change (nothing)."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import pytest
import torch

from interest.extraction import TextUnit
from interest.reader.features import FeatureReader
from interest.reader.inputs import Encoded, Inputs
from interest.reader.network import Network, Spans, WordStates, stack
from tests.support.tiny_reader import tiny_network, write_word_tokenizer

TEXTS = ("I love Heat", "I love horror and Heat but not Cats", "no")


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    return Inputs(write_word_tokenizer(tmp_path_factory.mktemp("words"), TEXTS))


def encode(inputs: Inputs, text: str, asked: str = "") -> Encoded:
    unit = TextUnit(text_id="t", text=text, asked=asked)
    return inputs.encode(unit, FeatureReader(None).observe(unit))


def read(network: Network, inputs: Inputs, *texts: str) -> WordStates:
    with torch.inference_mode():
        return network.read(inputs.batch([encode(inputs, text) for text in texts]))


def test_pieces_belong_to_words_and_the_question_to_none(inputs: Inputs) -> None:
    encoded = encode(inputs, "love Heat, no", asked="and Cats")
    assert encoded.words == (-1, -1, 0, 1, -1, 2)


def test_a_batch_reads_like_single_texts(inputs: Inputs) -> None:
    network = tiny_network()
    together = read(network, inputs, *TEXTS)
    for row, text in enumerate(TEXTS):
        alone = read(network, inputs, text)
        n = len(text.split())
        assert torch.allclose(together.labels[row, :n], alone.labels[0, :n], atol=1e-5)
        assert torch.allclose(together.whole[row], alone.whole[0], atol=1e-5)


@pytest.mark.parametrize("two_way", [True, False])
def test_the_first_word_sees_the_last_one_only_both_ways(inputs: Inputs, two_way: bool) -> None:
    network = tiny_network(two_way=two_way)
    first, second = (
        read(network, inputs, f"I love {end}").labels[0, 0] for end in ("Heat", "Cats")
    )
    assert torch.allclose(first, second, atol=1e-6) is not two_way


def test_merging_the_updates_changes_no_answer(inputs: Inputs) -> None:
    network = tiny_network()
    for name, parameter in network.named_parameters():
        if name.endswith(".up"):
            torch.nn.init.normal_(parameter, std=0.1)
    before = read(network, inputs, *TEXTS).labels
    network.merge()
    assert not any(name.endswith(".up") for name, _ in network.named_parameters())
    assert torch.allclose(before, read(network, inputs, *TEXTS).labels, atol=1e-5)


def test_an_aspect_without_words_has_a_state_of_its_own(inputs: Inputs) -> None:
    network = tiny_network()
    torch.nn.init.normal_(network.no_words)
    state = read(network, inputs, TEXTS[1])
    nothing = Spans(text=stack([0]), first=stack([-1]), last=stack([-1]))
    words = Spans(text=stack([0]), first=stack([1]), last=stack([2]))
    with torch.inference_mode():
        silent, _ = network.pair(state, nothing, words)
        spoken, _ = network.pair(state, words, words)
    assert silent.shape == (1, 4)
    assert not torch.allclose(silent, spoken)


def test_weights_come_back_and_foreign_ones_are_refused(inputs: Inputs) -> None:
    trained, fresh = tiny_network(), tiny_network()
    for parameter in trained.trained_parameters():
        torch.nn.init.normal_(parameter, std=0.05)
    fresh.load_own(trained.own_state())
    assert torch.equal(read(trained, inputs, "no").labels, read(fresh, inputs, "no").labels)
    with pytest.raises(KeyError, match="unknown"):
        fresh.load_own({**trained.own_state(), "other": torch.zeros(1)})
    with pytest.raises(KeyError, match="missing"):
        fresh.load_own({})
