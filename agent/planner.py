"""What a turn asks for, by rules: the part that the embedded model does not do reliably.

It knows the words of requests; it does not know how they are answered. Capable models choose
tools by themselves; these rules then only decide what may be learned from the turn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from agent.conversation import Conversation
from agent.references import find_references
from interest.circumstances import conditions_named
from interest.domain import Domain, FacetKind
from interest.extraction import Mention, Relation, condition_of
from interest.interests import InterestKey, condition_in, interest_key
from interest.naming import common_words
from interest.tokens import tokenize

__all__ = ["Act", "Plan", "Resolve", "make_plan"]

Resolve = Callable[[str], str | None]


class Act(StrEnum):
    """What somebody wants from a turn."""

    RECOMMEND = "recommend"
    MORE = "more"  #: others than those that were shown
    SIMILAR = "similar"  #: like one item, and nothing else
    SEARCH = "search"  #: is there … in the catalogue
    EXPLAIN = "explain"  #: why was this recommended
    DESCRIBE = "describe"  #: what does the catalogue say about an item
    SHOW_PROFILE = "show_profile"
    UNCLEAR = "unclear"  #: nothing in it could be read
    FORGET = "forget"
    FORGET_ALL = "forget_all"
    GREET = "greet"
    THANK = "thank"
    HELP = "help"
    EMPTY = "empty"


#: Acts whose words are about items or about Palate, not about taste: nothing is learned from them.
_NOT_LEARNED = frozenset(
    {Act.SEARCH, Act.EXPLAIN, Act.DESCRIBE, Act.SHOW_PROFILE, Act.FORGET, Act.FORGET_ALL}
    | {Act.HELP, Act.EMPTY, Act.UNCLEAR}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What to do in a turn.

    Attributes:
        act: What is asked for.
        items: Items that it is about, in the order of the words.
        keys: Interests that it is about (what to forget).
        columns: Catalogue columns that a question asks for; empty asks for all.
        words: What to search for.
        like: Items of the last list to start from ("more like the second, but older").
        count: How many items are asked for; 0 if that is not said.
    """

    act: Act
    items: tuple[str, ...] = ()
    keys: tuple[InterestKey, ...] = ()
    columns: tuple[str, ...] = ()
    words: str = ""
    like: tuple[str, ...] = ()
    count: int = 0

    @property
    def learns(self) -> bool:
        """Whether what is said in such a turn tells of the person's taste."""
        return self.act not in _NOT_LEARNED


