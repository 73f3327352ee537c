"""probabilities, accept-probabilities, override-probability, withdraw-probabilities: what the team works with."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from kpi_engine import workspace
from kpi_engine.agreements.probabilities import Decision, accept, override, take_back_override, withdraw
from kpi_engine.agreements.versions import Version
from kpi_engine.commands.output import Row, cell, print_json, print_table, share
from kpi_engine.commands.stores import deciding, reading
from kpi_engine.errors import TidelineError, UnknownName
from kpi_engine.forecasting.probabilities import estimate_on
from kpi_engine.metrics.query import measure
from kpi_engine.storage.store import Session, load_sql

_SHARES = ("probability", "lower", "upper", "accepted")
_COLUMNS = ("pipeline", "stage", "probability", "lower", "upper", "n", "source", "accepted", "accepted_source")

Decide = Callable[[Session, Decision], Version]


def run_probabilities(args: argparse.Namespace) -> int:
    """Today's estimate of every stage, beside the chance in force."""
    with reading(args.store) as store:
        session = store.read()
        estimated = estimate_on(session, args.as_of)
        held = session.rows(load_sql("kpi_engine.commands", "chances_in_force"), {"as_of": args.as_of})
    known = {chance.pipeline for chance in estimated}
    for pipeline in args.pipeline:
        if pipeline not in known:
            raise UnknownName.of("pipeline", pipeline, known)
    accepted = {(pipeline, stage): (probability, how) for pipeline, stage, probability, how in held}
    rows: list[dict[str, Any]] = []
    for chance in estimated:
        if not args.pipeline or chance.pipeline in args.pipeline:
            values = (*vars(chance).values(), *accepted.get(chance.key, (None, None)))
            rows.append(dict(zip(_COLUMNS, values, strict=True)))
    if args.json:
        print_json(rows)
    else:
        print_table(rows, _COLUMNS, _chance_cell)
    return 0


def run_accept(args: argparse.Namespace) -> int:
    """Work with the estimate from a day on."""
    return _decide(args, lambda session, decision: accept(session, decision, args.pipeline, args.stage))


def run_override(args: argparse.Namespace) -> int:
    """Set one stage by hand."""
    try:
        probability = Decimal(args.probability)
    except InvalidOperation:
        raise TidelineError(f"'{args.probability}' is not a share. Write 40 % as 0.4.") from None
    return _decide(
        args, lambda session, decision: override(session, decision, args.pipeline, args.stage, probability, args.reason)
    )


def run_withdraw(args: argparse.Namespace) -> int:
    """Take back the last decision, or what was set by hand for a stage."""
    if args.stage is None:
        return _decide(args, withdraw)
    return _decide(args, lambda session, decision: take_back_override(session, decision, args.pipeline, args.stage))


def _decide(args: argparse.Namespace, decide: Decide) -> int:
    decision = Decision(args.by, args.recorded_at, getattr(args, "effective", None))
    with deciding(args.store) as store:
        before = _expected_value(store.read())
        version = workspace.decide(store, lambda session: decide(session, decision))
        after = _expected_value(store.read())
        last_day = workspace.store_as_of(store.read())
    told = {
        "version_id": version.version_id,
        "how": version.how,
        "effective_date": version.effective_date,
        "by": version.decided_by,
        "pipeline": version.pipeline,
        "stage": version.stage,
        "takes_back": version.takes_back,
        "expected_value_before": before,
        "expected_value": after,
    }
    if args.json:
        print_json(told)
    else:
        what = f"taken back (version {version.takes_back})" if version.takes_back else version.how
        print(f"Version {version.version_id}, {what}, {_from_when(version, last_day)}.")
        print(f"Expected value: {cell(before)} -> {cell(after)}")
    return 0


def _from_when(version: Version, last_day: date | None) -> str:
    """Since when a decision counts, or from when on it will."""
    since = version.effective_date
    if since is not None and last_day is not None and since > last_day:
        return f"in force from {since} on (the data reach to {last_day}: until then nothing changes)"
    return f"in force since {since or 'the beginning'}"


def _expected_value(session: Session) -> float | None:
    value = float(measure(session, ["expected_value"])["value"].iloc[0])
    return value if value == value else None


def _chance_cell(name: str, row: Row) -> str:
    return share(row[name]) if name in _SHARES else cell(row[name])
