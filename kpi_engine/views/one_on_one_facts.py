"""What a one-on-one is about: one person's own figures, held against their own past and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np

from kpi_engine import periods
from kpi_engine.forecasting.feasibility import has_chance
from kpi_engine.forecasting.followup_kpis import work_of
from kpi_engine.metrics.kinds import METRICS, Direction, Ratio, Role
from kpi_engine.metrics.movement import movement
from kpi_engine.metrics.query import measure
from kpi_engine.model.settings import read_settings
from kpi_engine.names import Status
from kpi_engine.stats.changes import MIN_WEEKS
from kpi_engine.stats.scores import wilson
from kpi_engine.storage import Session, load_sql
from kpi_engine.views import words
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.causes import amounts_of, not_known_then, told
from kpi_engine.views.coaching import COUNTS, Looked
from kpi_engine.views.followup_words import long, short
from kpi_engine.views.headline import has_amounts, has_begun
from kpi_engine.views.person_weeks import LONGER, NOW, Weeks
from kpi_engine.views.target_words import said
from kpi_engine.views.targets import Line

MOST_INDICATORS, MOST_DEALS = 6, 5

INDICATORS = (*COUNTS, "qualified_meetings", "calls", "emails", "meetings", "visits", "social_touches", "activities")
"""What is shown of a person's work beside their targets, the most telling first: the first that occur."""

IN_SEASON = "usual in season"
"""What the weeks before let expect of the last ones, in few enough words for a tile; its note says what they mean."""

_LEAST_CHANGE = 0.005


# --- what changed --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Changed:
    """``moved``: why expected value moved, empty where no open deal carries an amount. ``counted``: what was begun and
    ended; ``n`` deals."""

    moved: str
    counted: str
    n: int


def changed(session: Session, ask: Ask, who: Who) -> Changed:
    """What happened since ``ask.compare_to``."""
    since = words.day(ask.compare_to)
    moved = ""
    if has_amounts(session, ask, who):
        found = movement(session, ask.seen_by(who), ask.compare_to, ask.as_of)
        if found is not None:
            is_known = has_begun(session, ask, who)
            tell = told if is_known else not_known_then
            moved = tell(amounts_of(found), ask.currency, since)
    names = ["new_deals", "won_deals", "lost_deals"]
    first = ask.compare_to + timedelta(days=1)
    frame = measure(session, names, ask.seen_by(who), (), first, ask.as_of, ask.as_of).set_index("kpi")["value"]
    new, won, lost = (int(frame[name]) if words.is_number(frame[name]) else 0 for name in names)
    counted = words.listed([words.many(new, "new deal"), f"{won:,} won", f"{lost:,} lost"])
    return Changed(moved, f"Since {since}: {counted}.", new + won + lost)


# --- leading indicators --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Indicator:
    """One figure that moves before results do. ``lately``: a week of the last NOW; ``usual``: what this person's BEFORE
    weeks ahead of those let expect; ``n``: weeks those are. ``is_sure``: the change is more than chance. ``line``: week
    by week; ``level``: the usual one on it. ``target, pace``: what was agreed and how far it is, empty where nothing
    was. Status too_few: nobody knows yet what is usual."""

    kpi: str
    label: str
    lately: str
    usual: str
    change: str
    way: Literal["up", "down", "off"]
    is_good: bool | None
    is_sure: bool
    n: int
    status: Status
    line: tuple[float, ...]
    level: float | None
    target: str
    pace: str


def indicators(
    weeks: Weeks, targets: Sequence[Line], looked: Sequence[Looked], currency: str | None
) -> list[Indicator]:
    """At most six, those that something was agreed about first, then what occurs of this person's work."""
    agreed = {line.kpi: line for line in reversed(targets) if METRICS[line.kpi].role is Role.LEADING}
    order = [line.kpi for line in targets if line.kpi in agreed]
    kpis = list(dict.fromkeys([*order, *INDICATORS]))
    found = []
    for kpi in kpis:
        line = agreed.get(kpi)
        if has_chance(METRICS[kpi]) and weeks.has(kpi) and not _is_repeated(kpi, kpis[: kpis.index(kpi)], weeks):
            found.append(_indicator(kpi, weeks, line, looked, currency))
        elif line is not None:
            found.append(_target_alone(line))
    return found[:MOST_INDICATORS]


