"""Surface: what the writing itself tells about a stretch of words, before any meaning.

It knows capitals, quotes, brackets, sentence starts and neighbours; it does not know names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from interest.tokens import Token, is_unspaced

__all__ = ["Surface"]

_CONNECTORS = frozenset(
    {
        "of",
        "the",
        "a",
        "an",
        "and",
        "in",
        "on",
        "to",
        "for",
        "at",
        "from",
        "with",
        "by",
        "vs",
        "or",
        "s",
        "is",
        "you",
        "de",
        "la",
        "le",
        "el",
        "du",
        "des",
    }
)
_YEAR_AFTER = re.compile(r"^['’]?s?[\s\"”’']*[(\[]\s*(\d{4})\s*[)\]]")
_OPEN_QUOTES, _CLOSE_QUOTES = "\"“‘«《「『'", "\"”’»》」』'"
_LIST_WORDS = frozenset({"and", "or", "nor"})
_PHRASE_ENDS = frozenset(
    {"and", "or", "but", "again", "yesterday", "recently", "because", "though", "last"}
)
_OPENERS = frozenset(
    {
        "but",
        "and",
        "so",
        "because",
        "like",
        "maybe",
        "also",
        "well",
        "then",
        "loved",
        "love",
        "hated",
        "watched",
        "saw",
        "enjoyed",
        "liked",
        "yes",
        "no",
        "probably",
        "definitely",
        "recently",
        "my",
        "though",
        "although",
        "while",
    }
)
_VERBS = frozenset(
    {
        "is",
        "are",
        "was",
        "were",
        "isnt",
        "arent",
        "wasnt",
        "werent",
        "would",
        "can",
        "could",
        "bores",
        "bore",
        "scares",
        "scare",
        "makes",
        "make",
        "sounds",
        "seems",
        "works",
        "sucks",
        "sucked",
        "bored",
        "put",
        "scared",
        "made",
        "rocked",
        "worked",
        "ruined",
        "ruins",
        "blew",
        "gets",
        "drags",
        "dragged",
    }
)
_REQUEST_OPENERS = frozenset(
    {
        "a",
        "an",
        "some",
        "something",
        "anything",
        "any",
        "maybe",
        "preferably",
        "just",
        "no",
        "not",
        "nothing",
        "less",
        "more",
        "only",
    }
)
# A number before these counts them and belongs to no name: "saw it 20 times".
_COUNTED = frozenset(
    {"times", "time", "x", "years", "year", "months", "weeks", "days", "hours", "hour", "hrs",
     "minutes", "minute", "mins", "min", "seconds"}
)  # fmt: skip
_BE = frozenset({"is", "was", "s", "isnt", "wasnt"})
_ITEM_PRONOUNS = frozenset({"it", "that", "this", "which", "its"})
_NAME_GAPS = frozenset({" ", ": ", "-", "’", "'", "."})
# Members of a list stand side by side or with a comma or slash between.
_LIST_GAP = re.compile(r"\s*[,/，、-]?\s*")
_SENTENCE_END = re.compile(r"[.!?。！？\n:]")


class Surface:
    """One text, as it is written.

    Args:
        text: The text.
        tokens: Its tokens.
        ignored: Compared words whose capitals say nothing ("I").
    """

    def __init__(self, text: str, tokens: Sequence[Token], ignored: frozenset[str]) -> None:
        self.text = text
        self.tokens = tokens
        self._ignored = ignored

    @cached_property
    def cased(self) -> bool:
        """Whether the writer uses capitals: then a missing one speaks against a name."""
        words = [token for token in self.tokens if token.text[0].isalpha()]
        if not words or all(token.text.isupper() for token in words if len(token.text) > 1):
            return False
        # "i" in lower case, or no capital anywhere, shows someone who does not care.
        if any(token.text == "i" for token in words):
            return False
        return any(token.text[0].isupper() for token in words)

    @cached_property
    def careful(self) -> bool:
        """Whether a name in the middle of some sentence is capitalised.

        A capital at the start and in "I" is what keyboards do by themselves.
        """
        return self.cased and any(
            token.text[0].isupper()
            and token.norm not in self._ignored
            and not self.starts_sentence(index)
            for index, token in enumerate(self.tokens)
        )

    def starts_sentence(self, index: int) -> bool:
        """Whether a token is the first of a sentence, where a capital says nothing."""
        if index == 0:
            return True
        gap = self.text[self.tokens[index - 1].end : self.tokens[index].start]
        return _SENTENCE_END.search(gap) is not None and not self._initial(index - 1)

    def _initial(self, index: int) -> bool:
        word = self.tokens[index].text
        return (len(word) == 1 and word.isupper() and word != "I") or word in (
            "Mr",
            "Mrs",
            "Ms",
            "Dr",
            "St",
            "Jr",
            "vs",
            "Vs",
        )

    def capitalised(self, first: int, last: int) -> bool:
        """Whether all words but connecting ones begin with a capital or a digit."""
        return all(
            token.capitalised or (token.norm in _CONNECTORS and index > first)
            for index, token in enumerate(self.tokens[first:last], first)
        )

    def case_evidence(self, first: int, last: int) -> float:
        """What the capitals say: up to +2 for a name, down to -1.5 against it."""
        tokens = self.tokens[first:last]
        if any(is_unspaced(token.text[0]) for token in tokens):
            return 0.5 * min(len(tokens) - 1, 3)
        if not self.cased:
            return 0.0
        proper = [
            token
            for index, token in enumerate(tokens, first)
            if not self.starts_sentence(index) and token.norm not in self._ignored
        ]
        content = [token for token in proper if token.norm not in _CONNECTORS]
        if content and all(token.capitalised for token in content):
            return 2.0 if any(token.text[0].isupper() for token in content) else 0.5
        if not content:
            # Only a sentence's first word, or connecting words.
            return 0.2 if tokens[0].capitalised else -1.5
        return -1.5

    def capital_beside(self, first: int, last: int) -> bool:
        """Whether a neighbour is capitalised too, so that this may be half of a longer name."""
        before = (
            first > 0
            and self.tokens[first - 1].text[0].isupper()
            and self.tokens[first - 1].norm not in self._ignored
            and not self.starts_sentence(first - 1)
            and self.text[self.tokens[first - 1].end : self.tokens[first].start] == " "
        )
        after = (
            last < len(self.tokens)
            and self.tokens[last].text[0].isupper()
            and self.tokens[last].norm not in self._ignored
            and self.text[self.tokens[last - 1].end : self.tokens[last].start] == " "
        )
        return before or after

    def cue_before(self, first: int, cues: frozenset[str]) -> bool:
        """Whether one of the words or pairs of words stands right before (articles aside)."""
        at = first - 1
        if at >= 0 and self.tokens[at].norm in ("the", "a", "an"):
            at -= 1
        if at < 0 or self.starts_sentence(at + 1):
            return False
        pair = f"{self.tokens[at - 1].norm} {self.tokens[at].norm}" if at > 0 else ""
        return self.tokens[at].norm in cues or pair in cues

    def list_ends_before(self, first: int) -> list[int]:
        """Where the previous member of a list would end: right before "," or "and", "or"."""
        if first == 0:
            return []
        if self.tokens[first - 1].norm in _LIST_WORDS:
            return [first - 1]
        gap = self.text[self.tokens[first - 1].end : self.tokens[first].start]
        return [first] if _LIST_GAP.fullmatch(gap) else []

    def list_begins_after(self, last: int) -> list[int]:
        """Where the next member of a list would begin."""
        if last >= len(self.tokens):
            return []
        if self.tokens[last].norm in _LIST_WORDS:
            return [last + 1]
        gap = self.text[self.tokens[last - 1].end : self.tokens[last].start]
        return [last] if _LIST_GAP.fullmatch(gap) else []

    def is_subject(self, first: int, last: int) -> bool:
        """Whether the words open a clause and a verb follows: "drama is fine"."""
        opens = self.starts_sentence(first) or self.tokens[first - 1].norm in _OPENERS
        return opens and last < len(self.tokens) and self.tokens[last].norm in _VERBS

    def describes(self, first: int, cues: frozenset[str]) -> bool:
        """Whether the words name a side of some item ("the action", "good humor"), not a kind."""
        return first > 0 and not self.starts_sentence(first) and self.tokens[first - 1].norm in cues

    def tells_what_it_is(self, first: int, nouns: frozenset[str]) -> bool:
        """Whether the sentence says of one item what it is: "it was a comedy"."""
        for at in range(first - 1, max(first - 6, 0), -1):
            if self.starts_sentence(at):
                return False
            subject = self.tokens[at - 1].norm
            if self.tokens[at].norm in _BE and (subject in _ITEM_PRONOUNS or subject in nouns):
                return True
        return False

    def is_request(self, first: int) -> bool:
        """Whether the sentence is a bare request: "a slow drama from the 70s", "nothing scary"."""
        at = first
        while not self.starts_sentence(at):
            at -= 1
            if self.tokens[at].norm in _BE:
                return False
        return self.tokens[at].norm in _REQUEST_OPENERS

    def capital_run(self, first: int, longest: int, blocked: set[int]) -> int:
        """The end of the run of capitalised words that begins here; ``first`` if none does."""
        if not self._may_begin(first, blocked):
            return first
        last = first + 1
        for index in range(first + 1, min(first + longest, len(self.tokens))):
            gap = self.text[self.tokens[index - 1].end : self.tokens[index].start]
            if index in blocked or not (gap in _NAME_GAPS or self._initial(index - 1)):
                break
            if self.counts(index):
                break
            token = self.tokens[index]
            if token.capitalised and token.norm not in self._ignored:
                last = index + 1
            elif token.norm not in _CONNECTORS:
                break
        return last

    def capital_run_back(self, last: int, longest: int) -> int:
        """The start of the run of capitalised words that ends here; ``last`` if none does."""
        first = last
        for index in range(last - 1, max(last - 1 - longest, -1), -1):
            token = self.tokens[index]
            if token.capitalised and not (index < last - 1 and token.norm in self._ignored):
                first = index
            elif token.norm not in _CONNECTORS:
                break
            gap = self.text[self.tokens[index - 1].end : token.start] if index else "\n"
            if gap not in _NAME_GAPS:
                break
        return first

    def _may_begin(self, index: int, blocked: set[int]) -> bool:
        token = self.tokens[index]
        if index in blocked or token.norm in self._ignored or not token.text[0].isupper():
            return False
        if not self.starts_sentence(index):
            return True
        # A sentence's first word only counts if the next one is capitalised too.
        return (
            index + 1 < len(self.tokens)
            and self.tokens[index + 1].text[0].isupper()
            and self.tokens[index + 1].norm not in self._ignored
            and token.norm not in _OPENERS
            and token.norm not in _CONNECTORS - {"the", "a"}
            and self.text[token.end : self.tokens[index + 1].start] in _NAME_GAPS
        )

    def noun_after(self, last: int, nouns: frozenset[str]) -> bool:
        """Whether a noun of the domain follows within two words of the sentence."""
        for index in range(last, min(last + 2, len(self.tokens))):
            if self.starts_sentence(index):
                return False
            if self.tokens[index].norm in nouns:
                return True
        return False

    def noun_beside(self, first: int, last: int, nouns: frozenset[str]) -> bool:
        """Whether a noun of the domain stands right before or after."""
        return (first > 0 and self.tokens[first - 1].norm in nouns) or (
            last < len(self.tokens) and self.tokens[last].norm in nouns
        )

    def quoted(self, first: int, last: int) -> bool:
        """Whether the words stand in quotation marks."""
        start, end = self.tokens[first].start, self.tokens[last - 1].end
        before = self.text[start - 1 : start]
        after = self.text[end : end + 2].lstrip(",.!?")[:1]
        return before != "" and before in _OPEN_QUOTES and after != "" and after in _CLOSE_QUOTES

    def year_after(self, last: int) -> int | None:
        """The year in brackets after the words: "Heat (1995)"."""
        match = _YEAR_AFTER.match(self.text[self.tokens[last - 1].end :][:20])
        return int(match[1]) if match else None

    def ends_phrase(self, last: int) -> bool:
        """Whether the words are the last of their phrase: the text, a comma or "and" follows."""
        if last >= len(self.tokens):
            return True
        gap = self.text[self.tokens[last - 1].end : self.tokens[last].start]
        if gap.strip() != "" or self.tokens[last].norm in _PHRASE_ENDS:
            return True
        return self.counts(last)

    def counts(self, index: int) -> bool:
        """Whether a token is a number of times or of units: the "20" of "20 times"."""
        return (
            self.tokens[index].norm.isdigit()
            and index + 1 < len(self.tokens)
            and self.tokens[index + 1].norm in _COUNTED
        )

    def words(self, first: int, last: int) -> str:
        """The words as they are written."""
        return self.text[self.tokens[first].start : self.tokens[last - 1].end]

    def is_whole(self, first: int, last: int) -> bool:
        """Whether the words are the whole text."""
        return first == 0 and last == len(self.tokens)

    def whole_word(self, first: int, last: int) -> bool:
        """Whether the words are no piece of a longer one, in scripts without spaces.

        Katakana and Latin words run until the script changes; kanji do not.
        """
        return not (
            _same_run(self.tokens, first - 1, first) or _same_run(self.tokens, last - 1, last)
        )


def _katakana(token: Token) -> bool:
    return "\u30a1" <= token.text[0] <= "\u30fc"


def _same_run(tokens: Sequence[Token], left: int, right: int) -> bool:
    if left < 0 or right >= len(tokens) or tokens[left].end != tokens[right].start:
        return False
    return _katakana(tokens[left]) and _katakana(tokens[right])
