"""The extractor for texts on their own: the vocabulary of a workspace, or of the demo's catalogue.

It knows where a vocabulary can come from; it does not know how texts are read or scored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from interest.domain import Domain, load_domain
from interest.progress import Progress
from interest.vocabulary import Vocabulary, VocabularyEntry

if TYPE_CHECKING:
    from eval.extraction import ExtractionReport
    from interest.extraction import Extractor

__all__ = ["Reader", "open_reader"]


@dataclass(frozen=True, kw_only=True)
class Reader:
    """What reads texts, and what it knows.

    Attributes:
        domain: Kinds of interests.
        vocabulary: Values that interests can be linked to.
        extractor: Reads.
    """

    domain: Domain
    vocabulary: Vocabulary
    extractor: Extractor

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
        """Measure the extractor on a gold file, beside a gazetteer.

        Finer facets count as the domain file says, and as ``fold`` says, which goes first.

        Raises:
            InputError: The file cannot be read, or no line of it can be used.
        """
        import numpy as np

        from agent.palate import utc_now
        from eval.cases import read_cases
        from eval.extraction import evaluate_extraction
        from interest.rule_extractor import GazetteerExtractor

        return evaluate_extraction(
            read_cases(path, limit=limit),
            [self.extractor],
            baselines=[GazetteerExtractor(self.domain, self.vocabulary)],
            fold={**self.domain.fold, **fold},
            batch_size=batch_size,
            now=utc_now(),
            rng=np.random.default_rng(seed),
            progress=progress,
        )


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
) -> Reader:
    """Make the extractor that conversations use, without opening a whole workspace.

    Raises:
        UnknownNameError: There is no such domain.
        SetupError: The model or the demo's catalogue cannot be had.
    """
    from agent.assembly import make_extractor
    from agent.llm.factory import open_llm

    domain = load_domain(domain_name)
    vocabulary = _vocabulary(domain, workspace, progress)
    model = open_llm(llm, base_url=base_url, progress=progress)
    return Reader(
        domain=domain,
        vocabulary=vocabulary,
        extractor=make_extractor(domain, vocabulary, model),
    )


def _vocabulary(domain: Domain, workspace: Path, progress: Progress) -> Vocabulary:
    """That of the workspace if it is of this domain, else the demo's, else none."""
    built = _workspace_catalogue(domain, workspace)
    if built is not None:
        return built
    from retrieval.demo import DEMO_DOMAIN

    if domain.name != DEMO_DOMAIN:
        return _NoVocabulary()
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