_FORGET = re.compile(
    r"^\W*(?:please\s+|can you\s+|could you\s+|actually,?\s+)*"
    r"(?:forget|undo|scratch|take back|disregard|delete|remove|drop|erase)\b(?!\s+it\W*$)"
    r"|\b(?:delete|forget|undo|remove|scratch)\s+(?:that|this|it)\b"
    r"|\b(?:remove|drop|delete|take)\b.{1,60}\b(?:from|off|out of)\s+my\b"
    r"|\b(?:correct|fix)\s+my\s+(?:profile|taste|interests|list)\b"
    r"|忘了|忘れて|取り消",
    re.IGNORECASE,
)
_UNDO = re.compile(
    r"^\W*(?:please\s+)?(?:undo|scratch|forget|take back|disregard)"
    r"(?:\s+(?:that|this|it|the last (?:one|thing|message)|what i (?:just )?said))?"
    r"(?:\s+(?:please|again))?\W*$",
    re.IGNORECASE,
)
_EVERYTHING = re.compile(
    r"\b(?:forget|delete|remove|erase|clear)\s+(?:everything|all about me|"
    r"all(?:\s+of)?\s+(?:it|my data|that you)|"
    r"my\s+(?:whole\s+|entire\s+)?(?:profile|data|history|account)|me)\b",
    re.IGNORECASE,
)
_PROFILE = re.compile(
    r"\bwhat (?:do|did|have) you (?:know|learn(?:ed|t)?|remember|think i like|saved?)\b"
    r"|\bwhat you (?:know|remember|have saved|learn(?:ed|t)?)\b"
    r"|\bwhat (?:do|did) i (?:like|dislike|say)\b"
    r"|\b(?:which|what) \w+ (?:do )?i (?:like|dislike|love|hate)\b"
    r"|\b(?:which|what) (?:of my )?(?:interests|preferences|tastes)\b"
    r"|\b(?:show|see|read|list)(?: me)?(?: all)? my "
    r"(?:profile|tastes?|interests|likes|preferences)\b"
    r"|^\W*my (?:profile|tastes?|interests|preferences)\W*$",
    re.IGNORECASE,
)
_WHY = re.compile(
    r"^\W*(?:but |and |so |ok,? |okay,? )?why\b"
    r"|\bwhy (?:did you|would you|do you|this|that|#|these)"
    r"|\bwhat (?:made|makes) you (?:pick|choose|recommend|suggest|think)\b"
    r"|\bwhat does\b.{1,60}\bhave to do with\b"
    r"|\bhow come\b|\bexplain\b.{0,40}\b(?:recommend|suggest|pick|choice|#\d)|为什么|なぜ|どうして",
    re.IGNORECASE,
)
_SEARCH = re.compile(
    r"^\W*(?:do you have|have you got|is there (?:a|an|any)|are there any|search(?: for)?|look up|"
    r"find me|find)\b\s*(?P<words>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_IN_CATALOGUE = re.compile(
    r"\bis\s+(?P<words>.{1,80}?)\s+(?:in (?:the|your) (?:catalog(?:ue)?|collection|database|list)"
    r"|available)\b",
    re.IGNORECASE,
)
_AVAILABLE = re.compile(
    r"\b(?:check )?(?:whether|if)\s+(?P<words>.{1,80}?)\s+is\s+"
    r"(?:available|there|in (?:the|your) \w+)\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"\b(?:tell me (?:more )?about|what(?:'s| is|’s)\b.{0,60}\babout|what do you know about|"
    r"more (?:info|information|details) (?:on|about)|describe|details of)\b",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"^\W*(?:and |so |but )?(?:who|what|when|which|how|where|is|was|does|did|are)\b.*\?\s*$"
    r"|^\W*(?:and )?(?:who|when|how long)\b",
    re.IGNORECASE | re.DOTALL,
)
#: What stands right before an example: "more like", "similar to".
_LIKE = re.compile(
    r"(?:^|\b(?:more|something|anything|another one|others?|one|films?|some))\s*"
    r"\b(?:like|similar to|in the style of|close to)\s*$",
    re.IGNORECASE,
)
#: Words around the title of a question.
_ASKING = re.compile(
    r"^\W*(?:(?:and|so|but|please)\s+)?(?:who|what|when|which|how|where|tell me|describe)\b\S*"
    r"|\b(?:is|was|are|does|did|more|info|details)\b",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"^\W*(?:(?:a|an|any|the)\s+)?(?:\w+\s+)?(?:called|named|titled|with the title)\s+", re.I
)
_YES_NO = re.compile(
    r"^\W*(?:and |so |but )?(?:is|are|was|does|did|can|could|will|has|have)\b.*\?\s*$",
    re.IGNORECASE | re.DOTALL,
)
_OUT_OF_LIST = re.compile(r"#\s*(\d{1,3})\b")
_COUNT_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10}
_MOST_ITEMS = 20
_COUNT = re.compile(
    rf"\b(\d{{1,2}}|{'|'.join(_COUNT_WORDS)})\s+(?:(?:more|other|good|great|different|new|of)\s+)*"
    r"(?:films?|movies?|items?|things?|titles?|picks?|suggestions?|recommendations?|ideas?)\b",
    re.IGNORECASE,
)
_ASKING_WORDS = frozenset(
    """a an and any anything can could film films find for get give good great i idea ideas in just
    like looking me more movie movies need nice of one please pick picks recommend recommendation
    recommendations see should show some something suggest suggestion suggestions tell the to
    tonight today two three four five want watch we what would you start over new help""".split()  # noqa: SIM905
)
_IT = re.compile(r"\b(?:it|its|that one|this one|that|this)\b", re.IGNORECASE)
_MORE = re.compile(
    r"\b(?:more|others?|another|something else|different ones?|next|new ones?|again|anything else|"
    r"what else|different|none of (?:these|those|them)|not (?:these|those))\b"
    r"|还有|再来|其他|他に|もっと",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^\W*(?:hi|hello|hey|hiya|good (?:morning|evening|afternoon|day)|howdy|你好|您好|こんにちは)\b"
    r"|^\W*(?:你好|您好|こんにちは)",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"^\W*(?:(?:ok|okay|great|cool|perfect|nice|awesome)[,.! ]*)*"
    r"(?:thanks|thank you|thx|cheers|bye|goodbye|good night|see you|谢谢|ありがとう|great|perfect|"
    r"cool|nice|ok|okay)\b[^?]{0,40}$|^\W*(?:谢谢|ありがとう)",
    re.IGNORECASE,
)
_HELP = re.compile(
    r"^\W*help\W*$|\bwhat can (?:you|i) (?:do|ask|say)\b|\bhow (?:does this|do you) work\b"
    r"|\bwho are you\b|\bwhat are you\b",
    re.IGNORECASE,
)
#: A request for "more" is short; a long text that contains the word is something else.
_MORE_WORDS = 8


@dataclass(frozen=True, slots=True)
class _Said:
    """A text with everything that the rules below look at."""

    text: str
    mentions: Sequence[Mention]
    conversation: Conversation
    domain: Domain
    resolve: Resolve
    known: Sequence[InterestKey]
    named: tuple[str, ...]

    @property
    def titles(self) -> list[Mention]:
        return [m for m in self.mentions if self.domain.facet(m.facet).kind is FacetKind.TITLE]


def make_plan(
    text: str,
    mentions: Sequence[Mention],
    conversation: Conversation,
    domain: Domain,
    resolve: Resolve,
    known: Sequence[InterestKey] = (),
) -> Plan:
    """Decide what a turn asks for.

    Args:
        text: What was said.
        mentions: What was read from it.
        conversation: What came before.
        domain: Names items and the questions about them.
        resolve: The item that a title means, or None. In a question any title may stand, also
            one that is an everyday word elsewhere.
        known: Keys of the person's interests: what can be forgotten.
    """
    if not text.strip():
        return Plan(act=Act.EMPTY)
    named = _named_items(text, mentions, conversation, domain)
    said = _Said(text, mentions, conversation, domain, resolve, known, named)
    for rule in (_forget, _profile, _why, _like_that, _search, _describe):
        plan = rule(said)
        if plan is not None:
            return plan
    return _small_talk(text, mentions) or _request(text, mentions, conversation)


def _named_items(
    text: str, mentions: Sequence[Mention], conversation: Conversation, domain: Domain
) -> tuple[str, ...]:
    """Items that the text points at or names, in its order."""
    references = find_references(text, conversation.shown, noun=domain.noun)
    pointed = [(reference.start, reference.item_id) for reference in references]
    titled = [(mention.start, mention.item_ids[0]) for mention in mentions if mention.item_ids]
    return tuple(dict.fromkeys(item_id for _, item_id in sorted(pointed + titled)))


def _title_in(words: str, said: _Said) -> str | None:
    """The item whose title stands in these words: the longest one, all of the words first."""
    tokens = [token.strip(".,;:!?\"“”'") for token in words.split()]
    tokens = [token for token in tokens if token]
    for length in range(len(tokens), 0, -1):
        for first in range(len(tokens) - length + 1):
            span = tokens[first : first + length]
            # A single small word inside a longer text is a word, not a title.
            if length < len(tokens) and not (span[0][:1].isupper() or length > 1):
                continue
            item_id = said.resolve(" ".join(span))
            if item_id is not None:
                return item_id
    return None


def _forget(said: _Said) -> Plan | None:
    if not _FORGET.search(said.text):
        return None
    if _EVERYTHING.search(said.text):
        return Plan(act=Act.FORGET_ALL)
    if _UNDO.match(said.text):
        return Plan(act=Act.FORGET, keys=said.conversation.learned)
    read = [
        interest_key(mention.facet, mention.value, condition_of(mention, said.text))
        for mention in said.mentions
    ]
    known = [key for key in said.known if _stands_in(key[1], said.text)]
    conditions = [condition_in(key) for key in known]
    named = set(conditions_named(conditions, said.text, said.domain))
    if named:
        # "Forget no horror with the kids" leaves what is said of horror otherwise.
        read, known = [], [key for key in known if condition_in(key) in named]
    return Plan(act=Act.FORGET, keys=tuple(dict.fromkeys((*read, *known))), items=said.named)


def _stands_in(value: str, text: str) -> bool:
    """Whether a value, a title without its year, stands in a text as whole words."""
    name = re.sub(r"\s*\(\d{4}\)$", "", value)
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) is not None


