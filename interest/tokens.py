"""Tokens: words with their places in the text and the form in which they are compared.

It knows scripts, case, accents and apostrophes; it does not know what any word means.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["Token", "fold", "is_unspaced", "keys_of", "tokenize"]

# Scripts that are written without spaces: every character is a token of its own.
_UNSPACED = (
    "\u3005-\u3007\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
# Shown as nothing: zero-width and direction marks, which a page may leave inside a word.
_UNSEEN = "\u200b-\u200f\u2060\ufeff\u202a-\u202e"
# A possessive 's is a token of its own, so that "Tarantino's" still begins with "Tarantino".
_TOKEN = re.compile(
    # What stands in a tag of a page is no word of the writer.
    r"(?P<tag></?[A-Za-z!][^<>]*>)"
    rf"|(?P<unspaced>[{_UNSPACED}])"
    r"|['’](?P<possessive>[sS])(?!\w)"
    rf"|(?P<word>[^\W_{_UNSPACED}](?:[^\W_{_UNSPACED}]"
    rf"|['’](?![sS](?!\w))(?=[^\W_{_UNSPACED}])|[{_UNSEEN}]+(?=[^\W_{_UNSPACED}]))*)"
    r"|(?P<sign>&)"
)


_UNSEEN_CHARS = re.compile(f"[{_UNSEEN}]+")
_UNSPACED_CHAR = re.compile(f"[{_UNSPACED}]")


def is_unspaced(char: str) -> bool:
    """Whether a character belongs to a script that is written without spaces."""
    return _UNSPACED_CHAR.match(char) is not None


@dataclass(frozen=True, slots=True)
class Token:
    """One word (or one character of a script without spaces).

    Attributes:
        start: Offset of the first character.
        end: Offset after the last one.
        text: As written, without characters that are shown as nothing.
        norm: Case-folded, without accents and apostrophes: what is compared.
    """

    start: int
    end: int
    text: str
    norm: str

    @property
    def capitalised(self) -> bool:
        """Whether it begins with a capital or a digit, as words of names do."""
        return self.text[0].isupper() or self.text[0].isdigit()

    @property
    def unspaced(self) -> bool:
        """Whether its script is written without spaces."""
        return is_unspaced(self.text[0])


_INNER_DIGIT = re.compile(r"(?<=[a-z])[01347](?=[a-z])")
_LETTERS = {"0": "o", "1": "i", "3": "e", "4": "a", "7": "v"}


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """The compared form of a word: ``"Amélie"`` → ``"amelie"``, ``"don’t"`` → ``"dont"``."""
    if word.isascii():
        plain = word.lower().replace("'", "")
        # "Se7en": a digit inside a word stands for a letter.
        return plain if plain.isalpha() else _INNER_DIGIT.sub(lambda m: _LETTERS[m[0]], plain)
    plain = unicodedata.normalize("NFKD", word.casefold().replace("’", "").replace("'", ""))
    # Only Latin accents go: the voicing marks of kana make other words.
    kept = "".join(char for char in plain if not "\u0300" <= char <= "\u036f")
    return unicodedata.normalize("NFC", kept)


def tokenize(text: str) -> tuple[Token, ...]:
    """Split a text into tokens; everything between them is punctuation or space."""
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "word"
        start, end = match.span(kind)
        if kind == "tag":
            continue
        word = match[kind] if match[kind].isascii() else _UNSEEN_CHARS.sub("", match[kind])
        norm = "and" if kind == "sign" else fold(word)
        if norm:
            tokens.append(Token(start, end, word, norm))
    return tuple(tokens)


def keys_of(words: str) -> tuple[str, ...]:
    """The compared forms of the words of a name."""
    return tuple(token.norm for token in tokenize(words))
