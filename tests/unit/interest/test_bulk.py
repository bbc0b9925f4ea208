"""Extraction over files: what goes in, what comes out, and what a crash leaves."""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from interest.bulk import MAX_PROBLEMS_KEPT, extract_file
from interest.dialogue import DialogueExtractor
from interest.domain import load_domain
from interest.errors import DataError, InputError, ModelError
from interest.extraction import Mention, TextUnit
from interest.id_set import IdSet
from interest.interests import Strictness
from interest.jsonl import LineProblem
from interest.rule_extractor import RuleExtractor
from tests.support.films import FilmVocabulary

SUGAR = '{"id": "a", "text": "no sugar"}'


class Taster:
    """Reads ``+word`` as liked and ``-word`` as hated; fails on texts with ``!``."""

    name = "taster"

    def __init__(self) -> None:
        self.batches: list[tuple[str, ...]] = []

    def extract(self, units: Sequence[TextUnit]) -> list[tuple[Mention, ...]]:
        if any("!" in unit.text for unit in units):
            raise ModelError("The model coughs.")
        self.batches.append(tuple(unit.text_id for unit in units))
        return [tuple(_read(unit.text)) for unit in units]


def _read(text: str) -> list[Mention]:
    return [
        Mention(
            facet="food",
            value=found[2].lower(),
            preference=0.5 if found[1] == "+" else -1.0,
            confidence=2 / 3,
            strictness=Strictness.SOFT if found[1] == "+" else Strictness.HARD,
            start=found.start(2),
            end=found.end(2),
        )
        for found in re.finditer(r"([+-])(\S+)", text)
    ]


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def put(folder: Path, *lines: str | bytes, name: str = "in.jsonl") -> Path:
    path = folder / name
    path.write_bytes(b"".join((x.encode() if isinstance(x, str) else x) + b"\n" for x in lines))
    return path


def record(record_id: object, text: object) -> str:
    return json.dumps({"id": record_id, "text": text})


def test_the_output_has_the_published_form(tmp_path: Path) -> None:
    source, target = put(tmp_path, record("a", "😀 +Tea but -Milk"), record(7, "")), tmp_path / "o"
    report = extract_file(source, target, Taster())
    assert lines_of(target) == [
        {
            "id": "a",
            "interests": [
                {
                    "facet": "food",
                    "value": "tea",
                    "polarity": 1,
                    "preference": 0.5,
                    "confidence": 0.667,
                    "strictness": "soft",
                    "condition": None,
                    "evidence": [3, 6],
                    "quote": "Tea",
                    "opinion": None,
                },
                {
                    "facet": "food",
                    "value": "milk",
                    "polarity": -1,
                    "preference": -1.0,
                    "confidence": 0.667,
                    "strictness": "hard",
                    "condition": None,
                    "evidence": [12, 16],
                    "quote": "Milk",
                    "opinion": None,
                },
            ],
        },
        {"id": 7, "interests": []},
    ]
    assert (report.texts, report.resumed, report.interests, report.n_problems) == (2, 0, 2, 0)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "o"]


def test_a_condition_is_written_in_the_words_of_the_text(tmp_path: Path) -> None:
    text = "USER: no gore With the  kids"
    source, target = put(tmp_path, record("a", text)), tmp_path / "o"
    rules = RuleExtractor(load_domain("movies"), FilmVocabulary())
    extract_file(source, target, DialogueExtractor(rules))
    (row,) = lines_of(target)
    (entry,) = row["interests"]
    assert (entry["value"], entry["condition"]) == ("gore", "with the kids")
    assert entry["evidence"] == [text.index("gore"), text.index("gore") + 4]