def _is_repeated(kpi: str, before: Sequence[str], weeks: Weeks) -> bool:
    """Whether a KPI counts the very same things as one that is shown already."""
    return any(
        other in weeks.values and kpi in weeks.values and np.array_equal(weeks.values[other], weeks.values[kpi])
        for other in before
    )


def _indicator(kpi: str, weeks: Weeks, line: Line | None, looked: Sequence[Looked], currency: str | None) -> Indicator:
    one, now = METRICS[kpi], weeks.recent(kpi)
    n = weeks.before(kpi)
    usual = weeks.usual(kpi) if n >= MIN_WEEKS else None
    is_share = isinstance(one, Ratio)
    by, change = 0.0, ""
    if now is not None and usual:
        by = now - usual if is_share else (now - usual) / usual
        change = words.points(by) if is_share else _per_cent(by)
    way: Literal["up", "down", "off"] = "off" if abs(by) < _LEAST_CHANGE else "up" if by > 0 else "down"
    is_known = usual is not None and now is not None
    return Indicator(
        kpi=kpi,
        label=one.label,
        lately=_a_week(kpi, now, currency),
        usual=_usual(kpi, usual, n, weeks, currency),
        change=change,
        way=way,
        is_good=_is_good(one.direction, way),
        is_sure=any(x.is_found and x.kpi == kpi and x.span == NOW for x in looked),
        n=n,
        status=Status.OK if is_known else Status.TOO_FEW,
        line=weeks.line(kpi),
        level=usual,
        target=_target(line),
        pace=line.progress if line else "",
    )


def _is_good(direction: Direction, way: str) -> bool | None:
    """Whether a change is for the better; None where there is none, or no better."""
    if way == "off" or direction is Direction.NEITHER:
        return None
    return (way == "up") == (direction is Direction.UP)


def _target_alone(line: Line) -> Indicator:
    """A target for something that does not happen in weeks, or has not happened yet: how far it is, and no more."""
    return Indicator(
        line.kpi, line.label, line.target_text, "", "", "off", None, False, 0, Status.NO_DATA, (), None,
        _target(line), line.progress,
    )  # fmt: skip


def _target(line: Line | None) -> str:
    if line is None:
        return ""
    how = "Agreed" if line.is_agreed else "Target, not agreed yet"
    return f"{how}: {line.target_text} in {line.period}, {line.state}"


def _a_week(kpi: str, value: float | None, currency: str | None) -> str:
    text = said(kpi, value, currency)
    return text if value is None or isinstance(METRICS[kpi], Ratio) else f"{text} a week"


def _usual(kpi: str, value: float | None, n: int, weeks: Weeks, currency: str | None) -> str:
    if value is None:
        return f"{words.many(n, 'week')} before: too few to say what is usual"
    then = f"in the {n} weeks to {words.near_day(weeks.until(NOW))}"
    told = IN_SEASON if weeks.is_seasonal(kpi) else then
    return f"{said(kpi, value, currency)} {told}"


def _per_cent(share: float) -> str:
    text = f"{abs(share) * 100:.0f} %"
    return text if text == "0 %" else f"{words.MINUS if share < 0 else '+'}{text}"


# --- quality beside quantity ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Span:
    """Meetings of one span: how many a week, and the share that was qualified with its 80 % interval; None where
    nothing is known of any. ``of``: from how many, and the interval."""

    label: str
    a_week: str
    share: float | None
    lower: float | None
    upper: float | None
    of: str
    text: str

    @property
    def share_text(self) -> str:
        """The share in words."""
        return words.share(self.share)


@dataclass(frozen=True)
class Quality:
    """Quality beside quantity: the last LONGER weeks and the BEFORE weeks ahead of them. ``note``: why these weeks.
    ``alarm``: that the two move against each other, where they do."""

    note: str
    spans: tuple[Span, ...]
    alarm: str = ""


