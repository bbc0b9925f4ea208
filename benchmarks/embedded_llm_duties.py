"""Routing, sign and phrasing: the embedded model beside the rules, on sentences written for it."""

from __future__ import annotations

import json
import math
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from agent.conversation import Conversation
from agent.llm.constrained import Grammar
from agent.llm.engine import LocalEngine
from agent.llm.lc_messages import call_schema, tools_text
from agent.planner import Act, make_plan
from interest.domain import load_domain
from interest.extraction import TextUnit
from interest.interests import NEUTRAL_BELOW
from interest.lexicon import load_lexicon
from interest.llm import Message
from interest.rule_extractor import RuleExtractor
from interest.signs import SignReader, Spot
from interest.tokens import tokenize
from interest.vocabulary import VocabularyEntry

CASES = Path(__file__).resolve().parent / "embedded_llm_cases.json"

#: Tool → what it is for, its arguments, and the sentence that scoring by likelihood uses.
TOOLS: Mapping[str, tuple[str, Sequence[str], str]] = {
    "recommend": ("Recommend films for a wish.", ("wish",), "recommend films that fit a wish"),
    "search": ("Look up a film in the catalogue.", ("title",), "look up a film by its title"),
    "similar": ("Find films like one film.", ("title",), "find films that resemble a film"),
    "explain": ("Say why a film was recommended.", ("title",), "explain a recommendation"),
    "read_profile": ("Show what is known of the user's taste.", (), "show their own profile"),
    "edit_profile": ("Change or delete a saved interest.", ("change",), "change their profile"),
}

_OF_ACT: Mapping[Act, str] = {
    Act.RECOMMEND: "recommend",
    Act.MORE: "recommend",
    Act.SIMILAR: "similar",
    Act.SEARCH: "search",
    Act.EXPLAIN: "explain",
    Act.SHOW_PROFILE: "read_profile",
    Act.FORGET: "edit_profile",
    Act.FORGET_ALL: "edit_profile",
}


def _system(text: str) -> Message:
    return Message(role="system", content=text)


def _user(text: str) -> Message:
    return Message(role="user", content=text)


def _assistant(text: str) -> Message:
    return Message(role="assistant", content=text)


@cache
def cases() -> dict[str, Any]:
    return json.loads(CASES.read_text(encoding="utf-8"))


class _Names:
    """A vocabulary of the names that the sentences use."""

    def entries(self) -> Iterable[VocabularyEntry]:
        for entry in cases()["names"]:
            facet, value = entry["facet"], entry["value"]
            item_ids = (value.lower(),) if facet == "title" else ()
            yield VocabularyEntry(
                facet=facet, value=value, names=(value,), item_ids=item_ids, weight=1.0
            )


@cache
def _rules() -> RuleExtractor:
    return RuleExtractor(load_domain("movies"), _Names())


def interval(right: int, total: int) -> tuple[float, float]:
    """95 % Wilson score interval of a proportion (Wilson 1927)."""
    z, share = 1.96, right / total
    middle = share + z * z / (2 * total)
    spread = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    low, high = ((middle + sign * spread) / (1 + z * z / total) for sign in (-1, 1))
    return round(low, 3), round(high, 3)


def _report(
    gold: Sequence[Any], given: Sequence[Any], seconds: float, labels: Sequence[Any]
) -> dict[str, Any]:
    right = sum(a == b for a, b in zip(gold, given, strict=True))
    recall = {
        str(label): round(
            sum(g == p == label for g, p in zip(gold, given, strict=True)) / gold.count(label), 3
        )
        for label in labels
    }
    return {
        "right": right,
        "of": len(gold),
        "accuracy": round(right / len(gold), 3),
        "interval": interval(right, len(gold)),
        "recall": recall,
        "given": {str(key): n for key, n in Counter(given).most_common()},
        "s_each": round(seconds / len(gold), 4),
    }


def _scored(
    engine: LocalEngine, prompts: Sequence[tuple[Sequence[Message], Sequence[str]]], empty: int
) -> tuple[list[int], list[int], float]:
    """Best option per prompt: as it is, and with the bias for empty content taken off.

    Calibration: Zhao et al. 2021, with the prompt at place ``empty`` as the content-free one.
    """
    started = time.perf_counter()
    scores = [engine.score(engine.prompt(messages), options) for messages, options in prompts]
    seconds = time.perf_counter() - started
    bias = scores[empty]
    plain = [max(range(len(row)), key=row.__getitem__) for row in scores]
    calibrated = [max(range(len(row)), key=lambda n: row[n] - bias[n]) for row in scores]
    return plain, calibrated, seconds


