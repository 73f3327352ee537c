"""quality, exceptions, qualification: whether the work is good, and what counts as good."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pandas as pd

from kpi_engine import workspace
from kpi_engine.agreements.qualification import (
    ENDINGS,
    Rule,
    RuleRefused,
    agree,
    agreed_between,
    in_force,
    in_force_over_time,
    read_rules,
)
from kpi_engine.commands.numbers import check_bounds, records
from kpi_engine.commands.output import Row, cell, print_json, print_table, share
from kpi_engine.commands.stores import asked, deciding, reading
from kpi_engine.errors import TidelineError
from kpi_engine.ingest.history import store_as_of
from kpi_engine.metrics.dimensions import dimensions_of
from kpi_engine.metrics.kinds import METRICS, Unit
from kpi_engine.metrics.payback import EXCEPTION, payback, reasons
from kpi_engine.metrics.rates import STEPS, When, between, endings, is_share, touches_in_order, with_intervals
from kpi_engine.metrics.slice import Slice
from kpi_engine.model.qualification import same_reason
from kpi_engine.storage.store import Session

SHOWN = (
    "activities", *STEPS, "connect_rate", "held_rate", "qualified_rate", "exception_rate", "hosted_visit_rate",
    "success_rate", "prospect_to_lead", "lead_to_proposal", "proposal_to_won", "activity_hours", "social_hours",
    "contacts_added", "executive_contacts_added", "prospects", "ev_gained", "ev_per_activity",
    "ev_per_qualified_meeting", "ev_per_hour", "won_value_per_activity", "won_value_per_qualified_meeting",
    "won_value_per_hour",
)  # fmt: skip
"""What the command tells, in this order; under a cut, those of them that have it."""

BY = {name: name for name in ("owner", "team", "source", "segment", "week", "month", "quarter", "touches")} | {
    "type": "activity_type"
}
"""How it can be cut: the word on the command line, and the dimension."""

_RULE = ("version_id", "state", "effective_date", "needs", "for", "exceptions", "hosted_visit", "agreed_by", "note")


def run_quality(args: argparse.Namespace) -> int:
    """KPIs of quality and quantity with their intervals, each beside the five ways the meetings ended."""
    check_bounds(args)
    dimension = [BY[args.by]] if args.by else []
    with reading(args.store) as store:
        session = store.read()
        when = When(args.date_from, _end(session, args.date_to), None, args.rule)
        names = [name for name in SHOWN if set(dimension) <= set(dimensions_of(METRICS[name]))]
        frames = [with_intervals(session, names, asked(args, session), dimension, when)]
        for pair in args.ratio:
            frames.append(_ratio(session, pair, asked(args, session), dimension, when))
        counted = endings(session, asked(args, session), dimension, when)
    frame = pd.concat([frame.dropna(axis=1, how="all") for frame in frames], ignore_index=True)
    frame = frame.reindex(columns=["kpi", *dimension, "value", "lower", "upper", "unit", "n", "status"])
    if dimension:
        frame[dimension[0]] = frame[dimension[0]].astype(object).where(frame[dimension[0]].notna(), None)
        key = [value if value is not None else "" for value in frame[dimension[0]]]
        beside = counted.set_index(dimension[0])[list(ENDINGS)].reindex(key).fillna(0).astype(int)
    else:
        beside = counted[list(ENDINGS)].reindex([0] * len(frame)).fillna(0).astype(int)
    whole = pd.concat([frame.reset_index(drop=True), beside.reset_index(drop=True)], axis=1)
    rows = [_told(row, args.by) for row in records(whole)]
    if args.by == "touches":
        place = {row["kpi"]: n for n, row in reversed(list(enumerate(rows)))}
        rows.sort(key=lambda row: (place[row["kpi"]], touches_in_order(row["touches"])))
    if args.by == "type":
        # Most KPIs are about some types alone: of the others there is nothing to tell.
        rows = [row for row in rows if row["n"] or row["value"] is None]
    if args.json:
        print_json(rows)
    else:
        cut = [args.by] if args.by else []
        print_table(rows, ["kpi", *cut, "value", "lower", "upper", "n", "status"], _cell)
        print("\nHow the meetings held ended:")
        print_table([_told(row, args.by) for row in records(counted)], [*cut, *ENDINGS])
    return 0


def _ratio(session: Session, pair: str, ask: Slice, by: Sequence[str], when: When) -> pd.DataFrame:
    numerator, slash, denominator = pair.partition("/")
    if not slash:
        raise TidelineError(f"--ratio {pair}: write it as two KPIs with a stroke between, as won_deals/meetings_held.")
    frame = between(session, numerator, denominator, ask, by, when)
    return frame.assign(kpi=pair, unit=(Unit.SHARE if is_share(numerator, denominator) else Unit.TIMES).value)


def _end(session: Session, date_to: date | None) -> date | None:
    """No further than the data reach: what is planned is no work yet."""
    newest = store_as_of(session)
    return date_to if newest is None else min(date_to or newest, newest)


def _told(row: dict[str, Any], by: str | None) -> dict[str, Any]:
    """The row as it is told: counts whole, the cut under the word it was asked by."""
    if row.get("unit") == Unit.COUNT.value and row["value"] is not None:
        row["value"] = int(row["value"])
    return {(by if by and name == BY[by] else name): value for name, value in row.items()}


def _cell(name: str, row: Row) -> str:
    is_share = row.get("unit") == Unit.SHARE.value and name in ("value", "lower", "upper")
    return share(row[name]) if is_share else cell(row[name])


def run_exceptions(args: argparse.Namespace) -> int:
    """What became of deals by how their first held meeting ended, and whose exceptions they were."""
    check_bounds(args)
    with reading(args.store) as store:
        session = store.read()
        when = When(args.date_from, _end(session, args.date_to), None, args.rule)
        frame, whose = payback(session, asked(args, session), when), reasons(session, asked(args, session), when)
    rows = [row | _whose(row, whose) for row in records(frame)]
    if args.json:
        print_json(rows)
    else:
        columns = ["ending", "reason", "meetings", "resolved", "won", "win_rate", "lower", "upper", "status"]
        print_table(rows, [*columns, "value_per_deal", "value_lower", "value_upper", "verdict"], _rate)
    return 0


def _whose(row: Row, whose: pd.DataFrame) -> dict[str, object]:
    """The exceptions behind a row: how many meetings, and of whom."""
    if row["ending"] != EXCEPTION:
        return {"meetings": None, "owners": []}
    reason = row["reason"]
    mine = whose
    if reason is not None:
        mine = whose[[same_reason(text or "") == same_reason(str(reason)) for text in whose["reason"]]]
    by_owner = mine.groupby("owner")["meetings"].sum()
    owners = [{"owner": owner or None, "meetings": int(n)} for owner, n in by_owner.items()]
    return {"meetings": int(by_owner.sum()), "owners": owners}


def _rate(name: str, row: Row) -> str:
    return share(row[name]) if name in ("win_rate", "lower", "upper") else cell(row[name])


def run_qualification(args: argparse.Namespace) -> int:
    """Show the rules, or agree on one."""
    if args.action == "show":
        with reading(args.store) as store:
            rows = _rules(store.read())
    else:
        with deciding(args.store) as store:
            asked = _asked_rule(in_force(store.read()), args)
            agreed = workspace.decide(store, partial(agree, rule=asked))
            rows = [row for row in _rules(store.read()) if row["version_id"] == agreed.version_id]
    if args.json:
        print_json(rows)
    else:
        print_table([{name: _said(value) for name, value in row.items()} for row in rows], _RULE)
    return 0


def _asked_rule(now: Rule, args: argparse.Namespace) -> Rule:
    """The rule in force, with what the options say otherwise."""
    asked = replace(
        now,
        needs=tuple(args.needs) or now.needs,
        kinds=tuple(args.kinds) or now.kinds,
        exceptions=now.exceptions if args.exception is None else tuple(args.exception),
        hosted_visit=now.hosted_visit if args.hosted_visit is None else args.hosted_visit == "yes",
        effective_date=args.date_from,
        note=args.note,
        recorded_at=args.recorded_at,
    )
    return _of_both_sides(asked, args)


def _of_both_sides(rule: Rule, args: argparse.Namespace) -> Rule:
    """Who agreed, a name of each side; --by, as both once were asked for, does not say which is whose."""
    how = "Give both: --inside NAME --field NAME."
    if args.by:
        raise RuleRefused(f"--by does not say who agreed for which side. {how}")
    try:
        return agreed_between(rule, args.inside, args.field)
    except RuleRefused as refusal:
        raise RuleRefused(f"{refusal} {how}") from None


def _rules(session: Session) -> list[dict[str, object]]:
    """Every rule, the newest first; the default last."""
    rules, now = read_rules(session), in_force(session)
    held = {rule.version_id for rule in in_force_over_time(rules)}
    default = [rule for rule in in_force_over_time(rules) if rule.is_default]
    rows = []
    for rule in (*reversed(rules), *default):
        later = rule.since > now.since
        is_now = rule.version_id == now.version_id
        was = "replaced" if rule.version_id not in held else "to come" if later else "before"
        state = "in force" if is_now else was
        rows.append(
            {
                "version_id": rule.version_id,
                "state": state,
                "effective_date": rule.effective_date,
                "needs": list(rule.needs),
                "for": list(rule.kinds),
                "exceptions": list(rule.exceptions),
                "hosted_visit": rule.hosted_visit,
                "agreed_by": list(rule.agreed_by),
                "note": rule.note,
                "recorded_at": rule.recorded_at,
                "is_default": rule.is_default,
            }
        )
    return rows


def _said(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else value
