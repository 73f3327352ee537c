"""When is our year won?"""

from __future__ import annotations

import calendar
from dataclasses import dataclass

import pandas as pd

from kpi_engine.metrics.query import measure
from kpi_engine.metrics.registry import METRICS
from kpi_engine.names import Status
from kpi_engine.periods import month as month_of
from kpi_engine.storage import Session
from kpi_engine.views import words
from kpi_engine.views.ask import Ask, Who

KPIS = ("won_value", "won_deals", "new_value", "new_deals")
"""What the page can show, the first where nothing was chosen."""

LABELS = {name: METRICS[name].label for name in KPIS}

MIN_YEARS = 2
"""A month must have been seen this often before anybody calls it lean or strong."""

_NAMES = tuple(calendar.month_abbr[1:])


@dataclass(frozen=True)
class Months:
    """``cells`` and ``means``: see ui.charts.season."""

    is_empty: bool
    kpi: str
    why_empty: str
    sentence: str
    cells: pd.DataFrame
    means: pd.DataFrame
    is_money: bool
    meaning: str


def months_view(session: Session, ask: Ask, who: Who) -> Months:
    """One KPI by year and month, over all time up to the as-of day."""
    kpi = ask.choice if ask.choice in KPIS else KPIS[0]
    frame = measure(session, [kpi], ask.seen_by(who), by=["month"], as_of=ask.as_of)
    frame = frame[frame["month"] <= ask.as_of] if not frame.empty else frame
    is_money = METRICS[kpi].unit == "money"
    cells = _cells(frame, ask, is_money)
    means = _means(cells, ask, is_money)
    return Months(
        is_empty=cells["value"].notna().sum() == 0,
        kpi=kpi,
        why_empty="None of these deals carries an amount."
        if is_money and not frame.empty
        else "No deals match the filters.",
        sentence=_sentence(LABELS[kpi], cells, means),
        cells=cells,
        means=means,
        is_money=is_money,
        meaning=METRICS[kpi].description + _left_out(cells),
    )


def _left_out(cells: pd.DataFrame) -> str:
    """The part months that are in no mean, by name."""
    part = cells[~cells["is_whole"].astype(bool) & cells["value"].notna()]
    named = [f"{month} {year}" for month, year in zip(part["month"], part["year"], strict=True)]
    told = "part of a month is not compared with whole ones"
    return f" The means leave out {words.listed(named)}: {told}." if named else ""


def _cells(frame: pd.DataFrame, ask: Ask, is_money: bool) -> pd.DataFrame:
    """year, month, value, is_whole, text, hover. The first month with data is not whole: nobody knows where in it the
    data begin."""
    rows = []
    first = min(frame["month"], default=None)
    for month, value, n, status in zip(frame["month"], frame["value"], frame["n"], frame["status"], strict=True):
        is_known = status != Status.NO_DATA and not pd.isna(value)
        is_over = month_of(month).end <= ask.as_of
        text = (words.money(value) if is_money else words.count(value)) if is_known else ""
        said = (words.money(value, ask.currency) if is_money else words.count(value)) if is_known else "not known"
        rows.append(
            {
                "year": month.year,
                "month": _NAMES[month.month - 1],
                "value": value if is_known else float("nan"),
                "n": int(n),
                "is_whole": is_known and is_over and month != first,
                "text": text if is_over else f"{text} so far",
                "hover": f"{month:%B %Y}: {said}, {words.many(int(n), 'deal')}"
                + ("" if is_over else ", month not over"),
            }
        )
    return pd.DataFrame(rows, columns=["year", "month", "value", "n", "is_whole", "text", "hover"])


def _means(cells: pd.DataFrame, ask: Ask, is_money: bool) -> pd.DataFrame:
    """month, value (mean of the whole months of that name), years, text; all twelve, in order."""
    grouped = cells[cells["is_whole"]].groupby("month")["value"].agg(["mean", "count"]).reindex(_NAMES)
    return pd.DataFrame(
        {
            "month": _NAMES,
            "value": grouped["mean"].to_numpy(),
            "years": grouped["count"].fillna(0).astype(int).to_numpy(),
            "text": [
                f"{words.money(mean, ask.currency) if is_money else words.count(mean)} "
                f"over {words.many(int(years), 'year')}"
                if years > 0
                else "no whole month"
                for mean, years in zip(grouped["mean"], grouped["count"].fillna(0), strict=True)
            ],
        }
    )


def _sentence(label: str, cells: pd.DataFrame, means: pd.DataFrame) -> str:
    seen = means[means["years"] >= MIN_YEARS].sort_values("value", ascending=False)
    if cells.empty:
        return ""
    if len(seen) < 12:
        whole = int(cells["is_whole"].sum())
        told = "a year has to be seen twice before its strong and lean months can be told from chance."
        return f"{words.many(whole, 'whole month')} so far: {told}"
    strong, lean = list(seen["month"][:3]), list(seen["month"][-3:][::-1])
    full = {name: calendar.month_name[_NAMES.index(name) + 1] for name in _NAMES}
    return (
        f"{label}: most comes in {words.listed([full[m] for m in strong])}, "
        f"least in {words.listed([full[m] for m in lean])}, "
        f"over {words.many(int(seen['years'].min()), 'whole year')}."
    )
