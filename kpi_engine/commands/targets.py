"""targets, feasibility: what was agreed with each person, and how likely it is."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from kpi_engine import workspace
from kpi_engine.agreements.targets import (
    Agreement,
    InForce,
    Subject,
    TargetRefused,
    TargetVersion,
    agree,
    check_owner,
    in_force,
    period_of,
    read_targets,
    review,
    subject,
    why_no_target,
    withdraw,
)
from kpi_engine.commands.output import Row, cell, print_json, print_table, share
from kpi_engine.commands.stores import deciding, reading
from kpi_engine.errors import TidelineError
from kpi_engine.forecasting.feasibility import outlook_of, outlooks
from kpi_engine.ingest.history import store_as_of
from kpi_engine.metrics.registry import METRICS, metric
from kpi_engine.storage.store import Session

_LISTED = ("owner", "kpi", "period", "target", "source", "so_far", "probability", "lower", "upper", "n", "status",
           "review_date", "is_due")  # fmt: skip
_FEASIBLE = ("probability", "lower", "upper", "n", "status")
_SHARES = ("probability", "lower", "upper")


def run_list(args: argparse.Namespace) -> int:
    """The targets that count, with progress and chance; with --history every decision that was made."""
    with reading(args.store) as store:
        session = store.read()
        if args.owner is not None:
            check_owner(session, args.owner)
        if args.kpi is not None:
            metric(args.kpi)
        if args.period is not None:
            args.period = period_of(session, args.period).label
        if args.history:
            rows = [asdict(v) for v in read_targets(session) if _asked(args, v.owner, v.kpi, v.period)]
            columns: tuple[str, ...] = tuple(rows[0]) if rows else ()
        else:
            rows, columns = _in_force(session, args), _LISTED
    if args.json:
        print_json(rows)
    else:
        print_table(rows, columns, _cell)
    return 0


def _in_force(session: Session, args: argparse.Namespace) -> list[dict[str, Any]]:
    newest = store_as_of(session)
    as_of = args.as_of or newest
    if as_of is None:
        return []
    known = [one for one in in_force(session, day=as_of) if _asked(args, one.owner, one.kpi, one.period.label)]
    shown = [one for one in known if args.all or one.period.start <= as_of <= one.period.end]
    fit = [one for one in shown if one.owner and one.kpi in METRICS]
    found = outlooks(session, [Subject(one.owner, one.kpi, one.period) for one in fit], as_of)
    told = {id(one): (outlook.so_far, outlook.of(one.target)) for one, outlook in zip(fit, found, strict=True)}
    rows = []
    for one in shown:
        so_far, chance = told.get(id(one), (None, None))
        row = _agreed(one, as_of) | {"so_far": so_far}
        row |= {name: getattr(chance, name) if chance else None for name in _FEASIBLE}
        rows.append({name: row[name] for name in (*_LISTED, *(n for n in row if n not in _LISTED))})
    return rows


def _asked(args: argparse.Namespace, owner: str, kpi: str, period: str) -> bool:
    return args.owner in (None, owner) and args.kpi in (None, kpi) and args.period in (None, period)


def _agreed(one: InForce, as_of: date) -> dict[str, Any]:
    version = one.version
    named = ("agreed_by", "agreed_with", "agreed_date", "reason", "review_date", "version_id")
    return {
        "owner": one.owner,
        "kpi": one.kpi,
        "period": one.period.label,
        "target": one.target,
        "source": one.source,
        "imported": one.imported,
        **{name: getattr(version, name) if version else None for name in named},
        "is_due": bool(version and version.review_date and version.review_date <= as_of),
    }


def run_set(args: argparse.Namespace) -> int:
    """Agree on a target."""
    target = _number(args.target)
    return _decide(args, lambda session, about, said: agree(session, about, target, said))


def run_review(args: argparse.Namespace) -> int:
    """Look at a target together and keep it."""
    return _decide(args, review)


def run_withdraw(args: argparse.Namespace) -> int:
    """Take an agreed target back."""
    return _decide(args, withdraw)


def run_feasibility(args: argparse.Namespace) -> int:
    """How likely one target is."""
    target = float(_number(args.target))
    with reading(args.store) as store:
        session = store.read()
        about = subject(session, args.owner, args.kpi, args.period)
        if why_not := why_no_target(about.kpi, _number(args.target)):
            raise TargetRefused(why_not)
        as_of = args.as_of or store_as_of(session)
        if as_of is None:
            raise TidelineError("Nothing was imported yet. Import an export of deals first.")
        outlook = outlook_of(session, about, as_of)
        found = outlook.of(target)
    row = {name: getattr(found, name) for name in _FEASIBLE} | {
        "band": found.band,
        "owner": about.owner,
        "kpi": about.kpi,
        "period": about.period.label,
        "target": target,
        "so_far": outlook.so_far,
        "suggested": outlook.suggested(),
        "is_changing": outlook.change is not None,
        "why_not": outlook.why_not or None,
    }
    if args.json:
        print_json(row)
    else:
        print_table([row], (*_FEASIBLE, "band", "so_far", "suggested"), _cell)
        if outlook.why_not:
            print(f"No chance can be given: {outlook.why_not}.")
    return 0


Decide = Callable[[Session, Subject, Agreement], TargetVersion]


def _decide(args: argparse.Namespace, decide: Decide) -> int:
    with deciding(args.store) as store:
        version = workspace.decide(store, lambda session: _decided(session, args, decide))
    if args.json:
        print_json(asdict(version))
    else:
        print(
            f"Version {version.version_id}, {version.how}: {cell(version.target)} for {version.owner}, {version.kpi}, "
            f"{version.period}, by {version.agreed_by} and {version.agreed_with} on {version.agreed_date}."
        )
    return 0


def _decided(session: Session, args: argparse.Namespace, decide: Decide) -> TargetVersion:
    about = subject(session, args.owner, args.kpi, args.period)
    day = args.on or store_as_of(session)
    if day is None:
        raise TidelineError("Nothing was imported yet: say with --on when you agreed.")
    said = Agreement(
        agreed_by=args.agreed_by or about.owner,
        agreed_with=args.agreed_with,
        agreed_date=day,
        reason=args.why or "",
        review_date=getattr(args, "review", None),
        recorded_by=args.by,
        recorded_at=args.recorded_at,
        seen=args.expect,
    )
    return decide(session, about, said)


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise TidelineError(f"'{text}' is not a number. Write 96000, and 45 % as 0.45.") from None


def _cell(name: str, row: Row) -> str:
    return share(row[name]) if name in _SHARES else cell(row[name])
