"""JSON Lines as they come."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from interest import jsonl
from interest.errors import DataError, InputError
from interest.jsonl import JsonLine, JsonLines, LineProblem


def read(path: Path) -> list[JsonLine | LineProblem]:
    with JsonLines(path) as lines:
        return list(lines)


def write(folder: Path, content: bytes, name: str = "a.jsonl") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_lines_keep_their_numbers_over_empty_lines_bom_and_crlf(tmp_path: Path) -> None:
    path = write(tmp_path, b'\xef\xbb\xbf{"a": 1}\r\n\r\n  \n{"a": 2}')
    assert read(path) == [JsonLine(number=1, value={"a": 1}), JsonLine(number=4, value={"a": 2})]


def test_unicode_line_separators_do_not_end_a_line(tmp_path: Path) -> None:
    path = write(tmp_path, '{"a": "x\u2028y\u0085z"}\n'.encode())
    assert read(path) == [JsonLine(number=1, value={"a": "x\u2028y\u0085z"})]


def test_gzip_is_known_by_its_content(tmp_path: Path) -> None:
    path = write(tmp_path, gzip.compress(b'{"a": 1}\n{"a": 2}\n'), "no-ending")
    assert [line.number for line in read(path)] == [1, 2]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"[1]", "a JSON list where an object belongs"),
        (b'"x"', "a JSON str where an object belongs"),
        (b"{", "not JSON: Expecting property name enclosed in double quotes at column 2"),
        (b'{"a": "\xff"}', "not UTF-8 at byte 8"),
    ],
)
def test_a_broken_line_is_reported_and_passed(tmp_path: Path, line: bytes, reason: str) -> None:
    path = write(tmp_path, b'{"a": 1}\n' + line + b'\n{"a": 3}\n')
    assert read(path) == [
        JsonLine(number=1, value={"a": 1}),
        LineProblem(number=2, reason=reason),
        JsonLine(number=3, value={"a": 3}),
    ]


@pytest.mark.parametrize("line", [b'{"a": ' + b"9" * 5000 + b"}", b"[" * 200_000])
def test_hostile_lines_are_reported_and_passed(tmp_path: Path, line: bytes) -> None:
    first, second = read(write(tmp_path, line + b'\n{"a": 2}\n'))
    assert isinstance(first, LineProblem)
    assert second == JsonLine(number=2, value={"a": 2})


def test_a_line_over_the_limit_is_passed_without_being_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jsonl, "MAX_LINE_BYTES", 20)
    path = write(tmp_path, b'{"a": "' + b"x" * 90 + b'"}\n{"a": 2}\n' + b"y" * 21)
    assert read(path) == [
        LineProblem(number=1, reason="longer than 20 bytes"),
        JsonLine(number=2, value={"a": 2}),
        LineProblem(number=3, reason="longer than 20 bytes"),
    ]


def test_a_file_that_is_wrong_as_a_whole_is_refused(tmp_path: Path) -> None:
    cut = write(tmp_path, gzip.compress(b'{"a": 1}\n' * 5000)[:60], "cut.gz")
    with pytest.raises(DataError, match="breaks off or is damaged at line"):
        read(cut)
    with pytest.raises(DataError, match="is UTF-16"):
        read(write(tmp_path, '{"a": 1}'.encode("utf-16")))
    with pytest.raises(InputError, match=r"There is no file .*nothing\.jsonl"):
        read(tmp_path / "nothing.jsonl")
    with pytest.raises(InputError, match="is a directory"):
        read(tmp_path)