def test_bad_lines_are_reported_by_number_and_the_run_goes_on(tmp_path: Path) -> None:
    source = put(
        tmp_path,
        record("a", "+x"),
        "{broken",
        record("a", "again"),
        json.dumps({"id": "b"}),
        record("c", 5),
        json.dumps({"text": "no id"}),
        record(True, "t"),
        "",
        record("d", "-y"),
    )
    told: list[LineProblem] = []
    report = extract_file(source, tmp_path / "o", Taster(), on_problem=told.append)
    assert [row["id"] for row in lines_of(tmp_path / "o")] == ["a", "d"]
    assert [str(problem) for problem in report.problems] == [
        "line 2: not JSON: Expecting property name enclosed in double quotes at column 2",
        "line 3: id 'a' stands on a line above",
        'line 4: no "text"',
        "line 5: \"text\" must be text and not empty, not '5'",
        'line 6: no "id"',
        "line 7: \"id\" must be text or number and not empty, not 'True'",
    ]
    assert tuple(told) == report.problems


def test_a_report_stays_small(tmp_path: Path) -> None:
    source = put(tmp_path, *["x"] * (MAX_PROBLEMS_KEPT + 5))
    report = extract_file(source, tmp_path / "o", Taster())
    assert (report.n_problems, len(report.problems)) == (MAX_PROBLEMS_KEPT + 5, MAX_PROBLEMS_KEPT)
    assert (tmp_path / "o").read_bytes() == b""


def test_strict_stops_at_the_first_bad_line_and_names_it(tmp_path: Path) -> None:
    source = put(tmp_path, record("a", "+x"), "nonsense", record("b", "+y"))
    with pytest.raises(DataError, match=r"stops at line 2: not JSON"):
        extract_file(source, tmp_path / "o", Taster(), strict=True)
    assert not (tmp_path / "o").exists()


def test_texts_that_break_others_come_through(tmp_path: Path) -> None:
    long = "+x " + "word " * 2000
    source = put(
        tmp_path,
        b'\xef\xbb\xbf{"id": "bom", "text": "+one\\r\\n+two"}\r',
        '{"id": "half", "text": "\\ud83d +\\udc4dgood"}',
        record("cjk", "我喜欢 +茶"),
        record("long", long),
    )
    extract_file(source, tmp_path / "o", Taster())
    raw = (tmp_path / "o").read_bytes().decode("utf-8")
    assert "茶" in raw
    rows = {row["id"]: row["interests"] for row in lines_of(tmp_path / "o")}
    assert [entry["quote"] for entry in rows["bom"]] == ["one", "two"]
    assert [entry["quote"] for entry in rows["half"]] == ["\udc4dgood"]
    assert [entry["evidence"] for entry in rows["cjk"]] == [[5, 6]]
    assert [entry["quote"] for entry in rows["long"]] == ["x"]