def _profile(said: _Said) -> Plan | None:
    if said.named or not _PROFILE.search(said.text):
        return None
    return Plan(act=Act.SHOW_PROFILE)


def _why(said: _Said) -> Plan | None:
    if not _WHY.search(said.text):
        return None
    missing = _OUT_OF_LIST.search(said.text)
    if missing is not None and int(missing[1]) > len(said.conversation.shown):
        return Plan(act=Act.EXPLAIN, words=missing[0])
    topic = said.conversation.topic
    items = said.named or _asked_title(said, {"": "why not"})
    items = items or ((topic,) if topic else said.conversation.shown[:1])
    return Plan(act=Act.EXPLAIN, items=items) if items else None


def _like_that(said: _Said) -> Plan | None:
    """ "More like the second one": an item of the list to start from, not a verdict on it."""
    references = find_references(said.text, said.conversation.shown, noun=said.domain.noun)
    for reference in references:
        if _LIKE.search(said.text[: reference.start]):
            start = (reference.item_id,)
            if said.mentions:
                return Plan(act=Act.RECOMMEND, like=start)
            return Plan(act=Act.SIMILAR, items=start, like=start)
    return None


def _describe(said: _Said) -> Plan | None:
    """A question about an item: what it is about, or one of its columns."""
    if _ABOUT.search(said.text):
        return _about(said)
    asked = _asked_columns(said)
    if not _QUESTION.search(said.text) or not (asked or _YES_NO.search(said.text)):
        return None
    items = said.named or _asked_title(said, asked) or _it(said)
    return Plan(act=Act.DESCRIBE, items=items, columns=tuple(asked)) if items else None


