"""When is our year won?"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

import pandas as pd

from kpi_engine.forecasting.booking import Basis, Ledger, basis_of, ledger
from kpi_engine.forecasting.seasons import frame_of, monthly
from kpi_engine.metrics.kinds import Unit
from kpi_engine.metrics.query import measure
from kpi_engine.metrics.registry import METRICS
from kpi_engine.model.settings import read_settings
from kpi_engine.names import Status
from kpi_engine.periods import fiscal_year, month_add
from kpi_engine.periods import month as month_of
from kpi_engine.stats.season import MIN_MONTHS
from kpi_engine.storage import Session
from kpi_engine.views import words
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.lean import lean_season

DELIVERED, EXPECTED = "won_by_delivery", "expected_by_month"

LABELS = {name: METRICS[name].label for name in ("won_value", "won_deals", "new_value", "new_deals", "activities")} | {
    DELIVERED: "Won value by delivery",
    EXPECTED: "Expected value ahead",
}
"""What the page can show, the first where nothing was chosen."""

KPIS = ("won_value", DELIVERED, "won_deals", "new_value", "new_deals", EXPECTED, "activities")

_NAMES = tuple(calendar.month_abbr[1:])

_MANY = 60
"""After so many whole months, a season that cannot be seen is not one that has yet to show."""

_CELLS = ("year", "year_text", "month", "value", "n", "last_year", "is_whole", "is_ahead",
          "calendar_year", "text", "hover")  # fmt: skip


@dataclass(frozen=True)
class Months:
    """``cells``, ``season``: see ui.charts.season. ``order``: the months as the fiscal year has them. ``season`` is
    empty where a season means nothing (what lies ahead)."""

    is_empty: bool
    kpi: str
    choices: tuple[str, ...]
    why_empty: str
    sentence: str
    lean: str
    cells: pd.DataFrame
    season: pd.DataFrame
    is_fact: bool
    season_note: str
    order: tuple[str, ...]
    is_money: bool
    meaning: str


def months_view(session: Session, ask: Ask, who: Who) -> Months:
    """One KPI by year and month, over all time up to the as-of day, with its season."""
    mine = ask.seen_by(who)
    delivers = basis_of(session, mine, ask.as_of) is Basis.DELIVERY
    choices = tuple(kpi for kpi in KPIS if delivers or kpi != DELIVERED)
    kpi = ask.choice if ask.choice in choices else KPIS[0]
    start = read_settings(session).fiscal_year_start_month
    order = tuple(_NAMES[(start - 1 + i) % 12] for i in range(12))
    is_money = kpi in (DELIVERED, EXPECTED) or METRICS[kpi].unit is Unit.MONEY
    found = ledger(session, mine, ask.as_of) if kpi in (DELIVERED, EXPECTED) else None
    if kpi == EXPECTED:
        values, before = _ahead(found)
    elif kpi == DELIVERED:
        values, before = _delivered(found), {}
    else:
        values, before = _measured(session, kpi, ask, who), {}
    cells = _cells(values, before, ask, start, is_money, _noun(kpi), is_ahead=kpi == EXPECTED)
    season = pd.DataFrame()
    if kpi != EXPECTED and not cells.empty:
        of_kpi = "won_value" if kpi == DELIVERED else kpi
        season = frame_of(monthly(session, of_kpi, mine, ask.as_of, by_delivery=kpi == DELIVERED))
    return Months(
        is_empty=not cells["value"].notna().any(),
        kpi=kpi,
        choices=choices,
        why_empty="None of these deals carries an amount."
        if is_money and len(values) > 0
        else "No deals match the filters.",
        sentence=_ahead_sentence(cells, ask) if kpi == EXPECTED else _sentence(LABELS[kpi], season),
        lean=lean_season(session, ask, who),
        cells=cells,
        season=_drawn(season, order),
        is_fact=bool(len(season) and season["status"].iloc[0] == Status.OK),
        season_note=_season_note(season),
        order=order,
        is_money=is_money,
        meaning=(_MEANING.get(kpi) or METRICS[kpi].description) + ("" if season.empty else _left_out(cells)),
    )


def _left_out(cells: pd.DataFrame) -> str:
    """The part months that the index leaves out, by name."""
    part = cells[~cells["is_whole"].astype(bool) & cells["value"].notna() & ~cells["is_ahead"].astype(bool)]
    named = [f"{month} {year}" for month, year in zip(part["month"], part["calendar_year"], strict=True)]
    told = "part of a month is not compared with whole ones"
    return f" The season leaves out {words.listed(named)}: {told}." if named else ""


_MEANING = {
    DELIVERED: "The amounts of won deals in the month they are delivered in, past and ahead. Delivery dates are "
    "those known today.",
    EXPECTED: "The expected value of the deals open now, in the month each is expected to close (to be delivered, "
    "where deals say so). Last year: what was expected of the same month a year ago, at the same time.",
}


def _noun(kpi: str) -> tuple[str, str]:
    return ("activity", "activities") if kpi == "activities" else ("deal", "deals")


def _measured(session: Session, kpi: str, ask: Ask, who: Who) -> dict[date, tuple[float, int]]:
    """month → value (nan: not known) and cases, up to the month of the as-of day."""
    frame = measure(session, [kpi], ask.seen_by(who), by=["month"], as_of=ask.as_of)
    rows = zip(frame["month"], frame["value"], frame["n"], frame["status"], strict=True)
    return {
        month: (float("nan") if status == Status.NO_DATA else float(value), int(n))
        for month, value, n, status in rows
        if month <= ask.as_of
    }


def _delivered(found: Ledger | None) -> dict[date, tuple[float, int]]:
    if found is None:
        return {}
    values, deals = found.won[:, found.newest], found.won_deals[:, found.newest]
    first = next((i for i, n in enumerate(deals) if n > 0), len(deals))
    last = max((i for i, n in enumerate(deals) if n > 0), default=-1)
    return {found.months[i]: (float(values[i]), int(deals[i])) for i in range(first, last + 1)}


def _ahead(found: Ledger | None) -> tuple[dict[date, tuple[float, int]], dict[date, float]]:
    """EV by month from the as-of month on, and what it was for the same month a year before, at that time."""
    if found is None:
        return {}, {}
    rows = [i for i in range(found.newest, len(found.months)) if found.open_deals[i, found.newest] > 0]
    now = {
        found.months[i]: (float(found.expected_value[i, found.newest]), int(found.open_deals[i, found.newest]))
        for i in rows
    }
    then = {found.months[i]: float(found.expected_value[i - 12, found.newest - 12]) for i in rows if found.newest >= 12}
    return now, then


def _cells(
    values: dict[date, tuple[float, int]],
    before: dict[date, float],
    ask: Ask,
    start: int,
    is_money: bool,
    noun: tuple[str, str],
    *,
    is_ahead: bool,
) -> pd.DataFrame:
    """One row per month. The first month with data is not whole: nobody knows where in it the data begin."""

    def said(value: float | None, currency: str | None = None) -> str:
        return words.money(value, currency) if is_money else words.count(value)

    rows = []
    first = min(values, default=None)
    for month, (value, n) in values.items():
        is_known = words.is_number(value)
        is_over = month_of(month).end <= ask.as_of
        year = fiscal_year(month, start)
        last = before.get(month) if is_ahead else values.get(month_add(month, -12), (None, 0))[0]
        compared = f"<br>a year before: {said(last, ask.currency)}" if words.is_number(last) else ""
        running = "" if is_over or is_ahead else ", month not over" if month <= ask.as_of else ", so far"
        rows.append(
            {
                "year": year.end.year,
                "year_text": year.label,
                "month": _NAMES[month.month - 1],
                "value": value if is_known else float("nan"),
                "n": n,
                "last_year": last if words.is_number(last) else None,
                "is_whole": is_known and is_over and month != first,
                "is_ahead": month > ask.as_of,
                "calendar_year": month.year,
                "text": (said(value) if is_known else "") + ("" if is_over or is_ahead else " so far"),
                "hover": f"{month:%B %Y}: {said(value, ask.currency) if is_known else 'not known'}, "
                f"{words.many(n, *noun)}{running}{compared}",
            }
        )
    return pd.DataFrame(rows, columns=list(_CELLS)).astype({"last_year": "float64"})


def _drawn(season: pd.DataFrame, order: tuple[str, ...]) -> pd.DataFrame:
    """The season in the order of the (fiscal) year, with words: month, index, lower, upper, years, text, hover."""
    if season.empty or season["index"].isna().all():
        return pd.DataFrame(columns=["month", "index", "lower", "upper", "years", "text", "hover"])
    named = season.assign(month=[_NAMES[number - 1] for number in season["month"]]).set_index("month").loc[list(order)]
    named = named.reset_index()
    return named.assign(
        text=[_times(value) for value in named["index"]],
        hover=[
            f"{calendar.month_name[_NAMES.index(month) + 1]}: {_times(index)} the average month"
            f"<br>80 % sure: {_times(lower)} to {_times(upper)}<br>seen in {words.many(int(years), 'year')}"
            for month, index, lower, upper, years in zip(
                named["month"], named["index"], named["lower"], named["upper"], named["years"], strict=True
            )
        ],
    )


def _times(value: float) -> str:
    return f"{value:.1f}×" if value >= 0.95 else f"{value:.2f}×"


def _sentence(label: str, season: pd.DataFrame) -> str:
    if season.empty or season["status"].iloc[0] == Status.NO_DATA:
        return ""
    n = int(season["n"].iloc[0])
    by_index = season.sort_values("index", ascending=False)
    full = [calendar.month_name[number] for number in by_index["month"]]
    if season["status"].iloc[0] == Status.OK:
        top, low = by_index["index"].iloc[0], by_index["index"].iloc[-1]
        return (
            f"{label}: most comes in {words.listed(full[:3])}, least in {words.listed(full[-3:][::-1])}. "
            f"The best month brings {_times(top)} the average one, the leanest {_times(low)}; "
            f"over {words.many(n, 'whole month')} that is more than chance."
        )
    if season["index"].isna().any():
        told = "a year has to be seen twice before its strong and lean months can be told from chance."
        return f"{words.many(n, 'whole month')} so far: {told}"
    if n < MIN_MONTHS:
        return (
            f"Not enough years yet: {words.many(n, 'whole month')} of {label.lower()}. In the one year seen most came "
            f"in {words.listed(full[:3])}; whether that is a season, a second year will show."
        )
    if n < _MANY:
        return (
            f"Not enough years yet to call it a season: over {words.many(n, 'whole month')} the months of "
            f"{label.lower()} differ no more than chance makes them. If there is one, {full[0]} leads it."
        )
    told = "the months differ no more than chance makes them."
    return f"{label} shows no season: over {words.many(n, 'whole month')} {told}"


def _season_note(season: pd.DataFrame) -> str:
    if season.empty or season["index"].isna().all():
        return ""
    if season["status"].iloc[0] == Status.OK:
        return "Each month as a multiple of the average month, with an 80 % interval"
    if season["n"].iloc[0] >= _MANY:
        return "No season to be seen: each month as a multiple of the average one, with an 80 % interval"
    return "Not enough years yet: what the months suggest so far, with an 80 % interval"


def _ahead_sentence(cells: pd.DataFrame, ask: Ask) -> str:
    if cells.empty:
        return ""
    best = cells.loc[cells["value"].idxmax()]
    total, last = cells["value"].sum(), cells["last_year"].sum(min_count=1)
    compared = f", against {words.money(last, ask.currency)} a year ago" if words.is_number(last) else ""
    return (
        f"The open deals are worth {words.money(total, ask.currency)} of expected value in the months ahead{compared}. "
        f"Most of it lies in {best['month']} {best['year']}: {words.money(best['value'], ask.currency)}."
    )
