"""Open deals that have been open for longer than those that are won take."""

from __future__ import annotations

from kpi_engine.storage import Session, load_sql
from kpi_engine.views import words
from kpi_engine.views.ask import Ask, Who

MIN_WON = 20
"""With fewer wins nobody knows how long winning takes, nine times in ten."""


def old_deals(session: Session, ask: Ask, who: Who) -> tuple[str, str]:
    """What to look at first, and what it means for the win chances, where most open deals are older than nine in ten of
    the won ones were; '' and '' where they are not, or where too few were won to say."""
    mine = ask.seen_by(who)
    sql = load_sql("kpi_engine.views", "old_deals").format(condition=mine.condition())
    won, days, open_deals, older, value = session.rows(sql, mine.values() | {"as_of": ask.as_of})[0]
    if (won or 0) < MIN_WON or not older or 2 * older <= open_deals:
        return "", ""
    look = (
        f"Look first at {words.many(older, 'open deal')} older than {words.many(int(days), 'day')}, "
        f"worth {words.money(value, ask.currency)}: nine in ten won deals were won by then."
    )
    note = (
        f"{older:,} of {words.many(open_deals, 'open deal')} are older than nine in ten won deals ever were. Win "
        "chances are of the deals that are open now, and so old a deal is won seldom: that holds expected value down."
    )
    return look, note
