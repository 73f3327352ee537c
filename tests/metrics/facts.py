"""Fact tables for tests, made without an import: the columns as the model builds them, filled from a few
dictionaries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import pandas as pd
import pyarrow as pa

from kpi_engine.storage.store import Session, Store

_CUTS = "owner varchar, team varchar, pipeline varchar, segment varchar, source varchar, product varchar"
_STATE = f"{_CUTS}, stage varchar"

COLUMNS: dict[str, str] = {
    "fct_pipeline_day": f"change_date date, {_STATE}, evidence varchar, is_undated boolean, "
    "amount_change decimal(18, 2), deals_change integer, deals_without_amount_change integer",
    "fct_changes": f"deal_id varchar, change_date date, left_date date, {_STATE}, kind varchar, amount decimal(18, 2), "
    "expected_close_date date, evidence varchar, is_undated boolean, prev_owner varchar, prev_team varchar, "
    "prev_pipeline varchar, prev_stage varchar, prev_kind varchar, prev_amount decimal(18, 2), "
    "prev_expected_close_date date, prev_segment varchar, prev_source varchar, prev_product varchar",
    "fct_transitions": "deal_id varchar, sequence integer, entered_date date, stage varchar, kind varchar",
    "fct_deals": f"deal_id varchar, deal_name varchar, account varchar, {_STATE}, kind varchar, status varchar, "
    "amount decimal(18, 2), created_date date, expected_close_date date, closed_date date, delivery_date date, "
    "cycle_days integer, is_undated boolean, evidence varchar, crm_probability double",
    "fct_activities": f"activity_id varchar, {_CUTS}, activity_type varchar, occurred_date date, outcome varchar, "
    "qualification varchar, is_done boolean, is_due boolean, is_inbound boolean, is_reached boolean, "
    "is_success boolean, touches varchar, minutes double, qualification_today varchar, deal_id varchar, "
    "contact_level varchar",
    "fct_contacts": f"contact_id varchar, name varchar, account varchar, {_CUTS}, level varchar, is_executive boolean, "
    "created_date date",
    "dim_stage_probability": "pipeline varchar, stage varchar, probability decimal(9, 6), source varchar, n bigint",
    "fct_steps": "deal_key integer, sequence integer, step_date date, had tinyint, has tinyint, is_lost boolean, "
    f"{_CUTS}",
    "fct_stays": f"deal_key integer, sequence integer, entered_date date, left_date date, days integer, {_STATE}, "
    "evidence varchar",
    "fct_expected_dates": f"deal_key integer, change_date date, expected_close_date date, slipped_date date, "
    f"pushed_date date, is_told boolean, {_STATE}, amount decimal(18, 2)",
    "fct_targets": "owner varchar, kpi varchar, period varchar, period_start date, period_end date, "
    "target decimal(18, 2)",
    "dim_owners": "owner varchar, team varchar",
    "dim_stage_probability_history": "pipeline varchar, stage varchar, probability decimal(9, 6), source varchar, "
    "n bigint, valid_from date, valid_to date",
    "dim_stages": "pipeline varchar, stage varchar, stage_order integer, kind varchar, milestone varchar, "
    "crm_probability double",
    "key_deals": "deal_key integer, deal_id varchar",
    "key_stages": "stage_key integer, pipeline varchar, stage varchar, stage_order integer",
    "deal_days": "deal_key integer, change_date date, left_date date, stage_key integer, kind_code tinyint, "
    "amount decimal(18, 2), expected_close_date date, owner_key integer, team_key integer, evidence tinyint, "
    "is_undated boolean",
    "deal_known": "deal_key integer, seen_since date, amount_since date, owner_since date, expected_since date",
    "raw_deals": "import_id bigint, line bigint, deal_id varchar, next_step varchar, next_step_date date, "
    "last_activity_at timestamp",
}

ONLY_WHERE_GIVEN = ("key_deals", "key_stages", "deal_days", "deal_known", "raw_deals")
"""Left as the store has them where nothing is said of them: other facts are views over some."""


def declared(table: str) -> list[tuple[str, str]]:
    """(column, type) of a fact table."""
    types = COLUMNS[table].replace("(18, 2)", "(18;2)").replace("(9, 6)", "(9;6)").split(", ")
    return [(part.split(" ")[0], part.split(" ")[1].replace(";", ", ")) for part in types]


def fill(session: Session, table: str, rows: Iterable[Mapping[str, object]], into: str | None = None) -> None:
    """Put rows into a fact table (or one of its columns, ``into``); a column that a row does not give is NULL."""
    rows = list(rows)
    if not rows:
        return
    names = [name for name, _ in declared(table)]
    unknown = {key for row in rows for key in row} - set(names)
    assert not unknown, f"{table} has no {unknown}"
    lent = pa.table({name: pa.array([_text(row.get(name)) for row in rows], pa.string()) for name in names})
    with session.lent("lent_rows", lent):
        casts = ", ".join(f"{name}::{kind}" for name, kind in declared(table))
        session.run(f"insert into {into or table} select {casts} from lent_rows")  # noqa: S608 (names from this file)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


_KEYS = (
    "insert into key_stages select row_number() over (), pipeline, stage, 0 "
    "from (select distinct pipeline, stage from given)",
    "insert into key_owners select row_number() over (), owner from (select distinct owner from given)",
    "insert into key_teams select row_number() over (), team from (select distinct team from given)",
    "insert into key_attributes select row_number() over (), segment, source, product "
    "from (select distinct segment, source, product from given)",
    """insert into open_days
    select given.change_date, o.owner_key, t.team_key, a.attribute_key, s.stage_key,
        case given.evidence when 'inferred' then 0 when 'snapshot' then 1 when 'history' then 2 end,
        given.is_undated, given.amount_change, given.deals_change, given.deals_without_amount_change
    from given
    inner join key_stages as s on s.pipeline is not distinct from given.pipeline and s.stage = given.stage
    inner join key_owners as o on o.owner is not distinct from given.owner
    inner join key_teams as t on t.team is not distinct from given.team
    inner join key_attributes as a on a.segment is not distinct from given.segment
        and a.source is not distinct from given.source and a.product is not distinct from given.product""",
    "drop table given",
)


ALWAYS = "0001-01-01"
"""The first day of a win chance that was always in force."""


def with_history(facts: Mapping[str, Sequence[Mapping[str, object]]]) -> Mapping[str, Sequence[Mapping[str, object]]]:
    """The facts, with win chances that were always what they are where nothing is said of how they came about."""
    if "dim_stage_probability_history" in facts:
        return facts
    always = [dict(row) | {"valid_from": ALWAYS} for row in facts.get("dim_stage_probability", ())]
    return {**facts, "dim_stage_probability_history": always}


def replace_rows(session: Session, table: str, rows: Sequence[Mapping[str, object]]) -> None:
    """Put these rows in the place of all that a fact table holds."""
    if table == "fct_pipeline_day":
        _keep_open_work(session, rows)
        return
    session.run(f"delete from {table}")  # noqa: S608 (names from this file)
    fill(session, table, rows)


def _keep_open_work(session: Session, rows: Sequence[Mapping[str, object]]) -> None:
    """Rows of fct_pipeline_day, which is a view, put where it reads them."""
    for kept in ("open_days", "key_stages", "key_owners", "key_teams", "key_attributes"):
        session.run(f"delete from {kept}")  # noqa: S608 (names from this line)
    session.run(f"create temp table given ({COLUMNS['fct_pipeline_day']})")
    fill(session, "fct_pipeline_day", rows, into="given")
    for statement in _KEYS:
        session.run(statement)


def store_of(facts: Mapping[str, Sequence[Mapping[str, object]]], as_of: date | None = None) -> Store:
    """A store in memory with these facts, and an import of deals that reaches to ``as_of``."""
    facts = with_history(facts)
    store = Store.in_memory()
    with store.transaction() as session:
        views = {name for (name,) in session.rows("select view_name from duckdb_views() where not internal")}
        for table, columns in COLUMNS.items():
            if table == "fct_pipeline_day":
                _keep_open_work(session, facts.get(table, ()))
                continue
            if table in ONLY_WHERE_GIVEN and table not in facts:
                continue
            session.run(f"drop {'view' if table in views else 'table'} if exists {table}")
            session.run(f"create table {table} ({columns})")
            fill(session, table, facts.get(table, ()))
        if as_of is not None:
            session.run(
                "insert into imports values "
                "(1, 'deals.csv', 'x', 'deals', null, null, $as_of, true, 0, 0, 0, 0, 0, 0, '{}')",
                {"as_of": as_of},
            )
    return store


def only(frame: pd.DataFrame) -> dict[str, object]:
    """The one row of a frame."""
    assert len(frame) == 1, frame
    return dict(frame.iloc[0])