def measure_routing(engine: LocalEngine) -> dict[str, Any]:
    """Which of six tools: by constrained call, by likelihood, by rules."""
    texts = [case["text"] for case in cases()["routing"]]
    gold = [case["tool"] for case in cases()["routing"]]
    names = list(TOOLS)
    results: dict[str, Any] = {}
    for name, shots in (("tool_call", ()), ("tool_call_6_shot", _ROUTING_SHOTS)):
        started = time.perf_counter()
        given = [_called(engine, text, shots) for text in texts]
        results[name] = _report(gold, given, time.perf_counter() - started, names)
    told = _system("You name what a user of a film recommender wants.")
    wishes = [f"The user wants to {TOOLS[name][2]}." for name in names]
    shots = [
        message
        for text, tool in _ROUTING_SHOTS
        for message in (_user(text), _assistant(f"The user wants to {TOOLS[tool][2]}."))
    ]
    for name, before in (("likelihood", []), ("likelihood_6_shot", shots)):
        prompts = [([told, *before, _user(text)], wishes) for text in ["", *texts]]
        plain, calibrated, seconds = _scored(engine, prompts, 0)
        results[name] = _report(gold, [names[n] for n in plain[1:]], seconds, names)
        results[f"{name}_calibrated"] = _report(
            gold, [names[n] for n in calibrated[1:]], seconds, names
        )
    started = time.perf_counter()
    given = [_by_rules(text) for text in texts]
    results["rules"] = _report(gold, given, time.perf_counter() - started, names)
    return results


_ROUTING_SHOTS = (
    ("Got any good war films?", "recommend"),
    ("Do you carry Casablanca?", "search"),
    ("Films in the vein of Casablanca, please.", "similar"),
    ("Why on earth Casablanca?", "explain"),
    ("Which tastes of mine do you have on file?", "read_profile"),
    ("Take war films out of my profile.", "edit_profile"),
)


def _called(engine: LocalEngine, text: str, shots: Sequence[tuple[str, str]]) -> str:
    tools = [
        {
            "type": "function",
            "function": {
                "name": name,
                "description": description,
                "parameters": {
                    "type": "object",
                    "properties": {key: {"type": "string", "maxLength": 24} for key in arguments},
                    "required": list(arguments),
                },
            },
        }
        for name, (description, arguments, _) in TOOLS.items()
    ]
    before: list[Message] = []
    for shot, tool in shots:
        filled = dict.fromkeys(TOOLS[tool][1], "Casablanca")
        call = json.dumps({"tool": tool, "arguments": filled}, separators=(",", ":"))
        before += [_user(shot), _assistant(call)]
    prompt = engine.prompt([_system(tools_text(tools, must=True)), *before, _user(text)])
    grammar = Grammar.json(call_schema(tools))
    answer = ""
    for piece in engine.generate(prompt, max_tokens=60, grammar=grammar):
        answer += piece.text
        if '","arguments' in answer:  # the tool is chosen; its arguments are not judged here
            break
    return answer.split('"')[3]


def _by_rules(text: str) -> str:
    conversation = Conversation(shown=("heat", "alien", "titanic"), topic="heat")
    (mentions,) = _rules().extract([TextUnit(text_id="t", text=text)])
    titles = {entry["value"].lower() for entry in cases()["names"] if entry["facet"] == "title"}
    plan = make_plan(
        text,
        mentions,
        conversation,
        load_domain("movies"),
        lambda title: title.lower() if title.lower() in titles else None,
    )
    return _OF_ACT.get(plan.act, str(plan.act))


#: Prompt name → system text, template, options for liked, disliked, neither.
_SIGN_PROMPTS: Mapping[str, tuple[str, str, tuple[str, str, str]]] = {
    "adjective": (
        "You label feelings.",
        'Text: "{text}"\nHow does the writer feel about {target}? '
        "Answer positive, negative or neutral.",
        ("positive", "negative", "neutral"),
    ),
    "yes_no": (
        "You answer questions about a text.",
        'Text: "{text}"\nDoes the writer like {target}? Answer yes, no or unclear.',
        ("Yes", "No", "Unclear"),
    ),
    "statement": (
        "You say what a text means.",
        'Text: "{text}"\nWhat does the writer think of {target}?',
        (
            "The writer likes {target}.",
            "The writer dislikes {target}.",
            "The writer has no opinion about {target}.",
        ),
    ),
}

_SIGN_SHOTS = (
    ("Casablanca is pure magic.", "Casablanca", 1),
    ("Please spare me war films.", "war films", -1),
    ("Is Casablanca in colour?", "Casablanca", 0),
    ("Not my thing at all, that Casablanca.", "Casablanca", -1),
    ("War films never fail to grip me.", "war films", 1),
    ("I saw Casablanca last week.", "Casablanca", 0),
)


