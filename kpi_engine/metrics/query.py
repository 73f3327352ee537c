"""The one place that puts the SQL of KPIs together: identifiers from declarations, values bound."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import pandas as pd

from kpi_engine.ingest.history import past_day, store_as_of
from kpi_engine.metrics.computed import figure
from kpi_engine.metrics.dimensions import split_by
from kpi_engine.metrics.grains import STEP, Grain, first_day, shift
from kpi_engine.metrics.kinds import METRICS, Combined, Computed, Figure, Metric, Ratio, Simple, parts_of
from kpi_engine.metrics.registry import chosen
from kpi_engine.metrics.slice import Slice
from kpi_engine.metrics.status import combined, judged, ratio_of
from kpi_engine.names import Status
from kpi_engine.storage.store import Session, load_sql

ALL = Slice()

Judged = Literal["then", "today"]
"""By which qualification rule meetings are judged: the one in force on their day, or today's."""

_OWNERS = "left join key_owners as owners on owners.owner_key = days.owner_key"
_TEAMS = "left join key_teams as teams on teams.team_key = days.team_key"
_ATTRIBUTES = "left join key_attributes as attributes on attributes.attribute_key = days.attribute_key"

_OPEN_WORK: dict[str, tuple[str, str]] = {
    "owner": ("owners.owner", _OWNERS),
    "team": ("teams.team", _TEAMS),
    "segment": ("attributes.segment", _ATTRIBUTES),
    "source": ("attributes.source", _ATTRIBUTES),
    "product": ("attributes.product", _ATTRIBUTES),
    "pipeline": ("stages.pipeline", ""),
    "stage": ("stages.stage", ""),
}
"""Where the words of what is open stand: fct_pipeline_day as stocks read it, joined only as far as a question needs."""

_LATE_NAMES: dict[str, str] = {
    "owner": "left join key_owners as {name} on {name}.owner_key = running.{key}",
    "team": "left join key_teams as {name} on {name}.team_key = running.{key}",
}
"""Columns grouped by their number (0 for none), and named when the sums are made: there may be thousands of them."""


_EVIDENCE: dict[str, str] = {"open_deals": "sum(deals_change)"} | {
    f"open_{evidence}": f"sum(case when evidence = {code} then deals_change end)"
    for code, evidence in enumerate(("inferred", "snapshot", "history"))
}
"""What the open deals rest on (a plain sum over a case is a third cheaper here than a filtered one)."""


@dataclass(frozen=True)
class Span:
    """When: flows from ``since`` to ``until``, both included; stocks at ``at``. ``newest`` is how far the data reach;
    ``seen_at`` is the earlier day they are looked at from, None for the newest."""

    since: date | None
    until: date | None
    at: date | None
    newest: date | None
    seen_at: date | None
    rule: Judged = "then"


def measure(
    session: Session,
    names: Sequence[str] | None = None,
    ask: Slice = ALL,
    by: Sequence[str] = (),
    date_from: date | None = None,
    date_to: date | None = None,
    as_of: date | None = None,
    rule: Judged = "then",
) -> pd.DataFrame:
    """KPIs, one row per KPI and group.

    Parameters
    ----------
    names : KPI names; None for all listed ones that can be cut by ``by``.
    ask : which part of the business.
    by : dimension names, at most one of them a period (week, month, quarter, year: given by its first day, which
        follows the settings).
    date_from, date_to : bounds of flows, both included; None for all time. A stock is taken at ``date_to`` where that
        is before ``as_of``, and by period at the end of each.
    as_of : the date to look from; the newest import's where None. An earlier one hides what happened later: a deal
        counts by the state, owner and amount it had then.
    rule : by which qualification rule meetings are judged.

    Returns
    -------
    DataFrame of ``kpi, value (float64, nan where there is none), unit, n (int64), status, *by``. Groups that have no
    owner, team, … carry None. Periods in which nothing happened are there, with zeros. Cases without a date are in no
    period and in no span.

    Raises
    ------
    UnknownName
        An undeclared KPI or dimension, or one the KPI does not have.
    """
    metrics = chosen(names, by)
    columns, grain = split_by(by)
    newest = store_as_of(session)
    at = as_of or newest
    seen_at = past_day(session, at)
    span = Span(
        since=date_from,
        until=min(date_to or seen_at, seen_at) if seen_at else date_to,
        at=at if date_to is None or at is None else min(at, date_to),
        newest=newest,
        seen_at=seen_at,
        rule=rule,
    )
    known = _all_numbers(session, metrics, ask, columns, grain, span)
    frames = [known[m.name].assign(kpi=m.name, unit=m.unit.value) for m in metrics]
    order = ["kpi", "value", "unit", "n", "status", *dict.fromkeys(by)]
    if not frames:
        return pd.DataFrame(columns=order)
    frame = pd.concat(frames, ignore_index=True)
    for column in columns:
        frame[column] = frame[column].astype(object).where(frame[column] != "", None)
    return frame[order]


