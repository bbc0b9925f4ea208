"""The converted folder: whole or not there, kept if it is sound, written anew if it is not."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from agent.llm.embedded_assets import SMOLLM2, converted_folder, damage_in
from interest.errors import AssetError
from tests.support.tiny_gguf import write_tiny_gguf
from tests.support.tiny_model import tiny_model


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_tiny_gguf(tmp_path / "model.gguf", tiny_model())


def times_of(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}


def test_a_sound_folder_is_kept(tmp_path: Path, source: Path) -> None:
    folder = converted_folder(source, tmp_path / "model")
    before = times_of(folder)
    assert set(before) == {
        "config.json",
        "generation_config.json",
        "model.safetensors",
        "palate-manifest.json",
        "tokenizer.json",
        "tokenizer_config.json",
    }
    assert damage_in(folder) == ""
    assert times_of(converted_folder(source, tmp_path / "model")) == before


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("model.safetensors", "model.safetensors has changed"),
        ("tokenizer.json", "tokenizer.json is missing"),
        ("palate-manifest.json", "palate-manifest.json cannot be read"),
    ],
)
def test_a_damaged_folder_is_said_and_written_anew(
    tmp_path: Path, source: Path, name: str, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    folder = converted_folder(source, tmp_path / "model")
    sound = (folder / "model.safetensors").read_bytes()
    if "missing" in damage:
        (folder / name).unlink()
    else:
        content = bytearray((folder / name).read_bytes())
        content[-1] ^= 1
        (folder / name).write_bytes(content)
    assert damage_in(folder) == damage
    with caplog.at_level(logging.WARNING):
        converted_folder(source, folder)
    assert damage in caplog.text
    assert damage_in(folder) == ""
    assert (folder / "model.safetensors").read_bytes() == sound


def test_a_conversion_that_fails_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "bad.gguf").write_bytes(b"GGUF?")
    with pytest.raises(AssetError, match=r"bad.gguf is not a readable GGUF file"):
        converted_folder(tmp_path / "bad.gguf", tmp_path / "model")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.gguf", "model.lock"]


def test_several_at_once_convert_once(tmp_path: Path, source: Path) -> None:
    stages: list[str] = []

    def convert(target: Path) -> Path:
        return converted_folder(
            source, target, progress=lambda stage, done, total: stages.append(stage)
        )

    with ThreadPoolExecutor(max_workers=3) as pool:
        folders = list(pool.map(convert, [tmp_path / "model"] * 3))
    assert set(folders) == {tmp_path / "model"}
    assert len(stages) == 20


def test_the_asset_names_its_licence_and_hash() -> None:
    assert SMOLLM2.licence == "Apache-2.0"
    assert [sha[:12] for sha in SMOLLM2.files.values()] == ["b179c9523d0e"]
