"""From stage to stage: how many deals go on, how many are won, how long they stay, and where they get stuck.

Open deals are neither lost nor dropped: each counts for as long as it was watched (see
:mod:`kpi_engine.stats.survival`). The plain share of those that have ended stands beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

import numpy as np
import pandas as pd

from kpi_engine.errors import UnknownName
from kpi_engine.ingest.history import store_as_of
from kpi_engine.metrics.grains import first_day, shift
from kpi_engine.metrics.slice import Slice
from kpi_engine.model.settings import read_settings
from kpi_engine.names import Status
from kpi_engine.periods import fiscal_quarter
from kpi_engine.stats.survival import incidence, interval
from kpi_engine.storage.store import Session, load_sql

By = Literal["cohort", "segment", "source", "owner"]

MIN_ENDED = 5
"""Below so many deals that went on or ended, a share says more about chance than about selling."""

MIN_AT_RISK = 5
"""Where deals were there before the data began, the estimate starts when so many are being watched."""

HEAVIEST = 0.05
"""No single deal settles more than this (or twice its plain part): the estimate ends before."""

LATE_START = 7
"""Days. Where nobody was watched from the start, what happened before is not known: then no share is given."""

LOW, HIGH = 0.1, 0.9
"""The range of days in stage that holds eight deals of ten."""

_PACKAGE = "kpi_engine.forecasting"
_COLUMNS: dict[str, tuple[str, str, str]] = {
    "segment": ("segment", "attribute_key", "key_attributes"),
    "source": ("source", "attribute_key", "key_attributes"),
    "owner": ("owner", "owner_key", "key_owners"),
}
_WORDS = {
    "owner": ("owners.owner", "left join key_owners as owners on owners.owner_key = now.owner_key"),
    "team": ("teams.team", "left join key_teams as teams on teams.team_key = now.team_key"),
    "segment": ("attributes.segment", "left join key_attributes as attributes using (attribute_key)"),
    "source": ("attributes.source", "left join key_attributes as attributes using (attribute_key)"),
    "product": ("attributes.product", "left join key_attributes as attributes using (attribute_key)"),
    "pipeline": (
        "pipelines.pipeline",
        "left join (select distinct pipeline_key, pipeline from places) as pipelines "
        "on pipelines.pipeline_key = ends.pipeline_key",
    ),
}


@dataclass(frozen=True)
class Share:
    """A share with its 80 % interval. ``value``, ``lower``, ``upper`` are None where the status says why; ``n`` is how
    many deals were watched, ``ended`` for how many of them it was settled, ``days`` the age up to which it holds, and
    ``waiting`` the share for which nothing had happened by then. ``plain`` is the share of the settled ones alone."""

    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    n: int = 0
    ended: int = 0
    days: int | None = None
    waiting: float | None = None
    plain: float | None = None
    status: Status = Status.NO_DATA


@dataclass(frozen=True)
class Days:
    """How long deals stay: ``median`` and the range of eight in ten, None where that many have not left by ``seen``
    days, the longest stay there is; ``n`` stays, of which ``ended`` are over."""

    median: int | None = None
    low: int | None = None
    high: int | None = None
    n: int = 0
    ended: int = 0
    seen: int | None = None
    status: Status = Status.NO_DATA


def milestones(
    session: Session, ask: Slice | None = None, as_of: date | None = None, by: By | None = None
) -> pd.DataFrame:
    """How deals fared at each stage of each pipeline, in order; first, as stage_order 0, all deals from their creation.

    Parameters
    ----------
    ask : which part of the business; all where None.
    as_of : the last day whose events are known; the newest import's where None.
    by : cut by the (fiscal) quarter in which a deal reached the stage (cohort), or by segment, source or owner,
        alphabetically.

    Returns
    -------
    DataFrame, one row per pipeline, group and stage:

    - ``pipeline, group`` (None without ``by``; a cohort as ``2025-Q1`` or ``FY2025-Q1``; '' for none), ``stage``
      ('' for all deals), ``stage_order, kind, milestone``;
    - counts: ``reached`` = ``won + lost + open + gone`` as they stand at ``as_of`` (gone: no end is known);
      ``moved_on`` to any later stage; ``skipped``: passed over without being in it; ``moved_back`` from here to an
      earlier one (both nan by cohort);
    - ``to_next_*`` and ``to_won_*``: the fields of :class:`Share`; ``days_*``: the fields of :class:`Days`.

    A deal counts at each stage it was in, in the pipeline it is in now; a lost one thus up to the furthest it reached.
    Where the way of most ended deals is not known (no stage history), shares and days by stage are None and their
    status is inferred.

    Raises
    ------
    UnknownName
        A cut that is none of the above.
    """
    if by is not None and by not in get_args(By):
        raise UnknownName.of("cut", by, get_args(By))
    day = as_of or store_as_of(session)
    stages = session.frame(_with_places("milestone_stages"))
    if day is None or stages.empty:
        return _frame([])
    values = {"as_of": day, "shift": shift(session, "quarter")} | (ask or Slice()).values()
    evidence = session.frame(_evidence_sql(ask or Slice(), by), values)
    evidence = _named(session, evidence, by)
    rows = []
    for pipeline_key, mine in evidence.groupby("pipeline_key", sort=True):
        own = stages[stages["pipeline_key"] == pipeline_key]
        rows += _pipeline(mine, own, by)
    return _frame(sorted(rows, key=_in_order))


def went_on(session: Session, as_of: date) -> dict[tuple[str, str], Cases]:
    """Of all deals that were in a stage of a pipeline: when they went on to a later one (state ``next``), ended there
    (``ended``), or for how long they have been watched. By (pipeline, stage); where the way of most deals is not known
    the entries are inferred.
    """
    stages = session.frame(_with_places("milestone_stages"))
    if stages.empty:
        return {}
    values = {"as_of": as_of, "shift": shift(session, "quarter")} | Slice().values()
    evidence = session.frame(_evidence_sql(Slice(), None), values)
    mine = evidence[evidence["what"] == _WHAT.index("next")]
    named = {int(row.stage_key): (str(row.pipeline), str(row.stage)) for row in stages.itertuples()}
    return {
        named[int(key)]: Cases.of(cases) for key, cases in mine.groupby("stage_key", sort=False) if int(key) in named
    }


def _in_order(row: dict[str, object]) -> tuple[object, ...]:
    """By pipeline, then group by name, then stage as deals go through them."""
    return row["pipeline"], str(row["group"] or "").casefold(), row["group"] or "", row["stage_order"]


def _with_places(name: str, **parts: str) -> str:
    return load_sql(_PACKAGE, name).format(places=load_sql(_PACKAGE, "milestone_places"), **parts)


def _evidence_sql(ask: Slice, by: By | None) -> str:
    """The one query: how deals fared, by small numbers."""
    joins = [_WORDS[column][1] for column in ask.cut_columns]
    deal_cut, reached_cut, stay_cut = "0", "cut_key", "deals.cut_key"
    cuts = "select 0 as key, '' as name, 0 as cut_key"
    if by == "cohort":
        deal_cut, reached_cut, stay_cut = map(
            _quarter_of, ("ends.begun_date", "reached_date", "stays.entered_at::date")
        )
    elif by is not None:
        _, key, _ = _COLUMNS[by]
        cuts = _cuts_sql(by)
        joins.append(f"left join cuts on cuts.key = now.{key}")
        deal_cut = "coalesce(cuts.cut_key, 0)"
    return _with_places(
        "milestone_evidence",
        cuts=cuts,
        stays=load_sql(_PACKAGE, "milestone_stays"),
        ends=load_sql(_PACKAGE, "milestone_ends"),
        deals=load_sql(_PACKAGE, "milestone_deals").format(
            cut=deal_cut,
            joins=" ".join(dict.fromkeys(joins)),
            condition=ask.condition({column: place for column, (place, _) in _WORDS.items()}),
        ),
        reached=load_sql(_PACKAGE, "milestone_reached"),
        reached_cut=reached_cut,
        begun_cut="cut_key",
        stay_cut=stay_cut,
    )


def _quarter_of(day: str) -> str:
    """SQL for the quarter a day is in, as the team counts quarters: its first month, counted from year nought."""
    first = first_day("quarter", day)
    return f"(year({first}) * 12 + month({first}) - 1)::bigint"


def _cuts_sql(by: By) -> str:
    column, key, table = _COLUMNS[by]
    return load_sql(_PACKAGE, "milestone_cuts").format(column=column, key=key, table=table)


def _named(session: Session, evidence: pd.DataFrame, by: By | None) -> pd.DataFrame:
    """The evidence with the cut in words, as ``group``; '' for deals that have none."""
    if by is None:
        return evidence.assign(group=None)
    if by == "cohort":
        start_month = read_settings(session).fiscal_year_start_month
        days = {key: date(int(key) // 12, int(key) % 12 + 1, 1) for key in evidence["cut_key"].unique()}
        labels = {key: fiscal_quarter(day, start_month).label for key, day in days.items()}
        return evidence.assign(group=evidence["cut_key"].map(labels))
    words = session.frame(_cuts_sql(by)).drop_duplicates("cut_key").set_index("cut_key")["name"]
    return evidence.assign(group=evidence["cut_key"].map(words).fillna(""))


def _pipeline(evidence: pd.DataFrame, stages: pd.DataFrame, by: By | None) -> list[dict[str, object]]:
    """The rows of one pipeline."""
    ended = evidence[(evidence["what"] == _WHAT.index("end")) & (evidence["stage_key"] == 0) & (evidence["state"] > 0)]
    is_way_known = ended.loc[ended["is_unplaced"], "n"].sum() * 2 <= ended["n"].sum()
    name = str(stages["pipeline"].iloc[0])
    stages = stages[stages["kind"].isin(_ON_THE_WAY) & (stages["stage_order"] > 0)]
    places = {0: ("", 0, "open", None)} | {
        int(key): (str(stage), int(order), str(kind), milestone)
        for key, stage, order, kind, milestone in stages[
            ["stage_key", "stage", "stage_order", "kind", "milestone"]
        ].itertuples(index=False)
    }
    last = max(order for _, order, _, _ in places.values())
    rows = []
    for group, cut in evidence.groupby("group", sort=True, dropna=False):
        told = {
            (int(key), _WHAT[int(what)]): Cases.of(cases)
            for (key, what), cases in cut.groupby(["stage_key", "what"], sort=False)
        }
        for key, place in places.items():
            if by is None or (key, "end") in told:
                mine = {what: told.get((key, what), _NONE) for what in _WHAT}
                if place[1] == last:
                    mine["next"] = _NONE
                said = _stage(mine, is_way_known or key == 0, by)
                stage, order, kind, milestone = place
                rows.append(
                    {"pipeline": name, "group": group if by else None, "stage": stage, "stage_order": order,
                     "kind": kind, "milestone": milestone} | said
                )  # fmt: skip
    return rows


_ON_THE_WAY = ("open", "won", "paid")
_WHAT = ("next", "end", "stay", "passed", "back")
_STATES = ("open", "won", "lost", "gone", "next", "ended", "left")
"""The words for the numbers of milestone_evidence.sql."""


@dataclass(frozen=True)
class Cases:
    """Evidence of one stage and kind: arrays of one length."""

    state: np.ndarray
    age: np.ndarray
    entry: np.ndarray
    n: np.ndarray
    is_inferred: np.ndarray

    @classmethod
    def of(cls, frame: pd.DataFrame) -> Cases:
        """The cases of a frame with these columns, one row each."""
        return cls(*(frame[name].to_numpy() for name in ("state", "age", "entry", "n", "is_inferred")))

    def are(self, *states: str) -> np.ndarray:
        """Which cases are in one of these states."""
        return np.isin(self.state, [_STATES.index(state) for state in states])

    def count(self, *states: str) -> int:
        """How many are in one of these states; all where none is named."""
        return int(self.n[self.are(*states)].sum() if states else self.n.sum())

    def dated(self) -> tuple[Cases, bool]:
        """Those whose entry has a date, and whether it is inferred: those with evidence alone, where they are at least
        half of them."""
        has_age = self.age >= 0
        told = has_age & ~self.is_inferred.astype(bool)
        is_inferred = bool(self.n[told].sum() * 2 < self.n[has_age].sum())
        kept = has_age if is_inferred else told
        return Cases(*(values[kept] for values in vars(self).values())), is_inferred


_NONE = Cases(*(np.empty(0, dtype=np.int64) for _ in range(5)))


def _stage(told: dict[str, Cases], is_way_known: bool, by: By | None) -> dict[str, object]:
    """What is said of one stage."""
    end, detour = told["end"], float("nan") if by == "cohort" else None
    said: dict[str, object] = {
        "reached": end.count(),
        "moved_on": told["next"].count("next"),
        **{state: end.count(state) for state in ("won", "lost", "open", "gone")},
        "skipped": told["passed"].count() if detour is None else detour,
        "moved_back": told["back"].count() if detour is None else detour,
    }
    shares = {
        "to_next": share(told["next"], "next", ("ended",), is_way_known),
        "to_won": share(end, "won", ("lost",), is_way_known),
        "days": days_in_stage(told["stay"], is_way_known),
    }
    return said | {f"{name}_{field}": value for name, one in shares.items() for field, value in vars(one).items()}


def share(cases: Cases, good: str, bad: Sequence[str], is_way_known: bool = True) -> Share:
    """The share of cases that come to be ``good`` rather than ``bad``, with those still open watched as long as they
    were."""
    used, is_inferred = cases.dated()
    cause = np.select([used.are(good), used.are(*bad)], [1, 2], 0)
    n, ended = int(used.n.sum()), int(used.n[cause > 0].sum())
    settled = cases.count(good, *bad)
    plain = cases.count(good) / settled if settled >= MIN_ENDED and is_way_known else None
    if not is_way_known:
        return Share(n=n, ended=ended, status=Status.INFERRED)
    if n == 0:
        return Share()
    if ended < MIN_ENDED:
        return Share(n=n, ended=ended, status=Status.TOO_FEW)
    found = incidence(used.age, cause, used.n, used.entry, n_causes=2, least_at_risk=MIN_AT_RISK)
    if found.since > LATE_START or not found.ages.size:
        return Share(n=n, ended=ended, plain=plain)
    until = found.last_age(max(HEAVIEST, 2 / n))
    if until is None:
        return Share(n=n, ended=ended, plain=plain, status=Status.TOO_FEW)
    value, variance = found.by(1, until)
    lower, upper = interval(value, variance, ended)
    status = Status.INFERRED if is_inferred else Status.OK
    return Share(value, lower, upper, n, ended, until, found.waiting(until), plain, status)


def days_in_stage(cases: Cases, is_way_known: bool = True) -> Days:
    """How long deals stay, those that are still there counted for as long as they have been."""
    used, is_inferred = cases.dated()
    n, ended = int(used.n.sum()), used.count("left")
    if not is_way_known:
        return Days(n=n, ended=ended, status=Status.INFERRED)
    if n == 0:
        return Days()
    seen = int(used.age.max())
    if ended < MIN_ENDED:
        return Days(n=n, ended=ended, seen=seen, status=Status.TOO_FEW)
    cause = used.are("left").astype(np.int64)
    found = incidence(used.age, cause, used.n, used.entry, least_at_risk=MIN_AT_RISK)
    if found.since > LATE_START or not found.ages.size:
        return Days(n=n, ended=ended, seen=seen)
    median, low, high = (found.quantile(part) for part in (0.5, LOW, HIGH))
    return Days(median, low, high, n, ended, seen, Status.INFERRED if is_inferred else Status.OK)


_PLACE = ("pipeline", "group", "stage", "stage_order", "kind", "milestone")
_COUNTS = ("reached", "moved_on", "won", "lost", "open", "gone", "skipped", "moved_back")
COLUMNS = (
    *_PLACE,
    *_COUNTS,
    *(f"{name}_{field}" for name in ("to_next", "to_won") for field in vars(Share())),
    *(f"days_{field}" for field in vars(Days())),
)
"""The columns of :func:`milestones`, in order."""


def _frame(rows: list[dict[str, object]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    words = [*_PLACE, *(name for name in COLUMNS if name.endswith("_status"))]
    numbers = [name for name in COLUMNS if name not in words]
    frame[numbers] = frame[numbers].apply(pd.to_numeric, errors="raise").astype(float)
    whole = [n for n in numbers if n in _COUNTS[:6] or n.endswith(("_n", "_ended"))]
    frame[whole] = frame[whole].astype("int64")
    frame["stage_order"] = frame["stage_order"].astype("int64")
    return frame
