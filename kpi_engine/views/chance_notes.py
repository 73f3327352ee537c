"""What has to be said about win chances wherever a number is made with them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from kpi_engine.storage import Session, load_sql
from kpi_engine.views import words
from kpi_engine.views.ask import Ask, Who

_NAMED = 3


def chance_notes(session: Session, ask: Ask, who: Who) -> list[str]:
    """The stages whose chance was set by hand, with the reason, and those whose chance nobody has accepted; of the
    pipelines looked at, on the as-of day."""
    rows = _noted(session, ask, who)
    new = [stage for how, stage, _, _ in rows if how == "not_accepted"]
    found = _by_hand(rows)
    if new:
        count = "1 stage is" if len(new) == 1 else f"{len(new)} stages are"
        found.append(f"{count} newer than the accepted win chances, and count at the estimate: {_some(new)}.")
    return found


def notes_beside_a_forecast(session: Session, ask: Ask, who: Who) -> list[str]:
    """The stages whose chance was set by hand, and that the forecast does not follow them; nothing where none is."""
    return [
        f"{said} Expected value counts with that. This forecast does not: it goes on with what the history says."
        for said in _by_hand(_noted(session, ask, who))
    ]


def _noted(session: Session, ask: Ask, who: Who) -> list[tuple[str, str, Decimal, str | None]]:
    values = {"as_of": ask.as_of} | ask.seen_by(who).values()
    return session.rows(load_sql("kpi_engine.views", "noted_chances"), values)


def _by_hand(rows: list[tuple[str, str, Decimal, str | None]]) -> list[str]:
    by_hand = [
        f"{stage} {words.share(float(chance))}" + (f" ({reason})" if reason else "")
        for how, stage, chance, reason in rows
        if how == "override"
    ]
    if not by_hand:
        return []
    count = "1 stage's chance was" if len(by_hand) == 1 else f"{len(by_hand)} stages' chances were"
    return [f"{count} set by hand: {_some(by_hand)}."]


def re_set_days(session: Session, ask: Ask, who: Who) -> list[date]:
    """The days up to the as-of day on which other win chances came into force, in the pipelines looked at."""
    values = {"as_of": ask.as_of} | ask.seen_by(who).values()
    return [day for (day,) in session.rows(load_sql("kpi_engine.views", "re_set_days"), values)]


def _some(named: list[str]) -> str:
    more = len(named) - _NAMED
    return words.listed(named if more <= 0 else [*named[:_NAMED], words.many(more, "other")])