def _asked_columns(said: _Said) -> dict[str, str]:
    """Columns that the text asks for, with the words that do."""
    lowered = said.text.lower()
    found = {
        column: [cue for cue in cues if cue in lowered]
        for column, cues in said.domain.questions.items()
    }
    return {column: max(cues, key=len) for column, cues in found.items() if cues}


def _asked_title(said: _Said, asked: Mapping[str, str]) -> tuple[str, ...]:
    """The title in a question, once the words that ask are taken away."""
    rest = said.text
    for cue in asked.values():
        rest = re.sub(rf"\b{re.escape(cue)}\b", " ", rest, flags=re.IGNORECASE)
    item_id = _title_in(_ASKING.sub(" ", rest), said)
    return () if item_id is None else (item_id,)


def _about(said: _Said) -> Plan | None:
    items = said.named or _asked_title(said, {"": "about"}) or _it(said)
    if items:
        return Plan(act=Act.DESCRIBE, items=items)
    unknown = [m for m in said.titles if not m.linked]
    if not unknown:
        return None
    return Plan(act=Act.SEARCH, words=said.text[unknown[0].start : unknown[0].end])


def _it(said: _Said) -> tuple[str, ...]:
    topic = said.conversation.topic
    return (topic,) if topic and _IT.search(said.text) else ()


def _search(said: _Said) -> Plan | None:
    """A search names a title; "find me a comedy" is a request, whatever verb it has."""
    asked = _AVAILABLE.search(said.text) or _IN_CATALOGUE.search(said.text)
    match = asked or _SEARCH.match(said.text)
    if match is None or any(m.relation is Relation.REFERENCE for m in said.mentions):
        return None
    if said.titles:
        title = said.titles[0]
        words = said.text[title.start : title.end]
        return Plan(act=Act.SEARCH, items=title.item_ids[:1], words=words)
    words = _CALLED.sub("", match["words"]).strip(" .?!\"“”'")
    if not words or said.mentions:
        return None
    item_id = said.resolve(words)
    if item_id is None and not words[0].isupper():
        return None
    return Plan(act=Act.SEARCH, items=() if item_id is None else (item_id,), words=words)


def _small_talk(text: str, mentions: Sequence[Mention]) -> Plan | None:
    if mentions:
        return None
    if _HELP.search(text):
        return Plan(act=Act.HELP)
    if _THANKS.search(text):
        return Plan(act=Act.THANK)
    if _GREETING.search(text) and len(text.split()) <= _MORE_WORDS:
        return Plan(act=Act.GREET)
    return None


def _request(text: str, mentions: Sequence[Mention], conversation: Conversation) -> Plan:
    count = _count(text)
    wants_more = bool(_MORE.search(text)) and len(text.split()) <= _MORE_WORDS
    if wants_more and conversation.shown and not mentions:
        return Plan(act=Act.MORE, count=count)
    references = [m for m in mentions if m.relation is Relation.REFERENCE and m.item_ids]
    if len(references) == 1 and len(mentions) == 1:
        return Plan(act=Act.SIMILAR, items=references[0].item_ids[:1], count=count)
    if mentions or (conversation.shown and find_references(text, conversation.shown, noun="")):
        return Plan(act=Act.RECOMMEND, count=count)
    words = "" if wants_more else _content(text)
    if words and not _is_readable(words):
        return Plan(act=Act.UNCLEAR)
    return Plan(act=Act.RECOMMEND, words=words, count=count)


def _count(text: str) -> int:
    match = _COUNT.search(text)
    if match is None:
        return 0
    word = match[1].lower()
    return min(int(word) if word.isdigit() else _COUNT_WORDS[word], _MOST_ITEMS)


def _is_readable(text: str) -> bool:
    """Whether at least half of the words are everyday English ones."""
    words = [token.norm for token in tokenize(text) if not token.norm.isdigit()]
    known = sum(word in common_words() for word in words)
    return len(words) > 1 and known * 2 >= len(words)


def _content(text: str) -> str:
    """The text if it says more than that something is wanted, to be matched by meaning; else ""."""
    words = [token.norm for token in tokenize(text) if not token.norm.isdigit()]
    asks = bool(words) and all(word in _ASKING_WORDS for word in words)
    return "" if asks else text
