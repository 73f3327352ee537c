"""What a file that cannot be placed comes nearest to, and what it lacks for it: in words, for whoever exported it."""

from __future__ import annotations

from collections.abc import Sequence

from kpi_engine.ingest.by_names import by_names
from kpi_engine.ingest.columns import Cells
from kpi_engine.ingest.contracts.any_file import NAME_SURE
from kpi_engine.ingest.kinds import TELLING
from kpi_engine.ingest.match import Match
from kpi_engine.names import Kind, column

_LEAST = 2
"""So many columns at least speak for a kind: one everyday word is in every file."""

_SHOWN = 6

_IN_OTHER_WORDS = {
    (Kind.DEALS, "stage"): "Stage (or a status such as open, won or lost)",
    (Kind.STAGE_CHANGES, "stage"): "the Stage that was entered",
    (Kind.STAGE_CHANGES, "changed_at"): "the day of the change",
}
"""Columns that can be told by more than their label."""


def lacking(kind: Kind, names: Sequence[str]) -> str:
    """Columns by their labels, as a person would ask for them.

    >>> lacking(Kind.DEALS, ("owner", "stage"))
    'Owner and Stage (or a status such as open, won or lost)'
    """
    return " and ".join(_IN_OTHER_WORDS.get((kind, name), column(kind, name).label) for name in names)


def nearest_kind(header: tuple[str, ...], cells: Cells) -> str:
    """A sentence on the kind more of the file's columns speak for than for any other, and on what it lacks; '' where
    hardly any column speaks for one: accounts, products and campaigns have names and days, too."""
    best: tuple[int, Match] | None = None
    for kind, telling in TELLING.items():
        match = by_names(kind, header, cells)
        sure_names = {name for name, (_, confidence) in match.found.items() if confidence >= NAME_SURE}
        known = len(sure_names)
        if match.missing() and sure_names & telling and known >= _LEAST and (best is None or known > best[0]):
            best = (known, match)
    if best is None:
        return ""
    match = best[1]
    sure = sorted({at for at, confidence in match.found.values() if confidence >= NAME_SURE})
    has = ", ".join(f"'{header[at]}'" for at in sure[:_SHOWN]) + (", …" if len(sure) > _SHOWN else "")
    return (
        f"It comes nearest to a file of {match.kind.value.replace('_', ' ')}: it has the columns {has}, and none for "
        f"{lacking(match.kind, match.missing())}. Export it with that, or say what the file holds and which column is "
        "which."
    )
