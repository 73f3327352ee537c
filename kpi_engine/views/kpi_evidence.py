"""What this team's own weeks say of a KPI: whether it is followed by results, or follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from kpi_engine.forecasting.leads import Board, board
from kpi_engine.metrics.registry import METRICS
from kpi_engine.stats.lead_lag import Verdict
from kpi_engine.storage import Session
from kpi_engine.views import words
from kpi_engine.views.ask import Ask, Who

NOT_TESTED = "Not tested on this team's data yet."


@dataclass(frozen=True)
class Cell:
    """One leading KPI against one result: a cell of the board. ``status``: what may be said of it (a Verdict).
    ``lag_weeks`` and ``effect`` (more of the result per one more of the leading KPI, 80 % between ``lower`` and
    ``upper``) are None where nothing was found."""

    leading: str
    lagging: str
    status: str
    weeks: int
    lag_weeks: int | None = None
    effect: float | None = None
    lower: float | None = None
    upper: float | None = None
    p_value: float | None = None
    q_value: float | None = None


def tested_pairs(session: Session, ask: Ask, who: Who) -> tuple[Cell, ...]:
    """The cells of the board for one slice.

    It looks at all whole weeks up to the as-of day, whatever the period: ask with :meth:`Ask.at_one_day`."""
    rows = board_seen(session, ask, who).rows
    return tuple(Cell(**{field.name: row[field.name] for field in fields(Cell)}) for row in rows.to_dict("records"))


def board_seen(session: Session, ask: Ask, who: Who) -> Board:
    """Everything against every result for one slice and day, worked out once for all pages."""
    mine = ask.seen_by(who)
    return session.kept("board", (mine, ask.as_of), lambda: board(session, mine, ask.as_of))


def told(kpi: str, pairs: Sequence[Cell]) -> str:
    """What was found of one KPI, in a sentence or two.

    >>> told("meetings_held", ())
    "Not tested on this team's data yet."
    >>> told("meetings_held", [Cell("meetings_held", "won_deals", "leads", 156, 7)])
    'Here more of it was followed by more won deals 7 weeks later (156 weeks).'
    >>> told("won_deals", [Cell("meetings_held", "won_deals", "leads", 156, 7)])
    'Here it followed meetings held (7 weeks later).'
    """
    leads, follows = [p for p in pairs if p.leading == kpi], [p for p in pairs if p.lagging == kpi]
    if not leads and not follows:
        return NOT_TESTED
    return " ".join(filter(None, (_as_leading(leads), _as_result(follows))))


def _as_leading(pairs: list[Cell]) -> str:
    if not pairs:
        return ""
    weeks = words.many(max(pair.weeks for pair in pairs), "week")
    found = [pair for pair in pairs if pair.status == Verdict.LEADS]
    against = [pair for pair in pairs if pair.status == Verdict.OTHER_WAY]
    if found:
        later = [f"{_more(p)} {_label(p.lagging)} {words.many(p.lag_weeks or 0, 'week')} later" for p in found]
        results = words.listed(later)
        return f"Here more of it was followed by {results} ({weeks})."
    if against:
        results = words.listed([f"{_more(p)} {_label(p.lagging)}" for p in against])
        return f"Here more of it was followed by {results} ({weeks}): look into why."
    if all(pair.status == Verdict.NOT_ENOUGH_WEEKS for pair in pairs):
        return f"Too few weeks, or too little in them, to test it ({weeks})."
    return f"Here nothing shows that it is followed by {words.listed([_label(p.lagging) for p in pairs])} ({weeks})."


def _as_result(pairs: list[Cell]) -> str:
    if not pairs:
        return ""
    found = [pair for pair in pairs if pair.status == Verdict.LEADS]
    if found:
        before = words.listed([f"{_label(p.leading)} ({words.many(p.lag_weeks or 0, 'week')} later)" for p in found])
        return f"Here it followed {before}."
    if all(pair.status == Verdict.NOT_ENOUGH_WEEKS for pair in pairs):
        return f"Too few weeks, or too little in them, to say what it follows ({words.many(pairs[0].weeks, 'week')})."
    return f"Here none of {words.many(len(pairs), 'leading KPI')} tested is followed by it."


def _more(pair: Cell) -> str:
    """Which way the result went after more of the leading KPI: where less of it is better, fewer is as expected."""
    is_more = pair.status == Verdict.LEADS if pair.effect is None else pair.effect > 0
    return "more" if is_more else "fewer"


def _label(kpi: str) -> str:
    return words.low(METRICS[kpi].label)
