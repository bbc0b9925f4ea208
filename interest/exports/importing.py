"""Import: profiles from files into a store, exactly as they are, bad ones reported.

It knows what happens to those who are there already; it does not know files' forms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from interest.errors import DataError, InputError
from interest.exports.choices import Existing
from interest.exports.reading import BadProfile
from interest.merge import merge, merge_reactions
from interest.profile import InterestProfile
from interest.sql_pages import ProfilePages
from interest.store import Event, EventKind, ProfileStore

__all__ = ["ImportReport", "import_profiles"]

_PAGE = 500
_PROBLEMS_KEPT = 100


@dataclass(kw_only=True, slots=True)
class ImportReport:
    """What an import did.

    Attributes:
        added: People who were new.
        unchanged: People who had exactly this profile.
        changed: People whose profile was replaced or merged.
        kept: People whose other profile was kept.
        bad: How many profiles could not be used.
        problems: The first of them, and of those that were kept.
    """

    added: int = 0
    unchanged: int = 0
    changed: int = 0
    kept: int = 0
    bad: int = 0
    problems: list[str] = field(default_factory=list[str])

    def report(self, problem: str) -> None:
        if len(self.problems) < _PROBLEMS_KEPT:
            self.problems.append(problem)


def import_profiles(
    found: Callable[[], Iterable[InterestProfile | BadProfile]],
    store: ProfileStore,
    pages: ProfilePages,
    *,
    now: datetime,
    existing: Existing = Existing.KEEP,
    strict: bool = False,
) -> ImportReport:
    """Import profiles.

    Those who are new come in as they are, revision included, so that exporting them again gives
    the same; pages of some hundred are one transaction each. Importing again changes nothing.

    Args:
        found: Reads the profiles from the beginning; a strict import does it twice.
        store: Where they go.
        pages: The same store's pages.
        now: The moment of the import.
        existing: What happens to those who have another profile.
        strict: One bad profile, or somebody twice, and nothing is imported.

    Raises:
        DataError: ``strict``, and a profile cannot be used.
        StoreError: The store cannot be written; the pages before are in.
    """
    if strict:
        _check(found())
    report = ImportReport()
    for page in _pages(found(), report):
        _import_page(page, store, pages, report, now=now, existing=existing)
    return report


def _check(found: Iterable[InterestProfile | BadProfile]) -> None:
    for profile in found:
        if isinstance(profile, BadProfile):
            raise DataError(
                f"{str(profile).capitalize()}", "Nothing was imported; mend it, or drop --strict."
            )


def _pages(
    found: Iterable[InterestProfile | BadProfile], report: ImportReport
) -> Iterator[list[InterestProfile]]:
    """Pages with everybody at most once, so that of two profiles the later one finds the first."""
    page: dict[str, InterestProfile] = {}
    for profile in found:
        if isinstance(profile, BadProfile):
            report.bad += 1
            report.report(str(profile))
            continue
        if len(page) == _PAGE or profile.user_id in page:
            yield list(page.values())
            page = {}
        page[profile.user_id] = profile
    if page:
        yield list(page.values())


def _import_page(
    page: list[InterestProfile],
    store: ProfileStore,
    pages: ProfilePages,
    report: ImportReport,
    *,
    now: datetime,
    existing: Existing,
) -> None:
    try:
        there = pages.insert_new(page, now=now)
    except InputError as error:
        if len(page) == 1:
            report.bad += 1
            report.report(f"{page[0].user_id!r}: {error}")
            return
        for profile in page:  # one by one, so that one bad profile keeps out itself alone
            _import_page([profile], store, pages, report, now=now, existing=existing)
        return
    report.added += len(page) - len(there)
    for profile in page:
        if profile.user_id in there:
            _meet(profile, store, report, now=now, existing=existing)


def _meet(
    profile: InterestProfile,
    store: ProfileStore,
    report: ImportReport,
    *,
    now: datetime,
    existing: Existing,
) -> None:
    """Bring together what is imported and what is there."""
    held = store.load(profile.user_id)
    if held == profile:
        report.unchanged += 1
        return
    if existing is Existing.KEEP:
        report.kept += 1
        report.report(
            f"{profile.user_id!r} has another profile (revision {held.revision}), which was kept"
        )
        return
    if existing is Existing.REPLACE:
        # Never back to a revision that somebody may have seen with other content.
        wanted = replace(profile, revision=held.revision)
    else:
        wanted = merge_reactions(
            merge(held, profile.interests, now=now), profile.reactions, now=now
        )
    if replace(wanted, revision=held.revision, updated_at=held.updated_at) == held:
        report.unchanged += 1
        return
    event = Event(kind=EventKind.IMPORTED, at=now, payload={"how": existing.value})
    store.save(wanted, events=[event])
    report.changed += 1