def quality(weeks: Weeks, alarm: str = "") -> Quality | None:
    """Meetings held beside how good they were; None where none was held."""
    if "meetings_held" not in weeks.values or weeks.values["meetings_held"].sum() == 0:
        return None
    rate, held = weeks.change("qualified_rate", LONGER), weeks.change("meetings_held", LONGER)
    last, n = min(weeks.n - weeks.begun.get("meetings_held", 0), LONGER), weeks.before("meetings_held", LONGER)
    now = _span(f"Last {last} weeks, to {words.near_day(weeks.until())}", held.n_after, last, rate.after, rate.n_after)
    if n < MIN_WEEKS:
        return Quality("The weeks before are too few to compare with.", (now,), alarm)
    until = words.near_day(weeks.until(LONGER))
    before = _span(f"{n} weeks to {until}", held.n_before, n, rate.before, rate.n_before)
    note = f"Here {last} weeks are the present, not {NOW} as above: {NOW} hold too few meetings to tell a share."
    return Quality(note, (before, now), alarm)


def _span(label: str, held: int, weeks: int, share: float, judged: int) -> Span:
    a_week = f"{held / max(weeks, 1):.1f}"
    met = f"{words.many(held, 'meeting')} held, {a_week} a week"
    if judged == 0:
        of = "how good they were is not recorded"
        return Span(label, a_week, None, None, None, of, f"{met}; {of}")
    low, high = (float(end) for end in wilson(np.array(share), np.array(float(judged))))
    spread = words.share_span(low, high)
    of = f"of {judged:,} ({spread})"
    return Span(label, a_week, share, low, high, of, f"{met}; {words.share(share)} of {judged:,} qualified ({spread})")


# --- deals to talk about -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Deal:
    """An open deal that needs somebody. ``why``: its reasons in a few words; ``because``: as sentences."""

    deal_id: str
    name: str
    stage: str
    at_stake: str
    why: str
    because: str
    next_step: str


def deals(session: Session, ask: Ask, who: Who) -> tuple[tuple[Deal, ...], int]:
    """The first of the person's deals that need somebody, the most at stake first, and how many more there are."""
    slipping = work_of(session, ask.seen_by(who), ask.as_of).slipping
    found = tuple(
        Deal(
            deal_id=str(row["deal_id"]),
            name=str(row["deal_name"] or row["deal_id"]),
            stage=str(row["stage"]),
            at_stake=words.money(row["expected_value_at_stake"], ask.currency),
            why="; ".join(short(reason) for reason in row["reasons"]),
            because=" ".join(long(reason, ask.currency) for reason in row["reasons"]),
            next_step=str(row["next_step"] or ""),
        )
        for row in slipping.head(MOST_DEALS).to_dict("records")
    )
    return found, len(slipping) - len(found)


# --- lagging results -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Lagging:
    """What was won in the running period, and in the same part of the one a year before."""

    label: str
    so_far: str
    before: str


def lagging(session: Session, ask: Ask, who: Who) -> tuple[Lagging, ...]:
    """Won this quarter and this year, each against the same days a year before; like with like."""
    start_month = read_settings(session).fiscal_year_start_month
    begins = session.rows(load_sql("kpi_engine.views", "reach"))[0][0]
    found = []
    for label, span in (
        ("Won this quarter", periods.fiscal_quarter(ask.as_of, start_month)),
        ("Won this year", periods.fiscal_year(ask.as_of, start_month)),
    ):
        then, until = periods.month_add(span.start, -12), periods.month_add(ask.as_of, -12)
        now = _won(session, ask, who, span.start, ask.as_of)
        if begins is None or begins > then:
            before = "a year ago is not in the data"
        else:
            before = f"{_won(session, ask, who, then, until) or 'nothing'} by the same day a year ago"
        found.append(Lagging(label, now or "nothing yet", before))
    return tuple(found)


def _won(session: Session, ask: Ask, who: Who, first: date, last: date) -> str:
    """What was won between two days, in words; '' where no deal was."""
    frame = measure(session, ["won_value", "won_deals"], ask.seen_by(who), (), first, last, ask.as_of).set_index("kpi")
    worth, n = frame.loc["won_value", "value"], frame.loc["won_deals", "value"]
    if not words.is_number(n) or not n:
        return ""
    counted = words.many(int(n), "deal")
    return f"{words.money(worth, ask.currency)}, {counted}" if words.is_number(worth) else counted
