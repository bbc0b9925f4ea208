"""What somebody says about items they only point at: "I've seen the second", "none of these".

It knows references and signs; it does not know titles.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.references import Reference, find_references
from interest.domain import Domain
from interest.extraction import Mention, Relation
from interest.interests import Strictness
from interest.lexicon import load_lexicon
from interest.signs import Judgement, SignReader, Spot
from interest.tokens import Token, tokenize

__all__ = ["Pointing"]

_NONE = re.compile(r"^\s*(?:none|neither)\b", re.IGNORECASE)


class Pointing:
    """Reads signs off references to a list.

    Args:
        domain: Names the items, and the words that stand beside them.
    """

    def __init__(self, domain: Domain) -> None:
        self._domain = domain
        self._signs = SignReader(load_lexicon(), frozenset(domain.words.get("noun", ())))

    def read(self, text: str, shown: Sequence[str]) -> list[tuple[str, Mention]]:
        """What the text says about items of the last list.

        Args:
            text: What was said.
            shown: Item ids of the last list, in order.

        Returns:
            (item id, mention) pairs; pointing without any verdict ("tell me about the second
            one") gives none.
        """
        references = find_references(text, shown, noun=self._domain.noun)
        tokens = tokenize(text)
        spots = [_spot(reference, tokens) for reference in references]
        judgements = self._signs.read(text, tokens, spots)
        return [
            (reference.item_id, mention)
            for reference, judgement in zip(references, judgements, strict=True)
            if (mention := _mention(reference, judgement, text)) is not None
        ]


def _spot(reference: Reference, tokens: Sequence[Token]) -> Spot:
    inside = [
        place
        for place, token in enumerate(tokens)
        if token.start >= reference.start and token.end <= reference.end
    ]
    return Spot(first=inside[0], last=inside[-1] + 1, name=True)


def _mention(reference: Reference, judgement: Judgement, text: str) -> Mention | None:
    refused = _NONE.match(text[reference.start : reference.end]) is not None
    if judgement.opinion is None and not refused:
        return None
    if refused:
        judgement = Judgement(-0.6, 0.9, Strictness.SOFT, Relation.WISH, None)
    if judgement.relation is not Relation.SEEN and abs(judgement.preference) < 0.1:
        return None
    return Mention(
        facet="",
        value=reference.item_id,
        preference=judgement.preference,
        confidence=judgement.confidence,
        strictness=judgement.strictness,
        start=reference.start,
        end=reference.end,
        item_ids=(reference.item_id,),
        relation=judgement.relation,
    )