def test_gzip_goes_in_and_order_is_kept_whatever_the_batch(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl.gz"
    ids = [f"t{n * 7 % 50}" for n in range(50)]
    source.write_bytes(gzip.compress("".join(record(i, "+x") + "\n" for i in ids).encode()))
    taster = Taster()
    extract_file(source, tmp_path / "o", taster, batch_size=7)
    assert [row["id"] for row in lines_of(tmp_path / "o")] == ids
    assert [len(batch) for batch in taster.batches] == [7] * 7 + [1]


def test_one_text_that_the_model_fails_on_costs_only_itself(tmp_path: Path) -> None:
    source = put(tmp_path, record("a", "+x"), record("b", "+!"), record("c", "+z"))
    report = extract_file(source, tmp_path / "o", Taster())
    rows = lines_of(tmp_path / "o")
    assert [(row["id"], len(row["interests"]), row.get("error")) for row in rows] == [
        ("a", 1, None),
        ("b", 0, "The model coughs."),
        ("c", 1, None),
    ]
    assert report.failed == 1
    assert report.problems == (LineProblem(number=2, reason="the model failed: The model coughs."),)


def test_a_model_that_is_down_stops_the_run_and_what_was_done_is_kept(tmp_path: Path) -> None:
    texts = [record(n, "+x") for n in range(4)] + [record(n, "+!") for n in range(4, 8)]
    source, target = put(tmp_path, *texts), tmp_path / "o"
    with pytest.raises(ModelError, match="coughs"):
        extract_file(source, target, Taster(), batch_size=2)
    assert not target.exists()
    put(tmp_path, *[text.replace("!", "y") for text in texts])
    report = extract_file(source, target, Taster(), batch_size=2)
    assert (report.texts, report.resumed) == (8, 4)
    assert [row["id"] for row in lines_of(target)] == list(range(8))


def test_paths_that_cannot_work_are_refused_before_any_work(tmp_path: Path) -> None:
    source = put(tmp_path, SUGAR)
    taken = put(tmp_path, "old", name="taken")
    link = tmp_path / "link"
    link.symlink_to(source)
    hard = tmp_path / "hard"
    hard.hardlink_to(source)
    cases = [
        (source, source, "Input and output are one file"),
        (source, link, "Input and output are one file"),
        (source, hard, "Input and output are one file"),
        (source, taken, "exists"),
        (source, tmp_path, "is a directory"),
        (source, tmp_path / "no" / "o", "There is no directory"),
        (source, taken / "o", "There is no directory"),
        (tmp_path / "nothing", tmp_path / "o", "There is no file"),
    ]
    for given, target, message in cases:
        with pytest.raises(InputError, match=message):
            extract_file(given, target, Taster())
    with pytest.raises(InputError, match="batch size is 0"):
        extract_file(source, tmp_path / "o", Taster(), batch_size=0)
    assert taken.read_text() == "old\n"


def test_overwrite_replaces_a_finished_output(tmp_path: Path) -> None:
    taken = put(tmp_path, "old", name="taken")
    extract_file(put(tmp_path, SUGAR), taken, Taster(), overwrite=True)
    assert lines_of(taken) == [{"id": "a", "interests": []}]


def part_with(folder: Path, content: bytes, **signature: str | int) -> Path:
    """What an interrupted run would have left."""
    (folder / "o.part.json").write_text(
        json.dumps({"extractor": "taster", "batch_size": 2} | signature)
    )
    (folder / "o.part").write_bytes(content)
    return folder / "o"


def test_a_torn_batch_is_done_again_and_nothing_else(tmp_path: Path) -> None:
    texts = [record(n, "+x") for n in range(6)]
    source = put(tmp_path, *texts[:1], "broken", *texts[1:])
    extract_file(source, tmp_path / "whole", Taster(), batch_size=2)
    whole = (tmp_path / "whole").read_bytes()
    ends = [0] + [n + 1 for n, byte in enumerate(whole) if byte == ord("\n")]
    for cut in (ends[2], ends[3], ends[3] + 9, ends[4] - 1, ends[4], ends[6]):
        target = part_with(tmp_path, whole[:cut])
        taster = Taster()
        report = extract_file(source, target, taster, batch_size=2)
        assert target.read_bytes() == whole
        done = [cut >= ends[n] for n in (2, 4, 6)].count(True) * 2
        assert report.resumed == done
        assert [i for batch in taster.batches for i in batch] == [str(n) for n in range(done, 6)]
        assert [problem.number for problem in report.problems] == [2]
        target.unlink()


def test_a_part_of_something_else_is_not_continued(tmp_path: Path) -> None:
    source = put(tmp_path, record("a", "+x"), record("b", "+y"), record("c", "+z"))
    other_ids = b'{"id": "q", "interests": []}\n{"id": "b", "interests": []}\n'
    quote = b'{"id": "a", "interests": [{"evidence": [1, 2], "quote": "z"}]}\n'
    with pytest.raises(DataError, match="its text 'q' is not the one at line 1"):
        extract_file(source, part_with(tmp_path, other_ids), Taster(), batch_size=2)
    with pytest.raises(DataError, match="its text 'a' is not the one at line 1"):
        extract_file(source, part_with(tmp_path, quote * 2), Taster(), batch_size=2)
    with pytest.raises(DataError, match="is damaged at line 1"):
        extract_file(source, part_with(tmp_path, b"[]\n[]\n"), Taster(), batch_size=2)
    target = part_with(tmp_path, other_ids, extractor="tagger")
    with pytest.raises(DataError, match=r"left by a run made with .*'tagger'"):
        extract_file(source, target, Taster(), batch_size=2)
    report = extract_file(source, tmp_path / "o", Taster(), batch_size=2, resume=False)
    assert (report.texts, report.resumed) == (3, 0)


def test_a_second_run_on_the_same_output_is_kept_out(tmp_path: Path) -> None:
    source = put(tmp_path, record("a", "+x"))

    class Nested(Taster):
        def extract(self, units: Sequence[TextUnit]) -> list[tuple[Mention, ...]]:
            with pytest.raises(InputError, match="Another run is writing"):
                extract_file(source, tmp_path / "o", Taster())
            return super().extract(units)

    assert extract_file(source, tmp_path / "o", Nested()).texts == 1


def test_progress_ends_at_the_size_of_the_input(tmp_path: Path) -> None:
    source = put(tmp_path, *[record(n, "+x") for n in range(5)])
    told: list[tuple[str, int, int]] = []
    extract_file(
        source,
        tmp_path / "o",
        Taster(),
        batch_size=2,
        progress=lambda stage, done, total: told.append((stage, done, total)),
    )
    size = source.stat().st_size
    assert told[-1] == ("extracting", size, size)
    assert len(told) == 4


def test_id_set_tells_repeats_across_its_packed_arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("interest.id_set._FRESH", 8)
    ids = IdSet()
    assert all(ids.add(str(n)) for n in range(100))
    assert not any(ids.add(str(n)) for n in range(100))
    assert ids.add("\ud800")
    assert not ids.add("\ud800")


SLOW_RUN = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from interest.bulk import extract_file
from interest.extraction import Mention
from interest.interests import Strictness

class Slow:
    name = "slow"
    def extract(self, units):
        with open(sys.argv[4], "a") as log:
            log.writelines(unit.text_id + "\\n" for unit in units)
        time.sleep(float(sys.argv[5]))
        return [
            (Mention(facet="f", value=unit.text, preference=1.0, confidence=0.5,
                     strictness=Strictness.SOFT, start=0, end=len(unit.text)),)
            for unit in units
        ]

extract_file(Path(sys.argv[2]), Path(sys.argv[3]), Slow(), batch_size=5)
"""


def slow_run(source: Path, target: Path, log: Path, pause: float) -> subprocess.Popen[bytes]:
    root = Path(__file__).parents[3]
    script = [sys.executable, "-c", SLOW_RUN, str(root), str(source), str(target), str(log)]
    return subprocess.Popen([*script, str(pause)], env={**os.environ, "PYTHONSAFEPATH": "1"})


def test_kill_9_in_mid_run_loses_nothing_and_repeats_nothing_that_was_written(
    tmp_path: Path,
) -> None:
    source = put(tmp_path, *[record(f"t{n}", f"text {n}") for n in range(203)])
    whole = tmp_path / "whole"
    assert slow_run(source, whole, tmp_path / "log-whole", 0.0).wait(timeout=120) == 0

    target, part, log = tmp_path / "o", tmp_path / "o.part", tmp_path / "log"
    for stop_after in (20, 90):
        run = slow_run(source, target, log, 0.05)
        while not part.exists() or part.read_bytes().count(b"\n") < stop_after:
            assert run.poll() is None, "the run ended before it could be killed"
            time.sleep(0.005)
        run.send_signal(signal.SIGKILL)
        assert run.wait(timeout=60) == -signal.SIGKILL
        assert not target.exists()
    assert slow_run(source, target, log, 0.0).wait(timeout=120) == 0

    assert target.read_bytes() == whole.read_bytes()
    assert not part.exists()
    asked = log.read_text().splitlines()
    # What was in the model's hands when a kill came is asked again: one batch per kill at most.
    assert len(asked) - len(set(asked)) <= 10
    assert set(asked) == {f"t{n}" for n in range(203)}
