"""Headers to canonical columns by what people call things, or by likeness."""

from __future__ import annotations

from collections.abc import Mapping

from rapidfuzz import fuzz

from kpi_engine.ingest.columns import Cells, date_evidence, number_evidence
from kpi_engine.ingest.contracts.any_file import (
    FIRST_NAMES,
    LAST_NAMES,
    LONE_CLOSE,
    MAYBE_WEIGHTED,
    NAME_SURE,
    NEVER,
    SYNONYMS,
    meanings_of,
)
from kpi_engine.ingest.headers import normal, words
from kpi_engine.ingest.match import CHANGES_NUMBERS, DATES, NUMBERS, Match, positions
from kpi_engine.ingest.shapes import Form
from kpi_engine.names import COLUMNS, Kind, column

FUZZY_AT_LEAST = 85
"""rapidfuzz's token_sort_ratio (0–100) from which a header counts as alike."""
FUZZY_COLUMNS = 300
"""Likeness is looked for in so many columns only: a file of thousands is no list of deals."""
NEAR = 0.06
"""Two headers whose confidence differs by no more compete for a column; only equals must be told apart by a person."""


def by_names(
    kind: Kind, header: tuple[str, ...], cells: Cells, *, fuzzy: bool = False, taken: frozenset[int] = frozenset()
) -> Match:
    """The best header for each canonical column of a kind, by name; with ``fuzzy`` also by likeness."""
    candidates: list[tuple[float, int, str, int]] = []
    unfit: list[tuple[float, int, str, int]] = []
    meanings = meanings_of(kind)
    for position, name in enumerate(header):
        key = normal(name)
        if position in taken or key in NEVER or key in MAYBE_WEIGHTED:
            continue
        for canonical, order, sure in meanings.get(key, ()):
            fits = _values_fit(kind, canonical, position, cells)
            (candidates if fits else unfit).append((sure, order, canonical, position))
    found, rivals = _assigned(candidates, cells)
    if kind == Kind.DEALS:
        found = _closing_dates(found, header, cells, taken)
    if fuzzy:
        in_use = taken | {p for p, _ in found.values()} | {p for ps in rivals.values() for p in ps}
        found = {**found, **_alike(kind, header, cells, frozenset(found), in_use)}
    joined: dict[str, tuple[int, ...]] = {}
    where = positions(header)
    whole = {Kind.PEOPLE: "owner", Kind.CONTACTS: "name"}.get(kind)
    first, last = (next((where[name] for name in names if name in where), None) for names in (FIRST_NAMES, LAST_NAMES))
    if whole and first is not None and last is not None and found.get(whole, (0, 0.0))[1] < NAME_SURE:
        joined[whole] = (first, last)
        found[whole] = (first, NAME_SURE)
    form: Form = "events" if kind == Kind.STAGE_CHANGES else "rows"
    used = {p for p, _ in found.values()}
    doubtful = {
        canonical: position
        for sure, _, canonical, position in sorted(unfit, reverse=True)
        if sure >= NAME_SURE and canonical in CHANGES_NUMBERS and canonical not in found and position not in used
    }
    return Match(kind, found, form, joined=joined, rivals=rivals, doubtful=doubtful)


def _assigned(
    candidates: list[tuple[float, int, str, int]], cells: Cells
) -> tuple[dict[str, tuple[int, float]], dict[str, dict[int, float]]]:
    """Each header to one canonical column, the surest first; an empty column gives way to a filled one."""
    filled = {position: bool(cells.spread(position)) for _, _, _, position in candidates}
    found: dict[str, tuple[int, float]] = {}
    used: set[int] = set()
    for sure, _, canonical, position in sorted(candidates, key=lambda c: (-c[0], not filled[c[3]], c[1], c[3])):
        if canonical not in found and position not in used:
            found[canonical] = (position, sure)
            used.add(position)
    rivals: dict[str, dict[int, float]] = {}
    for sure, _, canonical, position in candidates:
        chosen, confidence = found.get(canonical, (position, 0.0))
        if (
            position not in used
            and sure >= confidence - NEAR
            and filled[position]
            and cells.spread(position) != cells.spread(chosen)
        ):
            rivals.setdefault(canonical, {})[position] = sure
    return found, rivals


def _closing_dates(
    found: Mapping[str, tuple[int, float]], header: tuple[str, ...], cells: Cells, taken: frozenset[int]
) -> dict[str, tuple[int, float]]:
    """A lone 'Close date' is expected while a deal is open, its closing afterwards; else the one that lacks."""
    result = dict(found)
    used = {p for p, _ in found.values()} | taken
    for position, name in enumerate(header):
        if (
            normal(name) in LONE_CLOSE
            and position not in used
            and _values_fit(Kind.DEALS, "closed_at", position, cells)
        ):
            for canonical in ("closed_at", "expected_close_date"):
                result.setdefault(canonical, (position, NAME_SURE))
            break
    return result


def _alike(
    kind: Kind, header: tuple[str, ...], cells: Cells, known: frozenset[str], used: frozenset[int]
) -> dict[str, tuple[int, float]]:
    scored: list[tuple[float, int, str, int]] = []
    for order, (canonical, names) in enumerate(spoken_names(kind).items()):
        if canonical in known:
            continue
        for position, name in enumerate(header[:FUZZY_COLUMNS]):
            if position in used or len(name) > 80 or normal(name) in (*NEVER, *MAYBE_WEIGHTED) or len(normal(name)) < 4:
                continue
            score = max(fuzz.token_sort_ratio(words(name), spoken) for spoken in names)
            if score >= FUZZY_AT_LEAST and _values_fit(kind, canonical, position, cells):
                scored.append((0.8 * score / 100, order, canonical, position))
    return _assigned(scored, cells)[0]


def spoken_names(kind: Kind) -> dict[str, tuple[str, ...]]:
    """canonical → its sure names as words, for comparing likeness."""
    return {
        c.name: (words(c.name), words(c.label), *(n for n in SYNONYMS[kind].get(c.name, ("", ""))[0].split("|") if n))
        for c in COLUMNS[kind]
    }


def _values_fit(kind: Kind, canonical: str, position: int, cells: Cells) -> bool:
    """Values are evidence: a column whose cells are mostly no dates is no date column, whatever it is called."""
    type_ = column(kind, canonical).type
    if type_ in DATES:
        return date_evidence(cells, position).is_dates
    if type_ in NUMBERS and canonical != "minutes":
        return number_evidence(cells, position).is_numbers
    return True