def _all_numbers(
    session: Session, metrics: Sequence[Metric], ask: Slice, columns: tuple[str, ...], grain: Grain | None, span: Span
) -> dict[str, pd.DataFrame]:
    """Every KPI asked for and all they stand on: name -> frame of the group columns, value, n, status."""
    keys = [*columns, *([grain] if grain else [])]
    wanted = _with_parts(metrics)
    simple = [m for m in wanted if isinstance(m, Simple)]
    known: dict[str, pd.DataFrame] = {}
    for model, time, is_stock in dict.fromkeys((m.model, m.time, m.is_stock) for m in simple):
        together = [m for m in simple if (m.model, m.time, m.is_stock) == (model, time, is_stock)]
        if not has_rows(session, model) or (is_stock and span.at is None):
            known |= {m.name: _nothing_known(keys) for m in together}
        elif is_stock:
            known |= _stocks(session, together, ask, columns, grain, span)
        else:
            known |= _flows(session, together, ask, columns, grain, span)
    for one in wanted:
        if isinstance(one, Computed):
            known[one.name] = _as_frame(figure(one, session, ask, span))
        elif isinstance(one, Ratio):
            known[one.name] = ratio_of(known[one.numerator], known[one.denominator], keys, one.min_n)
        elif isinstance(one, Combined):
            known[one.name] = combined([known[part] for part in one.parts], one.how, keys)
    return known


def _as_frame(found: Figure) -> pd.DataFrame:
    """A figure as the one row of a KPI without groups."""
    value = float("nan") if found.value is None else float(found.value)
    return pd.DataFrame({"value": [value], "n": [int(found.n)], "status": [Status(found.status).value]})


def _with_parts(metrics: Sequence[Metric]) -> list[Metric]:
    """The KPIs and all they stand on, each once, parts before what is made of them (the order of declaration)."""
    wanted: set[str] = set()
    waiting = [m.name for m in metrics]
    while waiting:
        name = waiting.pop()
        if name not in wanted:
            wanted.add(name)
            waiting.extend(parts_of(METRICS[name]))
    return [m for m in METRICS.values() if m.name in wanted]


def has_rows(session: Session, model: str) -> bool:
    """Whether a fact table holds anything."""
    any_row = load_sql("kpi_engine.metrics", "any_row").format(model=model)
    return session.value(any_row) is not None


def _nothing_known(keys: Sequence[str]) -> pd.DataFrame:
    """What is said of a KPI when nothing was imported that it could be made from: one row, or none by group."""
    rows = 0 if keys else 1
    frame = pd.DataFrame({"value": [float("nan")], "n": [0], "status": [Status.NO_DATA.value]}).head(rows)
    return frame.assign(**dict.fromkeys(keys))


def _flows(
    session: Session, metrics: Sequence[Simple], ask: Slice, columns: tuple[str, ...], grain: Grain | None, span: Span
) -> dict[str, pd.DataFrame]:
    """What happened between two dates, for KPIs of one fact table and date column."""
    time = metrics[0].time
    is_bounded = span.since is not None or span.until is not None or grain is not None
    sql = load_sql("kpi_engine.metrics", "flow").format(
        dimensions=_listed(f"coalesce({column}, '') as d{i}" for i, column in enumerate(columns)),
        start_of_period=first_day(grain, time) if grain else "null::date",
        dated=f"{time} is not null" if is_bounded else "true",
        time=time,
        model=_as_seen(metrics[0].model, span),
        condition=ask.condition(),
        groups=_listed(f"d{i}" for i in range(len(columns))),
        sums=_joined(
            f"{aggregate} filter (where {m.where}) as {letter}{i}"
            for i, m in enumerate(metrics)
            for letter, aggregate in _aggregates(m)
        ),
        undated=_joined(f"count(*) filter (where {m.where}) as w{i}" for i, m in enumerate(metrics)),
        calendar=_calendar("calendar_flow", grain, time) if grain else "select null::date as period_start",
        every_group=_every_group([f"d{i}" for i in range(len(columns))], "happened"),
        grid_groups=_listed(f"every_group.d{i}" for i in range(len(columns))),
        results=_joined(
            [f"{letter}{i}" for i in range(len(metrics)) for letter in "vnu"]
            + [f"{f'w{i}' if is_bounded else '0'} as w{i}" for i in range(len(metrics))]
        ),
        same_group="".join(f" and every_group.d{i} = numbers.d{i}" for i in range(len(columns))),
        same_group_undated="".join(f" and every_group.d{i} = without_date.d{i}" for i in range(len(columns))),
        order=_joined([*(f"every_group.d{i}" for i in range(len(columns))), "period_start"]),
    )
    values: dict[str, object] = {"since": span.since, "until": span.until, "at": span.seen_at}
    frame = session.frame(sql, values | {"shift": shift(session, grain)} | ask.values())
    return {m.name: judged(_groups(frame, columns, grain), frame, i, m.min_n) for i, m in enumerate(metrics)}


