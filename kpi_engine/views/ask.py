"""What a page asks for, and on whose behalf."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from kpi_engine.metrics.slice import Slice

Amounts = Literal["shown", "index"]
"""How amounts stand on a shared screen: as they are, or so that expected value is 100."""


@dataclass(frozen=True)
class Who:
    """The viewer. ``owners``: the only reps whose work this viewer may see; None sees all.

    ``is_sharing``: somebody else looks at the screen too, so that nobody but ``owners`` (one rep) is named on it.
    """

    name: str = ""
    owners: tuple[str, ...] | None = None
    is_sharing: bool = False
    amounts: Amounts = "shown"

    @property
    def may_decide(self) -> bool:
        """Whether this viewer decides for everybody: whoever sees only some does not."""
        return self.owners is None


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

    @property
    def is_dated(self) -> bool:
        """Whether the person chose a period that ends before the as-of day."""
        return self.date_to < self.as_of

    def at_its_end(self) -> Ask:
        """The same, looked at from the last day of the period: one now for all that a page shows."""
        day = min(self.as_of, self.date_to)
        return replace(self, as_of=day, compare_to=min(self.compare_to, day))

    def at_one_day(self) -> Ask:
        """The same for what depends on no period and no comparison, so that it is worked out once for all of them."""
        return replace(self, date_from=self.as_of, date_to=self.as_of, compare_to=self.as_of)

    def seen_by(self, who: Who) -> Slice:
        """The slice asked for, with nothing in it that the viewer may not see."""
        return self.slice.within_owners(who.owners)
