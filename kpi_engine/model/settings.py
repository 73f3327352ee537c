"""The settings every fact depends on, as the store has them."""

from __future__ import annotations

from dataclasses import dataclass

from kpi_engine.storage.store import Session


@dataclass(frozen=True)
class Settings:
    """How this team counts.

    Attributes
    ----------
    reporting_currency : str or None
        The currency amounts are shown in; None: the one most deals are in, or none where the export names none.
    timezone : str or None
        IANA name of the business's time zone; None: times are wall clock already and stay as they are.
    week_start : int
        1 Monday … 7 Sunday.
    fiscal_year_start_month : int
        1 January … 12 December.
    """

    reporting_currency: str | None = None
    timezone: str | None = None
    week_start: int = 1
    fiscal_year_start_month: int = 1


def read_settings(session: Session) -> Settings:
    """The settings in the store; what nobody has set is at its default."""
    said = dict(session.rows("select name, value from settings"))
    standard = Settings()
    return Settings(
        reporting_currency=said.get("reporting_currency") or None,
        timezone=said.get("timezone") or None,
        week_start=int(said.get("week_start", standard.week_start)),
        fiscal_year_start_month=int(said.get("fiscal_year_start_month", standard.fiscal_year_start_month)),
    )
