"""What is our work worth?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from kpi_engine.metrics.movement import biggest_movers, movement, movement_deals
from kpi_engine.metrics.query import measure
from kpi_engine.metrics.trend import Chances, trend
from kpi_engine.names import Evidence
from kpi_engine.storage import Session
from kpi_engine.views import words
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.balance import balance_lines
from kpi_engine.views.causes import CAUSES, END, START, amounts_of, not_known_then, steps_frame, told
from kpi_engine.views.chance_notes import re_set_days
from kpi_engine.views.expected import expected_by_month, months_shown
from kpi_engine.views.headline import Headline, has_amounts, has_begun, three_numbers, without_amounts
from kpi_engine.views.notes import notes_of
from kpi_engine.views.old_deals import old_deals

TODAYS, AS_THEY_WERE = "Today's", "As they were"
"""The win chances the trend can be drawn with, as they are called on screen."""

MOVERS = 10
_MATTERS = 0.01
"""A deal that took a smaller share of expected value is not the first to look at."""


@dataclass(frozen=True)
class Overview:
    """All the page shows.

    ``trend``: see ui.charts.trend. ``steps``: one row per bar of the movement, see ui.charts.waterfall. ``moved``:
    one row per deal and cause: deal, rep, cause, what happened, change, day. ``expected``: see views.expected.
    ``re_set``: the days within a trend as it was on which other win chances came into force. ``can_choose_chances``:
    whether such a trend (ask.choice AS_THEY_WERE) looks otherwise than one at today's chances. ``undated``:
    how many open deals are in no week, as nobody knows since when. ``alarms``: whose work
    has become more and worse, or less and better; see views.balance.
    """

    is_empty: bool
    has_amounts: bool
    sentence: str
    headlines: tuple[Headline, ...]
    trend: pd.DataFrame
    steps: pd.DataFrame
    moved: pd.DataFrame
    movers: pd.DataFrame
    expected: pd.DataFrame
    notes: tuple[str, ...]
    as_of: date
    compare_to: date
    re_set: tuple[date, ...] = ()
    alarms: tuple[str, ...] = ()
    can_choose_chances: bool = False
    undated: int = 0


def overview_view(session: Session, ask: Ask, who: Who) -> Overview:
    """The overview of one slice at the end of one day, against the end of another.

    Where the person chose a period that ends before the as-of day, its end is that day for everything here, and is
    named.
    """
    now = words.day(ask.date_to) if ask.is_dated else ""
    ask = ask.at_its_end()
    weeks = _weeks(session, ask, who)
    expected = expected_by_month(session, ask, who, months_ahead=months_shown(session, ask, who))
    amounts, moved = _movement(session, ask, who)
    movers = _movers(session, ask, who)
    # Where nothing is open and nothing ever was worth anything, there is no more to draw than how many were open.
    is_paid = has_amounts(session, ask, who) and bool(len(expected) or weeks["total_value"].fillna(0).any())
    shown = weeks[weeks["period_end"] >= ask.date_from]
    re_set = re_set_days(session, ask, who)
    look, why_low = old_deals(session, ask, who)
    left_out = notes_of(session, ask, who, with_amounts=is_paid)
    headlines = three_numbers(session, ask, who, weeks, now) if is_paid else without_amounts(session, ask, who)
    return Overview(
        is_empty=weeks.empty and expected.empty,
        has_amounts=is_paid,
        sentence=_sentence(ask, amounts, movers, expected, now, has_begun(session, ask, who), look)
        if is_paid
        else _no_amounts(headlines, now),
        headlines=headlines,
        trend=shown,
        steps=steps_frame(amounts, moved.groupby("cause")["deal_id"].nunique().to_dict(), ask.currency, now),
        moved=moved,
        movers=movers,
        expected=expected,
        notes=tuple(filter(None, (_so_far(shown), why_low if is_paid else "", *left_out))),
        as_of=ask.as_of,
        compare_to=ask.compare_to,
        re_set=tuple(
            day
            for day in re_set
            if ask.choice == AS_THEY_WERE and not shown.empty and shown["period_start"].iloc[0] <= day
        ),
        alarms=balance_lines(session, ask, who),
        can_choose_chances=bool(re_set),
        undated=_undated(session, ask, who, weeks),
    )


def _weeks(session: Session, ask: Ask, who: Who) -> pd.DataFrame:
    """The weekly trend up to the as-of day, with the words for each point."""
    chances: Chances = "then" if ask.choice == AS_THEY_WERE else "today"
    frame = trend(session, ask.seen_by(who), "week", None, ask.as_of, as_of=ask.as_of, chances=chances)
    return frame.assign(
        is_inferred=frame["evidence"] == Evidence.INFERRED,
        tv_text=[words.money(value, ask.currency) for value in frame["total_value"]],
        ev_text=[words.money(value, ask.currency) for value in frame["expected_value"]],
        ratio_text=[words.share(value, 1) for value in frame["ev_tv_ratio"]],
    )


def _movement(session: Session, ask: Ask, who: Who) -> tuple[dict[str, float], pd.DataFrame]:
    """Start, causes and end in cents, and the changes behind them."""
    mine = ask.seen_by(who)
    found = movement(session, mine, ask.compare_to, ask.as_of)
    amounts = amounts_of(found)
    if found is None:
        return amounts, pd.DataFrame(columns=["deal_id", "cause"])
    moved = movement_deals(session, mine, ask.compare_to, ask.as_of)
    moved = moved.assign(
        deal_name=moved["deal_name"].fillna(moved["deal_id"]),
        change=moved["change"].astype(float),
        from_amount=moved["from_amount"].astype(float),
        to_amount=moved["to_amount"].astype(float),
        what=[CAUSES[cause].happened for cause in moved["cause"]],
        path=[_path(before, after) for before, after in zip(moved["from_stage"], moved["to_stage"], strict=True)],
    )
    return amounts, moved


def _path(before: str | None, after: str | None) -> str:
    known = [str(stage) for stage in (before, after) if isinstance(stage, str)]
    return known[0] if len(set(known)) == 1 else " → ".join(known)


def _movers(session: Session, ask: Ask, who: Who) -> pd.DataFrame:
    """The deals that moved EV most: deal_name, owner, account, what, change, stage, amount."""
    frame = biggest_movers(session, ask.seen_by(who), ask.compare_to, ask.as_of, MOVERS)
    return frame.assign(
        deal_name=frame["deal_name"].fillna(frame["deal_id"]),
        change=frame["change"].astype(float),
        amount=frame["amount"].astype(float),
        what=[CAUSES[cause].happened for cause in frame["cause"]],
    )


def _sentence(
    ask: Ask,
    amounts: dict[str, float],
    movers: pd.DataFrame,
    expected: pd.DataFrame,
    now: str,
    is_known: bool,
    old: str,
) -> str:
    """What moved expected value, and what to look at first. ``old``: words for deals that are open for too long."""
    if not amounts[START] and expected.empty:
        return _none_open(now)
    since = words.day(ask.compare_to)
    moved = told(amounts, ask.currency, since, now) if is_known else not_known_then(amounts, ask.currency, since, now)
    return " ".join(filter(None, (moved, _look_at(ask, amounts, movers, expected, old))))


def _none_open(now: str) -> str:
    return f"No deal {f'was open at the end of {now}' if now else 'is open'}: there is nothing to expect yet."


def _look_at(ask: Ask, amounts: dict[str, float], movers: pd.DataFrame, expected: pd.DataFrame, old: str) -> str:
    """The first of: deals past their date, deals open for too long, the deal that took most from expected value, if
    that is worth a word."""
    overdue = expected[expected["timing"] == "overdue"]
    if not overdue.empty and overdue["value"].sum() > 0:
        return (
            f"Look first at {words.many(int(overdue['deals'].sum()), 'open deal')} past their expected date, "
            f"worth {words.money(overdue['value'].sum(), ask.currency)}."
        )
    if old:
        return old
    matters = _MATTERS * max(abs(amounts[START]), abs(amounts[END]))
    down = movers[(movers["change"] <= -matters) & (movers["cause"] != "won")]
    if down.empty or not matters:
        return ""
    deal = down.iloc[0]
    change = words.money(deal["change"], ask.currency)
    return f"Look first at {deal['deal_name']}: {deal['what']}, {change}."


def _undated(session: Session, ask: Ask, who: Who, weeks: pd.DataFrame) -> int:
    """How many deals are open and in no week of the trend: those of which nobody knows since when."""
    now = measure(session, ["open_deals"], ask.seen_by(who), as_of=ask.as_of)["value"].fillna(0).iloc[0]
    return int(now) - (0 if weeks.empty else int(weeks["open_deals"].iloc[-1]))


def _so_far(weeks: pd.DataFrame) -> str:
    """Why there is no line yet, where one week is all that is known."""
    return "One week is known so far: the line by weeks begins with the next." if len(weeks) == 1 else ""


def _no_amounts(headlines: tuple[Headline, ...], now: str) -> str:
    if headlines[0].text in ("0", words.NOTHING):
        return _none_open(now)
    return (
        f"{headlines[0].text} deals are open, and none of them carries an amount: "
        "what they are worth cannot be said yet. "
        "If the CRM has amounts only for closed deals, fill them in there for the open ones; if the export leaves the "
        "amount column out, add it. Then TV and EV appear."
    )
