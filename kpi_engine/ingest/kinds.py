"""Which kind of file the names of its columns speak for."""

from __future__ import annotations

from dataclasses import replace

from kpi_engine.ingest.by_names import by_names
from kpi_engine.ingest.columns import Cells
from kpi_engine.ingest.contracts.any_file import NAME_SURE
from kpi_engine.ingest.headers import normal
from kpi_engine.ingest.match import FROM_STATUS, Match, positions
from kpi_engine.names import COLUMNS, Kind

_NEEDS_ONE_OF: dict[Kind, tuple[str, ...]] = {
    Kind.DEALS: ("deal_id", "deal_name", "amount", "crm_probability", "expected_close_date", "closed_at", "created_at"),
    Kind.PEOPLE: ("team", "role", "email"),
    Kind.STAGES: ("stage_order", "kind", "probability", "stage_id"),
}
_OF_A_DEAL = frozenset({"stage", "amount", "crm_probability", "expected_close_date", "pipeline", "lost_reason"})
"""Columns people have none of: two of them, and a file is no list of contacts."""
TELLING: dict[Kind, frozenset[str]] = {
    Kind.DEALS: frozenset(
        {"deal_id", "deal_name", "amount", "stage", "owner", "crm_probability", "expected_close_date"}
    ),
    Kind.STAGE_CHANGES: frozenset({"deal_id", "changed_at", "stage", "old_stage"}),
    Kind.ACTIVITIES: frozenset({"activity_id", "activity_type", "occurred_at", "owner", "outcome"}),
    Kind.TARGETS: frozenset({"owner", "period", "target"}),
}
"""Columns that speak for a kind though a needed one is missing; a name, a day or an industry is in every file."""
_ONLY_DEALS_HAVE = (("deal_id", "deal_name"), ("amount",), ("expected_close_date", "crm_probability"))
"""A file with one of each is a list of deals, whatever else it lacks: it is not left out as something else."""
_PERSON_WORDS = (
    "lead",
    "contact",
    "prospect",
    "person",
    "firstname",
    "lastname",
    "email",
    "connection",
    "kontakt",
    "vorname",
    "interessent",
)


def kinds_by_names(header: tuple[str, ...], cells: Cells) -> list[tuple[float, Match]]:
    """Every kind whose needed columns are all found by name, the best first."""
    scored = []
    for kind in Kind:
        match = by_names(kind, header, cells)
        if kind == Kind.DEALS:
            match = with_stage_from_status(match)
        if not match.missing() and _is_convincing(match, header, cells):
            scored.append((sum(confidence for _, confidence in match.found.values()), match))
    return sorted(scored, key=lambda pair: -pair[0])


def with_stage_from_status(match: Match) -> Match:
    """Deals that know only a status are in the stage of that name."""
    if "stage" not in match.found and "status" in match.found:
        return replace(match, found={**match.found, "stage": (match.found["status"][0], FROM_STATUS)})
    return match


def _is_convincing(match: Match, header: tuple[str, ...], cells: Cells) -> bool:
    """Whether more than a few everyday words speak for the kind."""
    sure = {name for name, (_, confidence) in match.found.items() if confidence >= NAME_SURE}
    own = sum(confidence == 1.0 for _, confidence in match.found.values())
    if (
        match.kind == Kind.PEOPLE
        and match.found["owner"][1] == 1.0
        and sure & {"owner_id", "active", "team", "role", "email"}
    ):
        return "stage" not in positions(header)
    if match.kind in _NEEDS_ONE_OF and not sure & set(_NEEDS_ONE_OF[match.kind]):
        return False
    if match.kind == Kind.STAGE_CHANGES:
        has_deal_features = {"owner", "stage"} <= by_names(Kind.DEALS, header, cells).found.keys()
        return "changed_at" in sure or not has_deal_features
    if match.kind == Kind.STAGES:
        return "stage" in sure and not {"owner", "dealid", "amount"} & positions(header).keys()
    if match.kind == Kind.CONTACTS:
        spoken = any(word in normal(name) for name in header for word in _PERSON_WORDS)
        if (
            len(_OF_A_DEAL & {n for n, (_, c) in by_names(Kind.DEALS, header, cells).found.items() if c >= NAME_SURE})
            > 1
        ):
            return False
        return (
            ("contact_id" in sure or {"account", "status", "source"} & sure != set())
            and spoken
            and len(match.found) >= 2
        )
    if match.kind == Kind.ACTIVITIES:
        return bool({"activity_type", "occurred_at"} & sure)
    if match.kind == Kind.TARGETS:
        return "target" in sure or own >= 2
    return True


def nearly(header: tuple[str, ...], cells: Cells) -> Match | None:
    """The kind a file is recognisably of although a needed column is not found by name; likeness may have found it."""
    best: tuple[float, Match] | None = None
    for kind in TELLING:
        match = by_names(kind, header, cells, fuzzy=True)
        exact = {name: confidence for name, (_, confidence) in match.found.items() if confidence > 0.8}
        sure = {name for name, confidence in exact.items() if confidence >= NAME_SURE}
        strong = sure & TELLING[kind]
        needed_exact = sum(c.needed and c.name in exact for c in COLUMNS[kind])
        needed = sum(c.needed for c in COLUMNS[kind])
        if kind is Kind.DEALS and all(any(name in sure for name in some) for some in _ONLY_DEALS_HAVE):
            needed_exact, lacking = needed, 0
        else:
            lacking = len(match.missing())
        if (
            len(strong) >= (3 if kind == Kind.DEALS else 2)
            and needed_exact >= needed - 1 - (kind == Kind.DEALS)
            and lacking <= 1
        ):
            score = sum(exact.values())
            if best is None or score > best[0]:
                best = (score, match)
    return best[1] if best else None