def measure_sign(engine: LocalEngine) -> dict[str, Any]:
    """Liked, disliked or neither: by likelihood with several prompts, by rules."""
    rows = cases()["sign"]
    gold = [row["sign"] for row in rows]
    signs = (1, -1, 0)
    results: dict[str, Any] = {}
    started = time.perf_counter()
    judged = [_judged_by_rules(row) for row in rows]
    by_rules = [sign for sign, _ in judged]
    results["rules"] = _report(gold, by_rules, time.perf_counter() - started, signs)
    for name, (told, template, options) in _SIGN_PROMPTS.items():
        shots = [
            message
            for text, target, sign in _SIGN_SHOTS
            for message in (
                _user(template.format(text=text, target=target)),
                _assistant(options[signs.index(sign)].format(target=target)),
            )
        ]
        for label, before in ((name, []), (f"{name}_6_shot", shots)):
            prompts = [
                (
                    [_system(told), *before, _user(template.format(text=text, target=target))],
                    [option.format(target=target) for option in options],
                )
                for text, target in [("", "it"), *((row["text"], row["target"]) for row in rows)]
            ]
            plain, calibrated, seconds = _scored(engine, prompts, 0)
            for suffix, chosen in (("", plain), ("_calibrated", calibrated)):
                given = [signs[n] for n in chosen[1:]]
                results[f"{label}{suffix}"] = _report(gold, given, seconds, signs)
                # As HybridExtractor does with ask_sign: the model only where no words show a sign.
                filled = [
                    sign if shown else model
                    for (sign, shown), model in zip(judged, given, strict=True)
                ]
                results[f"rules_then_{label}{suffix}"] = _report(gold, filled, seconds, signs)
    return results


def _judged_by_rules(row: Mapping[str, Any]) -> tuple[int, bool]:
    """The sign at the target's place, and whether words show it.

    Finding the target is not part of this comparison.
    """
    text, target = row["text"], row["target"]
    tokens = tokenize(text)
    start = text.lower().index(target.lower())
    inside = [
        number
        for number, token in enumerate(tokens)
        if token.start < start + len(target) and start < token.end
    ]
    spot = Spot(inside[0], inside[-1] + 1, name=target[0].isupper())
    reader = SignReader(load_lexicon(), frozenset({"film", "films", "movie", "movies"}))
    judgement = reader.read(text, tokens, [spot])[0]
    preference = judgement.preference
    sign = 0 if abs(preference) < NEUTRAL_BELOW else (1 if preference > 0 else -1)
    return sign, judgement.opinion is not None or sign == 0


def measure_phrasing(engine: LocalEngine) -> dict[str, Any]:
    """One sentence from given facts: is every fact in it, and is nothing else claimed?

    A sentence counts as complete if it holds title, year and reason words, and as clean if every
    capitalised word and every number in it stands in the facts or begins the sentence.
    """
    rows: list[dict[str, Any]] = []
    started = time.perf_counter()
    told = _system(
        "Write one short sentence that recommends the film. Use only the given facts. Add nothing."
    )
    shot = {"title": "Casablanca", "year": 1942, "genre": "Drama", "person": "Michael Curtiz"}
    example = _user(_facts({**shot, "because": "you like old romances"}))
    answer = _assistant(
        "Because you like old romances, try Casablanca (1942), a drama by Michael Curtiz."
    )
    for facts in cases()["phrasing"]:
        begun, first, text = time.perf_counter(), 0.0, ""
        prompt = engine.prompt([told, example, answer, _user(_facts(facts))])
        for piece in engine.generate(prompt, max_tokens=48):
            text += piece.text
            first = first or time.perf_counter() - begun
        rows.append(
            {
                "text": text,
                "complete": _complete(text, facts),
                "clean": _clean(text, facts),
                "first_s": round(first, 3),
                "s": round(time.perf_counter() - begun, 3),
            }
        )
    both = sum(row["complete"] and row["clean"] for row in rows)
    return {
        "faithful": both,
        "of": len(rows),
        "interval": interval(both, len(rows)),
        "complete": sum(row["complete"] for row in rows),
        "clean": sum(row["clean"] for row in rows),
        "median_first_s": sorted(row["first_s"] for row in rows)[len(rows) // 2],
        "median_s": sorted(row["s"] for row in rows)[len(rows) // 2],
        "s_all": round(time.perf_counter() - started, 1),
        "answers": rows,
    }


def _facts(facts: Mapping[str, Any]) -> str:
    return (
        f"Title: {facts['title']}\nYear: {facts['year']}\nGenre: {facts['genre']}\n"
        f"Director: {facts['person']}\nReason: {facts['because']}"
    )


def _words(text: str) -> list[str]:
    return [word.strip(".,;:!?()\"'*“”") for word in text.replace("-", " ").split()]


def _complete(text: str, facts: Mapping[str, Any]) -> bool:
    reason = _words(facts["because"])[-1].lower()
    return facts["title"] in text and str(facts["year"]) in text and reason in text.lower()


def _clean(text: str, facts: Mapping[str, Any]) -> bool:
    known = {word.lower() for value in facts.values() for word in _words(str(value))}
    sentences = [part.strip() for part in text.replace("!", ".").split(". ") if part.strip()]
    claimed = [
        word
        for sentence in sentences
        for place, word in enumerate(_words(sentence))
        if word and (word[0].isdigit() or (word[0].isupper() and place > 0 and word != "I"))
    ]
    return all(word.lower().removesuffix("'s").removesuffix("’s") in known for word in claimed)