_DEALS_THEN = f"({load_sql('kpi_engine.metrics', 'deals_at')})"


def deals_as_seen(session: Session, at: date) -> str:
    """What to read deals from at a day: fct_deals, or a query of what it was then, run with ``at`` bound."""
    return _DEALS_THEN if past_day(session, at) else "fct_deals"


def _as_seen(model: str, span: Span) -> str:
    """A fact table, or what it was on the earlier day it is looked at from. Activities change nothing once noted; their
    meetings may be judged by today's rule."""
    if model == "fct_activities" and span.rule == "today":
        return f"({load_sql('kpi_engine.metrics', 'judged_by_todays_rule')}) as {model}"
    if span.seen_at is None or model != "fct_deals":
        return model
    return f"{_DEALS_THEN} as {model}"


def relation(session: Session, model: str, as_of: date | None, rule: Judged) -> tuple[str, dict[str, object]]:
    """What flows of a fact table are read from, and the values to bind with it: the table, or what it was on an earlier
    day, with the meetings judged by ``rule``."""
    seen_at = past_day(session, as_of)
    return _as_seen(model, Span(None, None, None, store_as_of(session), seen_at, rule)), {"at": seen_at}


def _stocks(
    session: Session, metrics: Sequence[Simple], ask: Slice, columns: tuple[str, ...], grain: Grain | None, span: Span
) -> dict[str, pd.DataFrame]:
    """What was there at the end of each period, or at one date."""
    frame = stock_frame(
        session,
        metrics,
        ask,
        columns,
        grain,
        span.since if grain else None,
        span.at,
        dated_only=grain is not None,
        chances_on=span.seen_at,
    )
    is_past = pd.to_datetime(frame["period_end"]) < pd.Timestamp(span.newest) if span.newest else False
    is_inferred = (frame["open_inferred"] * 2 > frame["open_deals"]) & is_past
    groups = _groups(frame, columns, grain)
    frame = frame.assign(**{f"w{i}": 0 for i in range(len(metrics))})
    return {m.name: judged(groups, frame, i, m.min_n, is_inferred) for i, m in enumerate(metrics)}


