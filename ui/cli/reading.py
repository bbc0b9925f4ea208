"""The extractor for texts on their own: the vocabulary of a workspace, or of the demo's catalogue.

It knows where a vocabulary can come from; it does not know how texts are read or scored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from interest.domain import Domain, FacetKind, load_domain
from interest.progress import Progress, no_progress
from interest.threads import bulk_thread_count
from interest.vocabulary import Vocabulary, VocabularyEntry

if TYPE_CHECKING:
    from eval.costs import Meter
    from eval.extraction import ExtractionReport
    from interest.extraction import Extractor

__all__ = ["ZERO_SHOT", "Reader", "demo_vocabulary", "open_reader"]

#: Names the embedded model without training, among the models to compare with.
ZERO_SHOT = "zero-shot"
_MANY, _FEW = 256, 8


@dataclass(frozen=True, kw_only=True)
class Reader:
    """What reads texts, and what it knows.

    Attributes:
        domain: Kinds of interests.
        vocabulary: Values that interests can be linked to.
        extractor: Reads.
        rivals: Others, to compare it with.
        meters: Count the calls of language models, by name of the extractor that makes them.
    """

    domain: Domain
    vocabulary: Vocabulary
    extractor: Extractor
    rivals: tuple[Extractor, ...] = ()
    meters: Mapping[str, Meter] = field(default_factory=dict[str, "Meter"])

    @property
    def batch_size(self) -> int:
        """Texts per call: many where a batch is faster, few where each text is a call of its own
        and a stopped run should lose little."""
        return _FEW if self.extractor.name in self.meters else _MANY

    def evaluate(
        self,
        path: Path,
        *,
        fold: Mapping[str, str],
        limit: int | None,
        batch_size: int,
        seed: int,
        progress: Progress,
    ) -> ExtractionReport:
        """Measure the extractor on a gold file, beside its rivals and simple baselines: a
        gazetteer, or opinion words next to nouns for reviews.

        Finer facets count as the domain file says, and as ``fold`` says, which goes first.

        Raises:
            InputError: The file cannot be read, or no line of it can be used.
        """
        import numpy as np

        from agent.palate import utc_now
        from eval.cases import read_cases
        from eval.extraction import evaluate_extraction

        return evaluate_extraction(
            read_cases(path, limit=limit),
            [self.extractor, *self.rivals],
            baselines=[self._baseline()],
            meters=self.meters,
            fold={**self.domain.fold, **fold},
            batch_size=batch_size,
            now=utc_now(),
            rng=np.random.default_rng(seed),
            progress=progress,
        )

    def _baseline(self) -> Extractor:
        from interest.aspects import AspectExtractor
        from interest.rule_extractor import GazetteerExtractor

        if not self.domain.of_kind(FacetKind.ASPECT):
            return GazetteerExtractor(self.domain, self.vocabulary)
        if any(one.name == AspectExtractor.NAME for one in (self.extractor, *self.rivals)):
            return GazetteerExtractor(self.domain, self.vocabulary)
        return AspectExtractor(self.domain)


class _NoVocabulary:
    """A catalogue that nobody has: values stay in the words of the texts."""

    def entries(self) -> Iterable[VocabularyEntry]:
        return ()


def open_reader(
    domain_name: str,
    workspace: Path,
    *,
    llm: str | None,
    base_url: str | None,
    progress: Progress,
    versus: Sequence[str] = (),
    weights: Path | None = None,
) -> Reader:
    """Make the extractor that conversations use, without opening a whole workspace.

    Args:
        domain_name: Kinds of interests.
        workspace: Its catalogue gives the names, if it is of the domain.
        llm: As in ``--llm``.
        base_url: As in ``--llm-base-url``.
        progress: Told about fetching.
        versus: Further models to compare with, as in ``--llm``; ``zero-shot`` is the embedded
            model without training.
        weights: Folder of other weights for the trained reader.

    Raises:
        UnknownNameError: There is no such domain.
        SetupError: A model or the demo's catalogue cannot be had.
    """
    from agent.assembly import make_extractor
    from agent.llm.factory import open_llm
    from agent.llm.roles import reads_by_training
    from agent.trained_reader import open_marker
    from eval.costs import Meter

    domain = load_domain(domain_name)
    vocabulary = _vocabulary(domain, workspace, progress)
    marker = open_marker(weights, threads=bulk_thread_count(), progress=progress)
    extractors: list[Extractor] = []
    meters: dict[str, Meter] = {}
    for spec in (llm, *versus):
        meter = Meter()
        untrained = spec == ZERO_SHOT
        model = open_llm(
            "embedded" if untrained else spec,
            base_url=base_url,
            capable=True if untrained else None,
            on_call=meter,
            progress=progress,
        )
        extractor = make_extractor(domain, vocabulary, model, alone=untrained, marker=marker)
        extractors.append(extractor)
        if model is not None and not reads_by_training(model):
            meters[extractor.name] = meter
    return Reader(
        domain=domain,
        vocabulary=vocabulary,
        extractor=extractors[0],
        rivals=tuple(extractors[1:]),
        meters=meters,
    )


def _vocabulary(domain: Domain, workspace: Path, progress: Progress) -> Vocabulary:
    """That of the workspace if it is of this domain, else the demo's, else none."""
    built = _workspace_catalogue(domain, workspace)
    if built is not None:
        return built
    from retrieval.demo import DEMO_DOMAIN

    return _NoVocabulary() if domain.name != DEMO_DOMAIN else demo_vocabulary(domain, progress)


def demo_vocabulary(domain: Domain, progress: Progress = no_progress) -> Vocabulary:
    """The names in the demo's catalogue, fetched if need be.

    Raises:
        AssetError: The catalogue cannot be had.
    """
    from interest.assets import fetch
    from retrieval.catalogue import Catalogue
    from retrieval.demo.assets import FILMS, FILMS_FILE
    from retrieval.demo.films import read_films

    films = read_films(fetch(FILMS, progress=progress) / FILMS_FILE, domain)
    return Catalogue(films.items, domain, weights=films.weights)


def _workspace_catalogue(domain: Domain, workspace: Path) -> Vocabulary | None:
    """The catalogue of a workspace of this domain; None if there is no such workspace.

    Raises:
        WorkspaceError: There is one, but it is damaged.
    """
    from retrieval.catalogue import Catalogue
    from retrieval.workspace import CATALOGUE_FILE, Workspace
    from retrieval.workspace_folder import WorkspaceFolder

    if WorkspaceFolder(workspace).current() is None:
        return None
    data, manifest = Workspace.check(workspace)
    if manifest.domain != domain.name:
        return None
    return Catalogue.load(data / CATALOGUE_FILE, domain)
