"""What a page asks for, and on whose behalf."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from kpi_engine.metrics.slice import Slice


@dataclass(frozen=True)
class Who:
    """The viewer. ``owners``: the only reps whose work this viewer may see; None sees all."""

    name: str = ""
    owners: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Ask:
    """Everything that decides what a page shows.

    Stocks are taken at the end of ``as_of`` and compared with the end of ``compare_to``; flows run from ``date_from``
    to
    ``date_to``, both included. ``choice`` is what the page itself lets one choose. ``currency`` is what amounts are in.
    """

    as_of: date
    date_from: date
    date_to: date
    compare_to: date
    slice: Slice = field(default_factory=Slice)
    choice: str = ""
    currency: str | None = None

    def seen_by(self, who: Who) -> Slice:
        """The slice asked for, with nothing in it that the viewer may not see."""
        return self.slice.within_owners(who.owners)