def stock_frame(
    session: Session,
    metrics: Sequence[Simple],
    ask: Slice,
    columns: Sequence[str],
    grain: Grain | None,
    since: date | None,
    until: date | None,
    *,
    dated_only: bool,
    is_exact: bool = False,
    chances_on: date | None = None,
) -> pd.DataFrame:
    """Stocks at the ends of periods up to ``until``, at the win chances in force on ``chances_on`` (None: today's).

    Returns a frame of ``d0 … dN`` (one per column; '' for none), ``period_start, period_end``, for each metric
    ``v<i>, n<i>, u<i>`` (value, known and unknown cases) and ``open_deals, open_inferred, open_snapshot,
    open_history``. Values are float64, or Decimal where ``is_exact``.
    """
    wanted = {f"{letter}{i}": expr for i, m in enumerate(metrics) for letter, expr in _aggregates(m)} | _EVIDENCE
    kinds = {name: "decimal(38, 8)" if is_exact else "double" for name in wanted if name.startswith("v")}
    # KPIs share sums (open deals are counted by many of them): each is made once, and given all its names at the end.
    sums = {expr: f"s{j}" for j, expr in enumerate(dict.fromkeys(wanted.values()))}
    counted = {expr for name, expr in wanted.items() if name not in kinds}
    late = [column for column in columns if column in _LATE_NAMES]
    joined = [_OPEN_WORK[column][1] for column in (*ask.cut_columns, *columns) if column not in late]
    joined += [_OPEN_WORK[column][1] for column in late if column in ask.cut_columns]
    keys = [f"k{i}" for i in range(len(columns))]
    # Where nothing is asked of owner, team or attributes, the days of all of them are added up before anything else.
    is_together = not any(joined) and not late
    sql = load_sql("kpi_engine.metrics", "stock").format(
        first=f"stage_days as (\n{load_sql('kpi_engine.metrics', 'stage_days')}),\n" if is_together else "",
        days="stage_days" if is_together else "open_days",
        keys=_listed(
            f"coalesce(days.{column}_key, 0) as k{i}"
            if column in late
            else f"coalesce({_OPEN_WORK[column][0]}, '') as k{i}"
            for i, column in enumerate(columns)
        ),
        joins=" ".join(dict.fromkeys(joined)),
        dimensions=_listed(
            f"coalesce(name{i}.{column}, '') as d{i}" if column in late else f"k{i} as d{i}"
            for i, column in enumerate(columns)
        ),
        names=" ".join(
            _LATE_NAMES[column].format(name=f"name{i}", key=f"k{i}")
            for i, column in enumerate(columns)
            if column in late
        ),
        chances=_chances(chances_on),
        period_start=first_day(grain, "change_date") if grain else "$until::date",
        condition=ask.condition({column: place for column, (place, _) in _OPEN_WORK.items()}),
        # Counts are narrow: running sums of them cost half of what wide ones do.
        sums=_joined(f"{expr}{'::bigint' if expr in counted else ''} as {name}" for expr, name in sums.items()),
        calendar=_calendar("calendar_periods" if grain else "calendar_none", grain, "change_date"),
        every_group=_every_group(keys, "by_key"),
        grid_groups=_listed(f"every_group.{key}" for key in keys),
        running=_joined(f"coalesce(sum(by_key.{name}) over so_far, 0) as {name}" for name in sums.values()),
        same_group="".join(f" and every_group.{key} = by_key.{key}" for key in keys),
        partition="partition by " + _joined(f"every_group.{key}" for key in keys) if columns else "",
        results=_joined(f"{sums[expr]}::{kinds.get(name, 'bigint')} as {name}" for name, expr in wanted.items()),
        order=_joined([*(f"d{i}" for i in range(len(columns))), "period_end"]),
    )
    values: dict[str, object] = {
        "since": since,
        "until": until,
        "dated_only": dated_only,
        "chances_on": chances_on,
    }
    values |= ask.values() | {"shift": shift(session, grain)}
    return session.arrow(sql, values).to_pandas() if is_exact else session.frame(sql, values)


def chances_as_seen(session: Session, at: date) -> str:
    """What to read win chances from at a day: the table in force on it, run with ``chances_on`` bound to the day."""
    return _chances(past_day(session, at))


def _chances(day: date | None) -> str:
    """The table of win chances: today's, or the one in force on an earlier day."""
    return "dim_stage_probability" if day is None else f"({load_sql('kpi_engine.metrics', 'chances_on')})"


def narrowed(ask: Slice) -> tuple[str, str]:
    """A slice over a relation in small numbers called ``days``, with key_stages joined as ``stages``: the condition,
    and the further joins it needs."""
    joins = " ".join(dict.fromkeys(_OPEN_WORK[column][1] for column in ask.cut_columns))
    return ask.condition({column: place for column, (place, _) in _OPEN_WORK.items()}), joins


def _aggregates(metric: Simple) -> tuple[tuple[str, str], ...]:
    """The three numbers of a KPI by letter: value, known cases, unknown cases."""
    return (("v", metric.expr), ("n", metric.n), ("u", metric.unknown or "sum(0)"))


def _groups(frame: pd.DataFrame, columns: Sequence[str], grain: Grain | None) -> pd.DataFrame:
    """The group columns under the names they were asked by."""
    groups = pd.DataFrame(index=frame.index)
    for i, column in enumerate(columns):
        groups[column] = frame[f"d{i}"]
    if grain is not None:
        groups[grain] = as_dates(frame["period_start"])
    return groups


def as_dates(days: pd.Series) -> pd.Series:
    """Days as Python dates. A few periods repeat over many groups: each is turned into a date once."""
    distinct = pd.Series(days.unique())
    return days.map(dict(zip(distinct, pd.to_datetime(distinct).dt.date, strict=True))).astype(object)


def _calendar(name: str, grain: Grain | None, time: str) -> str:
    """The periods, as the inside of a CTE."""
    sql = load_sql("kpi_engine.metrics", name)
    if grain is None:
        return sql
    first = first_day(grain, f"coalesce($since::date, (select min({time}) from happened where is_inside))")
    return sql.format(first=first, step=STEP[grain], time=time)


def _every_group(keys: Sequence[str], relation: str) -> str:
    """All groups there are; the one group of everything, also when there is nothing in it."""
    return f"select distinct {_joined(keys)} from {relation}" if keys else "select true as is_group"


def _joined(parts: Iterable[str]) -> str:
    return ", ".join(parts)


def _listed(parts: Iterable[str]) -> str:
    """Columns for the start of a select list: each followed by a comma, so that none at all reads well too."""
    return "".join(f"{part}, " for part in parts)
