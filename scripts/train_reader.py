"""Train a network of the trained reader, on one of its base models.

    python scripts/train_reader.py --base language-model --data ../shared/data/extraction
    python scripts/train_reader.py --base encoder --data ../shared/data/extraction
    python scripts/train_reader.py --base language-model --quads asqp-rest15.train.jsonl \\
        --data ../shared/data/extraction --start interest/reader/weights/language-model \\
        --out build/asqp-rest15       # for evaluation only: the data's licence allows no more

Shipped weights are trained on ``ccpe.train``, the training part of ``redial.dev`` (both CC BY 4.0)
and the written corpus, and on nothing else. A run that is stopped goes on from its last pass.
"""

# torch and safetensors are typed in part only.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from agent.trained_reader import base_folder, shipped_weights  # noqa: E402
from interest.domain import load_domain  # noqa: E402
from interest.reader.features import N_FEATURES, FeatureReader  # noqa: E402
from interest.reader.inputs import Inputs  # noqa: E402
from interest.reader.network import Network, ReaderConfig, load_backbone  # noqa: E402
from interest.rule_extractor import RuleExtractor  # noqa: E402
from interest.training.corpus import corpus_files, read_corpus  # noqa: E402
from interest.training.examples import (  # noqa: E402
    Example,
    ccpe_examples,
    quad_examples,
    redial_examples,
    written_examples,
)
from interest.training.train import TrainingConfig, train  # noqa: E402
from ui.cli.reading import demo_vocabulary  # noqa: E402

#: Per base: rank, passes and learning rate, chosen on dev data.
SETTINGS: dict[str, Any] = {
    "language-model": {"rank": 16, "layers": 20, "passes": 4, "rate": 1e-3, "two_way": True},
    "encoder": {"rank": 16, "layers": 0, "passes": 5, "rate": 1e-3, "two_way": False},
}

#: In ASQP every quad has words of opinion; set on the dev part of rest15.
QUAD_THRESHOLDS = {"silent": 1.1, "opinion": 0.7, "alone": 0.3}


def main() -> int:
    """Train and write ``reader.safetensors`` and ``reader.json``."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--base", choices=sorted(SETTINGS), required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder of the gold files")
    parser.add_argument("--out", type=Path, help="default: the shipped weights' folder")
    parser.add_argument("--quads", help="train on this ASQP file alone (never to be shipped)")
    parser.add_argument("--without", nargs="*", default=[], help="leave out: ccpe redial written")
    parser.add_argument("--start", type=Path, help="weights to start from")
    parser.add_argument("--rank", type=int)
    parser.add_argument("--layers", type=int, help="layers of the base, from below; 0 for all")
    parser.add_argument("--passes", type=int)
    parser.add_argument("--rate", type=float)
    parser.add_argument("--share", type=float, default=1.0, help="of the examples: learning curve")
    parser.add_argument("--one-way", action="store_true", help="keep the causal mask")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    chosen = SETTINGS[options.base]
    out: Path = options.out or shipped_weights() / options.base
    out.mkdir(parents=True, exist_ok=True)
    categories: list[str] = []
    examples, sources = _examples(options, categories)
    if options.share < 1.0:
        order = torch.randperm(len(examples), generator=torch.Generator().manual_seed(0))
        examples = [examples[int(n)] for n in order[: int(options.share * len(examples))]]
    folder = base_folder(options.base)
    config = ReaderConfig(
        rank=options.rank or chosen["rank"],
        n_features=N_FEATURES,
        layers=chosen["layers"] if options.layers is None else options.layers,
        two_way=chosen["two_way"] and not options.one_way,
        n_categories=len(categories),
    )
    network = Network(load_backbone(folder, torch.bfloat16), config)
    if options.start:
        _start_from(network, options.start)
    training = TrainingConfig(
        passes=options.passes or chosen["passes"],
        rate=options.rate or chosen["rate"],
        seed=options.seed,
    )
    n_trained = sum(parameter.numel() for parameter in network.trained_parameters())
    print(f"{len(examples)} texts, {n_trained} trained parameters", flush=True)
    started = time.time()
    losses = train(
        network,
        Inputs(folder),
        examples,
        training,
        checkpoint=out / "checkpoint.pt",
        progress=_show(started),
    )
    state = {k: v.to(torch.bfloat16).contiguous() for k, v in network.own_state().items()}
    save_file(state, out / "reader.safetensors")
    about: dict[str, Any] = {
        "base": options.base,
        "config": config.as_dict(),
        "categories": categories,
        "thresholds": QUAD_THRESHOLDS if options.quads else {},
        "trained_on": sources,
        "training": {
            "passes": training.passes,
            "rate": training.rate,
            "head_rate": training.head_rate,
            "pieces": training.pieces,
            "seed": training.seed,
            "n_texts": len(examples),
            "losses": [round(loss, 4) for loss in losses],
        },
    }
    (out / "reader.json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    (out / "checkpoint.pt").unlink()
    print(f"{out}: losses {about['training']['losses']}, {time.time() - started:.0f} s")
    return 0


def _examples(
    options: argparse.Namespace, categories: list[str]
) -> tuple[list[Example], dict[str, str]]:
    """The examples, and the SHA-256 of every file they come from."""
    reviews = FeatureReader(None)
    if options.quads:
        path = options.data / options.quads
        return list(quad_examples(path, reviews, categories)), {path.name: _digest(path)}
    domain = load_domain("movies")
    chat = FeatureReader(RuleExtractor(domain, demo_vocabulary(domain)))
    examples: list[Example] = []
    sources: dict[str, str] = {}
    for name, file, read in (
        ("ccpe", "ccpe.train.jsonl", ccpe_examples),
        ("redial", "redial.dev.jsonl", redial_examples),
    ):
        if name not in options.without:
            path = options.data / file
            examples += read(path, chat)
            sources[file] = _digest(path)
    if "written" not in options.without:
        examples += written_examples(read_corpus(held_out=False), chat, reviews)
        for file in corpus_files():
            sources[f"corpus/{file.name}"] = hashlib.sha256(file.read_bytes()).hexdigest()
        del sources["corpus/heldout.jsonl"]
    return examples, sources


def _start_from(network: Network, folder: Path) -> None:
    """Take over what has the same shape: not the categories of another closed set."""
    own = network.own_state()
    for name, value in load_file(folder / "reader.safetensors").items():
        if name in own and own[name].shape == value.shape:
            own[name] = value.float()
    network.load_own(own)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _show(started: float):
    last = [0.0]

    def progress(stage: str, done: int, total: int | None) -> None:
        if time.time() - last[0] > 20:
            last[0] = time.time()
            print(f"{stage}: {done} of {total} steps, {time.time() - started:.0f} s", flush=True)

    return progress


if __name__ == "__main__":
    sys.exit(main())
