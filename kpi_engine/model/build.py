"""All facts, made anew from the raw tables in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from kpi_engine import periods
from kpi_engine.model.activity_types import NEGATIVE_WORDS, activity_type
from kpi_engine.model.checks import check
from kpi_engine.model.contact_levels import is_decider
from kpi_engine.model.outcome_words import LONGEST, outcome_of
from kpi_engine.model.qualification import read_rules, rules_table
from kpi_engine.model.settings import Settings, read_settings
from kpi_engine.model.stages import Seen, Stage, arrange
from kpi_engine.storage.store import Session, load_sql

READ = ("build_exports", "build_people_told", "build_people", "build_former_names", "build_teams",
        "build_owner_names", "build_owners", "build_stage_names", "build_pipelines", "build_stage_ids",
        "build_deal_ids", "build_deal_names", "build_deal_keys", "build_told_pipelines", "build_snapshots")  # fmt: skip
"""From the raw tables to small numbers."""

PLACE = ("dim_currency", "build_described", "build_deals", "build_repeats", "build_changes")
"""What is known of each deal before the stages are."""

MONEY = ("build_rate_days", "build_rates", "apply_deal_rates", "apply_change_rates")
"""Amounts in other currencies, when it is known which deals have ended."""

FOLLOW = ("build_attributes", "build_seen", "build_history", "build_unlisted", "build_seen_events", "build_beginnings",
          "build_events", "build_states")  # fmt: skip
"""What happened to each deal, from all evidence, on one line of time."""

KEYS = ("key_deals", "key_owners", "key_teams", "key_attributes", "key_stages")
"""The words for the small numbers."""

FACTS = ("deal_states", "deal_days", "deal_stays", "deal_known", "open_days", "fct_changes", "fct_transitions",
         "fct_pipeline_day", "fct_deals", "dim_stages", "dim_owners", "fct_steps", "fct_stays",
         "fct_expected_dates")  # fmt: skip
WORK = ("build_activities", "build_typed_activities")
JUDGE = ("fct_activities", "fct_activity_day")
PEOPLE = ("fct_contacts",)
PLANS = ("fct_targets", "model_notes", "dim_days")


def build(session: Session) -> None:
    """Rebuild every fact from the raw tables, check them, and raise the data version.

    Runs in the caller's transaction: readers go on seeing the facts of before until it commits. The same raw rows give
    the same facts, bit by bit. An empty store gives empty facts.

    Raises
    ------
    ModelError
        A table breaks its grain or an identity: our mistake, never the user's. Nothing is kept.
    """
    settings = read_settings(session)
    params: dict[str, object] = {
        "week_start": settings.week_start,
        "fiscal_year_start_month": settings.fiscal_year_start_month,
    }
    _run(session, READ, params)
    params["reporting_currency"] = settings.reporting_currency or _usual_currency(session)
    _run(session, PLACE, params)
    with session.lent("found_stages", _found_stages(session)):
        _run(session, ("build_stages",), params)
    _run(session, (*MONEY, *FOLLOW, *KEYS, *FACTS), params)
    labels, outcomes = _activity_labels(session), _outcome_labels(session)
    with session.lent("activity_labels", labels), session.lent("outcome_labels", outcomes):
        _run(session, WORK, params)
    _judge(session)
    with session.lent("level_labels", _level_labels(session)):
        _run(session, PEOPLE, params)
    with session.lent("target_periods", _target_periods(session, settings)):
        _run(session, PLANS, params)
    check(session)
    session.run(load_sql("kpi_engine.model", "drop_build_tables"))
    session.run(load_sql("kpi_engine.model", "facts_built"))


def is_outdated(session: Session) -> bool:
    """Whether the facts were built before the store was last brought up to date."""
    return bool(session.value(load_sql("kpi_engine.model", "is_outdated")))


def judge_again(session: Session) -> None:
    """Judge every meeting by the rules as they are now, in the caller's transaction: all that a new rule changes.

    The other facts stay as they are. Raises ModelError as :func:`build` does.
    """
    session.run(load_sql("kpi_engine.model", "retype_activities"))
    _judge(session)
    check(session)
    session.run("drop table if exists build_typed_activities")
    session.run("update store_state set data_version = data_version + 1, facts_version = facts_version + 1")


def _judge(session: Session) -> None:
    rules = rules_table(read_rules(session), session.value("select max(as_of) from imports"))
    with session.lent("qualification_rules_in_force", rules), session.lent("negative_words", _negative_words()):
        _run(session, JUDGE, {})


def _run(session: Session, relations: Sequence[str], params: dict[str, object]) -> None:
    for relation in relations:
        session.run(load_sql("kpi_engine.model", relation), params)


def _usual_currency(session: Session) -> str:
    """The currency most deals are in; '' where no export names one."""
    return session.value(load_sql("kpi_engine.model", "usual_currency")) or ""


def _found_stages(session: Session) -> pa.Table:
    seen = [Seen(*row) for row in session.rows(load_sql("kpi_engine.model", "stages_seen"))]
    precedence = {
        (pipeline, stage, later): n
        for pipeline, stage, later, n in session.rows(load_sql("kpi_engine.model", "stage_precedence"))
    }
    pipelines = dict(session.rows("select pipeline_key, pipeline from build_pipelines"))
    return _stage_table(arrange(seen, precedence, pipelines))


def _stage_table(stages: Sequence[Stage]) -> pa.Table:
    return pa.table(
        {
            "stage_key": pa.array(range(1, len(stages) + 1), pa.int32()),
            "pipeline_key": pa.array([s.pipeline_key for s in stages], pa.int32()),
            "pipeline": pa.array([s.pipeline for s in stages], pa.string()),
            "stage_id": pa.array([s.stage_id for s in stages], pa.int32()),
            "stage": pa.array([s.stage for s in stages], pa.string()),
            "stage_order": pa.array([s.stage_order for s in stages], pa.int32()),
            "kind": pa.array([s.kind.value for s in stages], pa.string()),
            "milestone": pa.array([s.milestone for s in stages], pa.string()),
            "crm_probability": pa.array([s.crm_probability for s in stages], pa.float64()),
            "is_stand_in": pa.array([s.is_stand_in for s in stages], pa.bool_()),
        }
    )


def _activity_labels(session: Session) -> pa.Table:
    labels = [label for (label,) in session.rows("select distinct activity_type from raw_activities")]
    return pa.table(
        {
            "label": pa.array(labels, pa.string()),
            "activity_type": pa.array([activity_type(label) for label in labels], pa.string()),
        }
    )


def _outcome_labels(session: Session) -> pa.Table:
    found = session.rows("select distinct outcome from raw_activities where length(outcome) <= $n", {"n": LONGEST})
    labels = [label for (label,) in found]
    said = [outcome_of(label) for label in labels]
    return pa.table(
        {
            "label": pa.array(labels, pa.string()),
            "is_reached": pa.array([o.is_reached for o in said], pa.bool_()),
            "is_success": pa.array([o.is_success for o in said], pa.bool_()),
            "is_told_qualified": pa.array([o.is_qualified for o in said], pa.bool_()),
        }
    )


def _level_labels(session: Session) -> pa.Table:
    labels = [label for (label,) in session.rows("select distinct level from raw_contacts where level is not null")]
    is_high = pa.array([is_decider(label) for label in labels], pa.bool_())
    return pa.table({"label": pa.array(labels, pa.string()), "is_executive": is_high})


def _negative_words() -> pa.Table:
    return pa.table({"word": pa.array(NEGATIVE_WORDS, pa.string())})


def _target_periods(session: Session, settings: Settings) -> pa.Table:
    written = [text for (text,) in session.rows("select distinct period from raw_targets where period is not null")]
    read = [(text, periods.parse(text, settings.fiscal_year_start_month)) for text in written]
    known = [(text, period) for text, period in read if period is not None]
    return pa.table(
        {
            "written": pa.array([text for text, _ in known], pa.string()),
            "period": pa.array([period.label for _, period in known], pa.string()),
            "period_start": pa.array([period.start for _, period in known], pa.date32()),
            "period_end": pa.array([period.end for _, period in known], pa.date32()),
        }
    )
