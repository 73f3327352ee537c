"""What is known of every open deal on a day: where it stands, what it is worth, what was agreed and done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from kpi_engine.forecasting.calendar import day_of
from kpi_engine.forecasting.chances import sampled_one_in
from kpi_engine.forecasting.known import NEVER, History, day_number, known_at, load
from kpi_engine.forecasting.ledger import sizes_of, wins_of
from kpi_engine.forecasting.parts import names, rows_of
from kpi_engine.forecasting.slips import pushes_of
from kpi_engine.ingest.history import store_as_of
from kpi_engine.metrics.query import chances_as_seen
from kpi_engine.metrics.slice import Slice
from kpi_engine.model.contact_levels import is_decider
from kpi_engine.names import StageKind
from kpi_engine.storage.store import Session, load_sql

BIG = 0.8
"""A deal is big where its amount is among the top fifth of all open ones."""

MIN_BIG = 5
"""Of fewer open deals with an amount nobody can say which are the big ones."""


@dataclass(frozen=True)
class OpenWork:
    """``deals``: one row per open deal of the part that was asked for (see :func:`open_work`).

    What the store can tell at all: ``has_pushes`` (expected dates as they were before), ``has_activities`` (done, and
    linked to deals), ``has_levels`` (of the people met), ``has_deciders`` (one of these levels decides). ``big_from``:
    the amount from which a deal is big, over all open deals; None where there are too few.
    """

    deals: pd.DataFrame
    has_pushes: bool
    has_activities: bool
    has_levels: bool
    has_deciders: bool
    big_from: float | None


def open_work(session: Session, ask: Slice, as_of: date) -> OpenWork:
    """Every deal open at the end of a day, as it was known then.

    ``deals``: ``deal_id, deal_name, account, owner ('' for none), pipeline, stage; amount (nan), value (the amount,
    else the mean won amount of its product, else of its pipeline; nan where nobody knows one), is_estimated; chance,
    gain (in [0, 1]; see _ladder), next_stage; days_in_stage, days_open (nan); expected_close_date, pushes;
    delivery_date; is_step_told, next_step, next_step_date; last_contact, next_planned, meetings, decider_meetings``.
    Days are dates, or None.
    """
    newest = store_as_of(session) or as_of
    cutoff = day_number(as_of) + 1
    one_in = sampled_one_in(session, as_of)
    learned = load(session, one_in)
    history = learned if one_in == 1 else load(session, open_at=cutoff)
    known = known_at(history, cutoff)
    is_open = known.is_open
    row, deal = known.day[is_open], known.deal[is_open]
    # The amount EV counts on that day: what is at stake adds up to it.
    amount = history.amount[row]
    with_amount = amount[~np.isnan(amount)]
    owners = names(session, "owner")
    expected = known.expected[is_open]
    frame = pd.DataFrame(
        {
            "deal_id": history.deal_id[deal],
            "owner": [owners.get(int(key)) or "" for key in known.owner[is_open]],
            "pipeline": [history.pipelines[int(p)].name for p in known.pipeline[is_open]],
            "stage": [
                history.pipelines[int(p)].stages[int(s)]
                for p, s in zip(known.pipeline[is_open], known.state[is_open], strict=True)
            ],
            "product": history.product[deal],
            "amount": amount,
            # The day a deal comes into a stage is its first there; a cutoff is the day after.
            "days_in_stage": known.in_stage[is_open] - 1,
            "days_open": known.age[is_open] - 1,
            "expected_close_date": [day_of(int(day)) if day < NEVER else None for day in expected],
            "pushes": pushes_of(history)[row],
        }
    )
    frame = frame[rows_of(session, history, ask)[row]]
    values = {"as_of": as_of, "newest": newest, "is_newest": as_of >= newest}
    levels = [level for (level,) in session.rows(_sql("contact_levels"), values)]
    deciders = [level for level in levels if is_decider(level)]
    done = session.frame(_sql("worklist_activities"), values | {"levels": deciders})
    frame = frame.merge(session.frame(_sql("worklist_deals"), values), on="deal_id", how="left")
    frame = frame.merge(done, on="deal_id", how="left")
    frame = _told(_valued(frame, learned, cutoff)).merge(_ladder(session, as_of), on=["pipeline", "stage"], how="left")
    return OpenWork(
        deals=frame.sort_values("deal_id", ignore_index=True),
        has_pushes=bool(np.any(history.is_told & (history.expected < NEVER) & (history.day < cutoff))),
        has_activities=bool(done["last_done"].notna().any()),
        has_levels=bool(levels),
        has_deciders=bool(deciders),
        big_from=float(np.quantile(with_amount, BIG)) if len(with_amount) >= MIN_BIG else None,
    )


def _sql(name: str) -> str:
    return load_sql("kpi_engine.forecasting", name)


def _valued(frame: pd.DataFrame, learned: History, cutoff: int) -> pd.DataFrame:
    """The deals with what they are worth where they are won: their amount, else the mean won one known by then."""
    sizes = sizes_of(learned, wins_of(learned), np.array([cutoff]))
    places = zip(learned.pipeline.tolist(), learned.product, strict=True)
    mean = dict(zip(places, sizes.mean[0, sizes.product].tolist(), strict=True))
    by_pipeline = {p.name: (i, float(sizes.by_pipeline[0, i])) for i, p in enumerate(learned.pipelines)}
    typical = []
    for pipeline, product in zip(frame["pipeline"], frame["product"], strict=True):
        number, whole = by_pipeline.get(pipeline, (-1, 0.0))
        typical.append(mean.get((number, product), whole))
    is_estimated = frame["amount"].isna()
    guess = pd.Series(typical, index=frame.index, dtype="float64").replace(0.0, np.nan)
    return frame.assign(value=frame["amount"].where(~is_estimated, guess), is_estimated=is_estimated)


def _told(frame: pd.DataFrame) -> pd.DataFrame:
    """Days as dates, counts as whole numbers, and the last contact: the newest of what the export and the activities
    say."""
    days = ["delivery_date", "next_step_date", "last_activity_date", "last_done", "next_planned"]
    for name in days:
        frame[name] = pd.to_datetime(frame[name])
    last = frame[["last_activity_date", "last_done"]].max(axis=1)
    for name, found in {**{name: frame[name] for name in days}, "last_contact": last}.items():
        frame[name] = pd.Series(
            [None if pd.isna(day) else day.date() for day in found], index=frame.index, dtype="object"
        )
    for name in ("is_step_told", "is_last_told"):
        frame[name] = frame[name].fillna(False).astype(bool)
    for name in ("meetings", "decider_meetings"):
        frame[name] = frame[name].fillna(0).astype("int64")
    for name in ("deal_name", "account", "next_step"):
        frame[name] = frame[name].astype(object).where(frame[name].notna(), None)
    return frame.drop(columns=["last_activity_date", "last_done"])


def _ladder(session: Session, as_of: date) -> pd.DataFrame:
    """pipeline, stage, chance (in force on that day), next_stage (the next open one, else the won one; None for none)
    and gain: by how much the chance there is higher, never below nought."""
    sql = _sql("worklist_chances").format(chances=chances_as_seen(session, as_of))
    frame = session.frame(sql, {"chances_on": as_of})
    rows = []
    for pipeline, stages in frame.groupby("pipeline", sort=True):
        opens = stages[(stages["kind"] == StageKind.OPEN) & (stages["stage_order"] > 0)]
        unplaced = stages[(stages["kind"] == StageKind.OPEN) & (stages["stage_order"] <= 0)]
        won = stages[stages["kind"] == StageKind.WON].head(1)
        way = pd.concat([opens, won])
        steps = list(zip(way["stage"].astype(str), way["chance"].astype(float), strict=True))
        for i, (stage, chance) in enumerate(steps[: len(opens)]):
            is_last = i + 1 == len(steps)
            after, higher = (None, chance) if is_last else steps[i + 1]
            rows.append((pipeline, stage, chance, after, max(higher - chance, 0.0)))
        rows += [(pipeline, str(one.stage), float(one.chance), None, 0.0) for one in unplaced.itertuples()]
    return pd.DataFrame(rows, columns=["pipeline", "stage", "chance", "next_stage", "gain"]).astype(
        {"pipeline": object, "stage": object, "chance": "float64", "next_stage": object, "gain": "float64"}
    )
