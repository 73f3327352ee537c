"""Which activity is followed by results?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd

from kpi_engine.metrics.kinds import Unit
from kpi_engine.metrics.query import measure
from kpi_engine.metrics.registry import METRICS
from kpi_engine.model.settings import read_settings
from kpi_engine.names import Status
from kpi_engine.stats.lead_lag import MIN_WEEKS, SURE_WEEKS, LeadLag, false_discoveries_kept_low, lead_lag
from kpi_engine.storage import Session
from kpi_engine.views import words
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.spans import end_of_whole_weeks

RESULT = "won_deals"


@dataclass(frozen=True)
class Leading:
    """``weeks``: week_end, activity, result. ``lags``: lag, strength, is_found. ``all``: one row per activity with
    its verdict."""

    is_empty: bool
    kpi: str
    labels: dict[str, str]
    sentence: str
    caveat: str
    weeks: pd.DataFrame
    lags: pd.DataFrame
    chance: float
    all: pd.DataFrame


def leading_view(session: Session, ask: Ask, who: Who) -> Leading:
    """Every activity's weekly count against deals won, over all whole weeks up to the as-of day; one of them drawn."""
    weekly = _weekly(session, ask, who)
    candidates = [name for name in weekly.columns if name not in ("week", RESULT)]
    if not candidates:
        return Leading(True, "", {}, "", "", pd.DataFrame(), pd.DataFrame(), 0.0, pd.DataFrame())
    found = {name: _tested(weekly, name) for name in candidates}
    kept = false_discoveries_kept_low(np.array([np.nan if f.p_value is None else f.p_value for f in found.values()]))
    leads = {name: bool(keep and f.is_lead) for (name, f), keep in zip(found.items(), kept, strict=True)}
    ranked = sorted(candidates, key=lambda name: (not leads[name], -found[name].strongest))
    kpi = ask.choice if ask.choice in candidates else ranked[0]
    chosen = found[kpi]
    return Leading(
        is_empty=False,
        kpi=kpi,
        labels={name: METRICS[name].label for name in ranked},
        sentence=_sentence(kpi, chosen, leads[kpi]),
        caveat=_caveat(chosen),
        weeks=pd.DataFrame(
            {
                "week_end": [week + timedelta(days=6) for week in weekly["week"]],
                "activity": weekly[kpi].astype(int),
                "result": weekly[RESULT].astype(int),
            }
        ),
        lags=pd.DataFrame(
            {
                "lag": chosen.lags,
                "strength": chosen.strength,
                "is_found": (chosen.lags == chosen.lag) & leads[kpi],
            }
        ),
        chance=chosen.chance or 0.0,
        all=_table(ranked, found, leads),
    )


def _weekly(session: Session, ask: Ask, who: Who) -> pd.DataFrame:
    """week, won_deals, and a column per activity KPI that occurs; whole weeks only, from where both have begun."""
    names = [
        m.name for m in METRICS.values() if m.topic in ("work", "quality") and m.unit is Unit.COUNT and not m.is_part
    ]
    last = end_of_whole_weeks(ask.as_of, read_settings(session).week_start)
    frame = measure(session, [*names, RESULT], ask.seen_by(who), ["week"], None, last, ask.as_of)
    if frame.empty:
        return pd.DataFrame(columns=["week"])
    wide = frame.pivot(index="week", columns="kpi", values="value").reindex(columns=[*names, RESULT])
    if wide["activities"].fillna(0).sum() == 0 or wide[RESULT].fillna(0).sum() == 0:
        return pd.DataFrame(columns=["week"])
    first = max(wide[wide[part].fillna(0) > 0].index.min() for part in ("activities", RESULT))
    wide = wide[(wide.index > first) & (wide.index < last)]
    usable = [name for name in names if wide[name].notna().all() and wide[name].sum() > 0]
    return wide[[*usable, RESULT]].reset_index()


def _tested(weekly: pd.DataFrame, name: str) -> LeadLag:
    middles = [week + timedelta(days=3) for week in weekly["week"]]
    holidays = [
        {(day.month, day.day) for day in (week + timedelta(days=i) for i in range(7))} for week in weekly["week"]
    ]
    return lead_lag(
        weekly[name].to_numpy(float),
        weekly[RESULT].to_numpy(float),
        turn=np.array([(day.timetuple().tm_yday - 1) / 365.25 for day in middles]),
        is_christmas=np.array([bool(days & {(12, 25), (1, 1)}) for days in holidays]),
    )


def _chance(p_value: float) -> str:
    return "fewer than 1 time in 100" if p_value < 0.01 else f"about {max(round(p_value * 100), 1)} times in 100"


def _sentence(kpi: str, found: LeadLag, is_lead: bool) -> str:
    label = METRICS[kpi].label
    if found.status == Status.TOO_FEW:
        if found.n < MIN_WEEKS:
            seen = f"{found.n} whole weeks of {label.lower()} and won deals"
            return f"Not enough weeks: {seen}, and {MIN_WEEKS} are needed to say anything."
        return f"{label} changed too little over {found.n} weeks to say anything."
    if is_lead and found.p_value is not None and found.lag is not None:
        return (
            f"More {label.lower()} were followed by more won deals {words.many(found.lag, 'week')} later. "
            f"Unrelated numbers would look like this {_chance(found.p_value)} ({found.n} weeks)."
        )
    return f"{label}: over {found.n} weeks nothing shows that more of them is followed by more won deals."


def _caveat(found: LeadLag) -> str:
    said = "Season, trend and holidays are taken out first. Followed by is not the same as caused by."
    return f"{said} With fewer than {SURE_WEEKS} weeks a weak link would be missed." if found.n < SURE_WEEKS else said


def _table(ranked: list[str], found: dict[str, LeadLag], leads: dict[str, bool]) -> pd.DataFrame:
    rows = []
    for name in ranked:
        one = found[name]
        verdict = (
            "followed by results"
            if leads[name]
            else "not enough weeks"
            if one.status == Status.TOO_FEW
            else "nothing to see"
        )
        rows.append(
            {
                "activity": METRICS[name].label,
                "verdict": verdict,
                "weeks_later": one.lag if leads[name] else None,
                "by_chance": one.p_value,
                "weeks": one.n,
            }
        )
    return pd.DataFrame(rows)
