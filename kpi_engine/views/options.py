"""What can be chosen in the filters, and how far the data reach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kpi_engine.metrics.slice import Slice
from kpi_engine.model.settings import read_settings
from kpi_engine.storage import Session, load_sql
from kpi_engine.views.ask import Who
from kpi_engine.workspace import store_as_of

FIELDS = ("owner", "team", "pipeline", "segment", "source", "product")


@dataclass(frozen=True)
class Options:
    """``values`` per field, '' meaning none; ``as_of`` is None while nothing that has a date was imported.
    ``fiscal_start``: the month in which the fiscal year starts."""

    values: dict[str, tuple[str, ...]]
    as_of: date | None
    first_day: date | None
    currency: str | None
    deals: int
    activities: int
    fiscal_start: int = 1

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show yet."""
        return self.deals == 0 and self.activities == 0

    def choices(self, field: str) -> tuple[str, ...]:
        """The values worth offering: none at all where there is but one kind of them."""
        found = self.values.get(field, ())
        return found if len(found) > 1 else ()


def options_view(session: Session, who: Who) -> Options:
    """The filters' choices for a viewer; a store nobody has imported into offers none."""
    seen = Slice().within_owners(who.owners)
    rows = session.rows(load_sql("kpi_engine.views", "options").format(condition=seen.condition()), seen.values())
    first_deal, first_activity, deals, activities, usual = session.rows(load_sql("kpi_engine.views", "reach"))[0]
    settings = read_settings(session)
    return Options(
        values={field: tuple(value for name, value in rows if name == field) for field in FIELDS},
        as_of=store_as_of(session),
        first_day=first_deal or first_activity,
        currency=settings.reporting_currency or usual,
        deals=deals,
        activities=activities,
        fiscal_start=settings.fiscal_year_start_month,
    )
