"""What a team decides about how it counts: currency, time zone, week and fiscal year."""

from __future__ import annotations

import calendar
import re
from dataclasses import fields, replace
from zoneinfo import available_timezones

from kpi_engine.errors import TidelineError, UnknownName
from kpi_engine.model.settings import Settings, read_settings
from kpi_engine.storage.store import Session

__all__ = ["BadSetting", "Settings", "change_settings", "read_settings", "understood"]


_NAMES = {"week_start": list(calendar.day_name), "fiscal_year_start_month": list(calendar.month_name[1:])}
"""Settings that are a number of something with a name."""


class BadSetting(TidelineError):
    """A value a setting cannot have."""


def change_settings(session: Session, **changes: str | int | None) -> Settings:
    """Change some settings and return them all. None sets one back to its default.

    The facts depend on them: rebuild in the same transaction.

    Raises
    ------
    UnknownName
        No setting has that name.
    BadSetting
        The value is none that setting can have. Nothing was written.
    """
    for name in changes:
        _known(name)
    standard = Settings()
    wanted = {name: getattr(standard, name) if value is None else value for name, value in changes.items()}
    settings = _checked(replace(read_settings(session), **wanted))  # type: ignore[arg-type]
    for name in changes:
        session.run("delete from settings where name = $name", {"name": name})
        value = getattr(settings, name)
        if value is not None:
            session.run("insert into settings values ($name, $value)", {"name": name, "value": str(value)})
    return settings


def understood(name: str, text: str) -> str | int | None:
    """What a person wrote for a setting, as :func:`change_settings` takes it; nothing written: back to the default.

    >>> understood("week_start", "Sunday"), understood("fiscal_year_start_month", "jul"), understood("timezone", "")
    (7, 7, None)

    Raises
    ------
    UnknownName
        No setting has that name.
    """
    written = text.strip()
    names = _NAMES.get(_known(name))
    if not written or names is None:
        return written or None
    is_name = len(written) >= 3
    numbers = [n for n, word in enumerate(names, 1) if is_name and word.lower().startswith(written.lower())]
    return numbers[0] if numbers else int(written) if re.fullmatch("[0-9]{1,2}", written) else written


def _known(name: str) -> str:
    known = [f.name for f in fields(Settings)]
    if name not in known:
        raise UnknownName.of("setting", name, known)
    return name


def _checked(settings: Settings) -> Settings:
    currency = settings.reporting_currency
    if currency is not None and not (len(currency) == 3 and currency.isalpha() and currency.isascii()):
        raise BadSetting(f"'{currency}' is no currency code. Write three letters, as in EUR or AUD.")
    if settings.timezone is not None and settings.timezone not in available_timezones():
        raise BadSetting(f"'{settings.timezone}' is no time zone. Write one as in Europe/Berlin or Australia/Sydney.")
    if settings.week_start not in range(1, 8):
        raise BadSetting("A week starts on a day from 1 (Monday) to 7 (Sunday).")
    if settings.fiscal_year_start_month not in range(1, 13):
        raise BadSetting("A fiscal year starts in a month from 1 (January) to 12 (December).")
    return replace(settings, reporting_currency=currency.upper() if currency else None)
