"""What should we do today for next quarter? Every KPI of the work against the results that came weeks later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd

from kpi_engine.forecasting.leads import Board
from kpi_engine.forecasting.weekly import calendar_of
from kpi_engine.metrics.kinds import Role, Unit
from kpi_engine.metrics.registry import METRICS
from kpi_engine.stats.lead_lag import SURE_WEEKS, LeadLag, Verdict, groups_at
from kpi_engine.stats.weekly_series import MIN_WEEKS
from kpi_engine.storage import Session
from kpi_engine.views import words
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.kpi_evidence import board_seen
from kpi_engine.views.lead_words import level_of, named, sentence, told, weeks_later
from kpi_engine.views.shared import MONEY_UNITS

N_BEST = 3
_DOABLE = ("work", "quality")
"""Topics of KPIs somebody can do more of today; the others only show how things stand."""
_ALIKE = 0.7
"""Two KPIs whose weekly changes go together as much as this tell the same story: the better one tells it."""
_RECENT_WEEKS = 26

PLACES = {
    Verdict.LEADS: "Worth a place",
    Verdict.OTHER_WAY: "Moves the other way",
    Verdict.NO_EVIDENCE: "No information so far",
    Verdict.NOT_ENOUGH_WEEKS: "Not enough weeks",
}
RESULT = "Last"
_BEST_FIRST = list(PLACES)
_GROUPS = {True: ("few", "some", "many"), False: ("low", "middle", "high")}
"""What groups of weeks are called, of a count and of anything else."""


@dataclass(frozen=True)
class Lead:
    """One of the best-supported leads. ``groups``: group, level, level_text, value, lower, upper, text, weeks: the
    result after weeks with little, some and much of the KPI, what the season does taken out."""

    kpi: str
    result: str
    title: str
    sentence: str
    groups: pd.DataFrame
    later: str


@dataclass(frozen=True)
class Leading:
    """``cells``: kpi, result, kpi_label, result_label, verdict, lag, text, hover: one per pair, best KPIs first.
    ``talk``: label, place, evidence, recent (weekly values, oldest first), weeks; one row per leading KPI, best first.
    ``last``: the same of the results, which are looked at last.
    ``weekly`` and ``found`` are what a pair is drawn from: see :func:`pair_of`."""

    is_empty: bool
    why_empty: str
    sentence: str
    best: tuple[Lead, ...]
    cells: pd.DataFrame
    talk: pd.DataFrame
    last: pd.DataFrame
    kpis: dict[str, str]
    results: dict[str, str]
    notes: tuple[str, ...]
    weekly: pd.DataFrame
    found: dict[tuple[str, str], LeadLag]


@dataclass(frozen=True)
class Pair:
    """One KPI and one result. ``weeks``: week_end (of the result), leading_week_end, leading, result, side by side at
    the lag. ``lags``: lag, strength, is_found; ``chance``: what the strongest lag of unrelated numbers stays below 19
    times in 20. Beside each series its words (leading_text, result_text);
    ``are_amounts``: which of the two are money."""

    title: str
    sentence: str
    lag: int
    weeks: pd.DataFrame
    lags: pd.DataFrame
    chance: float
    are_amounts: tuple[bool, bool] = (False, False)


def leading_view(session: Session, ask: Ask, who: Who) -> Leading:
    """The board of this part of the business up to the as-of day, its best leads, and what the weekly talk can leave
    out."""
    whole = board_seen(session, ask, who)
    rows = whole.rows[[_carries(whole.weekly, name) for name in whole.rows["leading"]]]
    rows = rows[[_carries(whole.weekly, name) for name in rows["lagging"]]]
    if rows.empty or not set(rows["leading"]) & _work():
        return _nothing(whole)
    rows = rows.rename(columns={"status": "verdict"}).reset_index(drop=True)
    ranked = _ranked(rows)
    chosen = _best(rows, ranked, whole.weekly)
    results = list(dict.fromkeys(rows["lagging"]))
    return Leading(
        is_empty=False,
        why_empty="",
        sentence=_opening(rows, chosen),
        best=tuple(_lead(whole, kpi, result, ask.currency) for kpi, result in chosen),
        cells=_cells(rows, ranked, whole, ask.currency),
        talk=_talk(rows, ranked, whole.weekly),
        last=_last(results, whole.weekly),
        kpis={name: METRICS[name].label for name in ranked},
        results={name: METRICS[name].label for name in results},
        notes=_notes(rows),
        weekly=whole.weekly,
        found=dict(whole.found),
    )


def pair_of(view: Leading, kpi: str, result: str, currency: str | None) -> Pair:
    """One pair of the board, ready to be drawn: both series side by side at the lag that stands out most."""
    found = view.found[kpi, result]
    row = view.cells[(view.cells["kpi"] == kpi) & (view.cells["result"] == result)].iloc[0]
    verdict = Verdict(row["verdict"])
    lag = found.lag or 0
    both = view.weekly[[kpi, result]]
    ends = [start + timedelta(days=6) for start in both.index]
    weeks = pd.DataFrame(
        {
            "week_end": ends,
            "leading_week_end": [end - timedelta(days=7 * lag) for end in ends],
            "leading": both[kpi].shift(lag).to_numpy(),
            "result": both[result].to_numpy(),
        }
    ).dropna(subset=["leading", "result"])
    weeks = weeks.assign(
        leading_text=[level_of(kpi, value, currency) for value in weeks["leading"]],
        result_text=[level_of(result, value, currency) for value in weeks["result"]],
    )
    is_found = verdict in (Verdict.LEADS, Verdict.OTHER_WAY)
    return Pair(
        title=f"{METRICS[kpi].label} and {named(result)}",
        sentence=told(kpi, result, verdict, found, float(both[kpi].mean()), currency),
        lag=lag,
        weeks=weeks,
        are_amounts=(METRICS[kpi].unit in MONEY_UNITS, METRICS[result].unit in MONEY_UNITS),
        lags=pd.DataFrame(
            {"lag": found.lags, "strength": found.strength, "is_found": (found.lags == found.lag) & is_found}
        ),
        chance=found.chance or 0.0,
    )


def _carries(weekly: pd.DataFrame, name: str) -> bool:
    """Whether anything at all is known of a KPI: never done is nothing to follow."""
    return bool(name in weekly and (weekly[name].fillna(0) != 0).any())


def _work() -> set[str]:
    return {m.name for m in METRICS.values() if m.topic in _DOABLE}


def _nothing(whole: Board) -> Leading:
    empty = pd.DataFrame()
    has_results = any(_carries(whole.weekly, name) for name in whole.rows["lagging"])
    why = (
        "There are deals here, and no activities: nothing that could lead to them."
        if has_results
        else "Neither activities nor won deals are known here."
    )
    return Leading(True, why, "", (), empty, empty, empty, {}, {}, (), empty, {})


def _ranked(rows: pd.DataFrame) -> list[str]:
    """KPIs from the best supported to those nothing can be said of; what one can do before what one can only watch."""

    def rank(name: str) -> tuple[object, ...]:
        of_kpi = rows[rows["leading"] == name]
        verdict = min(_BEST_FIRST.index(v) for v in of_kpi["verdict"])
        best = of_kpi[of_kpi["verdict"] == _BEST_FIRST[verdict]]
        p_value = min((p for p in best["p_value"] if p is not None), default=1.0)
        strength = max((abs(s) for s in best["strength"] if s is not None), default=0.0)
        return verdict, METRICS[name].topic not in _DOABLE, p_value, -strength, name

    return sorted(dict.fromkeys(rows["leading"]), key=rank)


def _best(rows: pd.DataFrame, ranked: Sequence[str], weekly: pd.DataFrame) -> list[tuple[str, str]]:
    """Up to three leads that tell different stories, each with the first result it leads."""
    chosen: list[tuple[str, str]] = []
    for kpi in ranked:
        led = rows[(rows["leading"] == kpi) & (rows["verdict"] == Verdict.LEADS)]
        if len(led) and len(chosen) < N_BEST and _alike(kpi, [name for name, _ in chosen], weekly) is None:
            chosen.append((kpi, str(led["lagging"].iloc[0])))
    return chosen


def _alike(kpi: str, better: Sequence[str], weekly: pd.DataFrame) -> str | None:
    """The first of some better KPIs that tells the same story."""
    change = weekly[kpi].diff()
    return next((name for name in better if change.corr(weekly[name].diff()) >= _ALIKE), None)


def _lead(whole: Board, kpi: str, result: str, currency: str | None) -> Lead:
    found, weekly = whole.found[kpi, result], whole.weekly
    lag = found.lag or 0
    cut = groups_at(weekly[kpi].to_numpy(), weekly[result].to_numpy(), calendar_of(list(weekly.index)), lag)
    groups = pd.DataFrame(
        {
            "group": _GROUPS[METRICS[kpi].unit is Unit.COUNT],
            "level": cut.level,
            "level_text": [f"about {level_of(kpi, value, currency)}" for value in cut.level],
            "value": cut.result,
            "lower": cut.lower,
            "upper": cut.upper,
            "text": [level_of(result, value, currency) for value in cut.result],
            "weeks": cut.weeks,
        }
    )
    return Lead(
        kpi=kpi,
        result=result,
        title=METRICS[kpi].label,
        sentence=sentence(kpi, result, found, float(weekly[kpi].mean()), currency),
        groups=groups,
        later=f"{METRICS[result].label} per week, {weeks_later(lag)}",
    )


def _opening(rows: pd.DataFrame, chosen: list[tuple[str, str]]) -> str:
    weeks = int(rows["weeks"].max())
    silent = [name for name, v in rows.groupby("leading")["verdict"] if set(v) <= {Verdict.NO_EVIDENCE}]
    if chosen:
        lags = sorted({_row(rows, *pair)["lag_weeks"] for pair in chosen})
        when = words.many(lags[0], "week") if len(lags) == 1 else f"{lags[0]} to {lags[-1]} weeks"
        known = _span_of([int(_row(rows, *pair)["weeks"]) for pair in chosen])
        first = f"What to look at today: {words.listed([named(kpi) for kpi, _ in chosen])}"
        it = "it" if len(chosen) == 1 else "they"
        rest = f"In the {known} weeks in which both are known, {it} moved {when} before the results did."
        if silent:
            rest += f" {words.many(len(silent), 'other KPI')} carried no information on what came later."
        return f"{first}. {rest}"
    if weeks < MIN_WEEKS:
        return f"Not enough weeks yet: {weeks} of {MIN_WEEKS}. Before that nothing honest can be said."
    return (
        f"Over {weeks} weeks, nothing you count is reliably followed by better results. "
        "That is an answer, too: none of these numbers has earned a fixed place in the weekly talk so far."
    )


def _span_of(weeks: Sequence[int]) -> str:
    """One number of weeks, or from how many to how many.

    >>> _span_of([81, 99, 81]), _span_of([81])
    ('81 to 99', '81')
    """
    return f"{min(weeks)}" if min(weeks) == max(weeks) else f"{min(weeks)} to {max(weeks)}"


def _row(rows: pd.DataFrame, kpi: str, result: str) -> pd.Series:
    return rows[(rows["leading"] == kpi) & (rows["lagging"] == result)].iloc[0]


def _cells(rows: pd.DataFrame, ranked: Sequence[str], whole: Board, currency: str | None) -> pd.DataFrame:
    """One row per pair in the order of the board."""
    place = {name: i for i, name in enumerate(ranked)}
    ordered = rows.sort_values("leading", key=lambda names: names.map(place), kind="stable", ignore_index=True)
    return pd.DataFrame(
        {
            "kpi": ordered["leading"],
            "result": ordered["lagging"],
            "kpi_label": [METRICS[name].label for name in ordered["leading"]],
            "result_label": [METRICS[name].label for name in ordered["lagging"]],
            "verdict": [str(v) for v in ordered["verdict"]],
            "lag": ordered["lag_weeks"],
            "text": [
                str(lag) if v in (Verdict.LEADS, Verdict.OTHER_WAY) else ""
                for lag, v in zip(ordered["lag_weeks"], ordered["verdict"], strict=True)
            ],
            "hover": [
                told(x, y, v, whole.found[x, y], float(np.nanmean(whole.weekly[x])), currency)
                for x, y, v in zip(ordered["leading"], ordered["lagging"], ordered["verdict"], strict=True)
            ],
            "p_value": ordered["p_value"],
            "q_value": ordered["q_value"],
            "strength": ordered["strength"],
            "weeks": ordered["weeks"],
        }
    )


def _talk(rows: pd.DataFrame, ranked: Sequence[str], weekly: pd.DataFrame) -> pd.DataFrame:
    """Which leading KPIs deserve a place in the weekly talk."""
    told_of, led = [], list[str]()
    for name in ranked:
        of_kpi = rows[rows["leading"] == name]
        verdict = _BEST_FIRST[min(_BEST_FIRST.index(v) for v in of_kpi["verdict"])]
        weeks = int(of_kpi.loc[of_kpi["verdict"] == verdict, "weeks"].iloc[0])
        evidence = _evidence(of_kpi, verdict)
        if verdict == Verdict.LEADS:
            same = _alike(name, led, weekly)
            evidence += f" Much the same weeks as {named(same)}." if same else ""
            led.append(name)
        told_of.append((name, PLACES[verdict], evidence, weeks))
    return _told_of(told_of, weekly)


def _last(results: Sequence[str], weekly: pd.DataFrame) -> pd.DataFrame:
    """The results themselves."""
    own = [name for name in results if METRICS[name].role is Role.LAGGING]
    why = "It can be read and no longer be changed."
    return _told_of([(name, RESULT, why, int(weekly[name].notna().sum())) for name in own], weekly)


def _told_of(told_of: Sequence[tuple[str, str, str, int]], weekly: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "label": [METRICS[name].label for name, *_ in told_of],
            "place": [place for _, place, *_ in told_of],
            "evidence": [evidence for *_, evidence, _ in told_of],
            "recent": [weekly[name].dropna().tail(_RECENT_WEEKS).round(4).tolist() for name, *_ in told_of],
            "weeks": [weeks for *_, weeks in told_of],
        }
    )


def _evidence(of_kpi: pd.DataFrame, verdict: Verdict) -> str:
    """In few words, over all results."""
    of_it = of_kpi[of_kpi["verdict"] == verdict]
    if verdict in (Verdict.LEADS, Verdict.OTHER_WAY):
        by_lag: dict[int, list[str]] = {}
        for result, lag in zip(of_it["lagging"], of_it["lag_weeks"], strict=True):
            by_lag.setdefault(int(lag), []).append(named(result))
        way = "Followed by" if verdict is Verdict.LEADS else "Followed by less good"
        return f"{way} {words.listed([f'{words.listed(names)} {weeks_later(lag)}' for lag, names in by_lag.items()])}."
    if verdict is Verdict.NOT_ENOUGH_WEEKS:
        return (
            f"{words.many(int(of_it['weeks'].max()), 'week')} known together with a result, or it happens too seldom."
        )
    return "Nothing shows that results follow it."


def _notes(rows: pd.DataFrame) -> tuple[str, ...]:
    weeks = int(rows["weeks"].max())
    said = [
        "Season, trend, holidays and the weeks just before are taken out first, and the whole board is judged at once, "
        "so that about one in ten of the leads shown may be chance. Followed by is not the same as caused by.",
        f"Whole weeks only, over all time, within the filters above.{_why_not_as_many(rows)}",
    ]
    if MIN_WEEKS <= weeks < SURE_WEEKS:
        rest = f"a weak link would be missed; from {SURE_WEEKS} on it would mostly be seen."
        said.append(f"With at most {weeks} weeks {rest}")
    return tuple(said)


def _why_not_as_many(rows: pd.DataFrame) -> str:
    """Why not all of the page speaks of as many weeks."""
    weeks = [int(n) for n in rows["weeks"]]
    if min(weeks) == max(weeks):
        return ""
    return (
        f" Each pair is looked at over the weeks in which both are known, {_span_of(weeks)} here: some figures begin "
        "later, and a share is known only in weeks that had cases."
    )
