"""How does this team count?"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from zoneinfo import available_timezones

from kpi_engine.model.settings import Settings, read_settings
from kpi_engine.storage import Session, load_sql

DAYS = dict(enumerate(calendar.day_name, 1))
MONTHS = dict(enumerate(calendar.month_name[1:], 1))


@dataclass(frozen=True)
class SettingsView:
    """All the page shows. ``usual_currency_words`` stand where nobody chose one."""

    sentence: str
    settings: Settings
    usual_currency_words: str
    timezones: tuple[str, ...]
    meanings: dict[str, str]


MEANINGS = {
    "reporting_currency": "All amounts are shown in this currency. Amounts in another one are converted with the rates "
    "on file; a deal without a rate is counted, and its amount is left out of every sum.",
    "timezone": "Times that carry an offset, such as 2026-03-01T23:30Z, are put on this clock before their day is "
    "counted. Times without one stay as they are written.",
    "week_start": "Every number by week, the weekly trend and the leading signals count whole weeks from this day.",
    "fiscal_year_start_month": "The quarter that numbers are compared with, every number by quarter or year, and "
    "targets for a fiscal year follow it. A year is named after the one in which it ends.",
}
"""What each setting changes, in a sentence or two."""


def settings_view(session: Session) -> SettingsView:
    """The settings as they are, and what can be chosen."""
    settings = read_settings(session)
    named = [code for (code,) in session.rows(load_sql("kpi_engine.views", "currencies"))]
    in_files = f" In the files: {', '.join(named)}." if named else ""
    in_use = session.value("select currency from dim_currency")
    chosen = set(filter(None, [settings.timezone]))
    usual = f"The one most deals are in ({in_use})" if in_use else "As in the files, which name none"
    return SettingsView(
        sentence=_sentence(settings, in_use),
        settings=settings,
        usual_currency_words="Clear to use the one most deals are in" if settings.reporting_currency else usual,
        timezones=tuple(sorted({zone for zone in available_timezones() if _is_a_place(zone)} | chosen)),
        meanings=MEANINGS | {"reporting_currency": f"{MEANINGS['reporting_currency']}{in_files}"},
    )


def _is_a_place(zone: str) -> bool:
    """Zones are told by place, as in Europe/Berlin; UTC is the one that is none."""
    return zone == "UTC" or ("/" in zone and not zone.startswith(("Etc/", "SystemV/", "US/")))


def _sentence(settings: Settings, currency: str | None) -> str:
    money = f"Amounts are in {currency}," if currency else "No file names a currency;"
    year = MONTHS[settings.fiscal_year_start_month]
    return f"{money} weeks start on {DAYS[settings.week_start]}, and the year starts in {year}."
