"""worklist: the open deals that need somebody, for programs and people."""

from __future__ import annotations

import argparse
import sys

from kpi_engine.commands.output import Row, cell, plain, print_json, print_table
from kpi_engine.commands.stores import asked, reading
from kpi_engine.forecasting.worklist import check_owners, worklist
from kpi_engine.views.followup_words import short

_TABLE = ("deal_id", "owner", "stage", "at_stake", "next_step_date", "why")

_FIELDS = (
    "deal_id", "deal_name", "owner", "stage", "amount", "value", "is_estimated", "expected_value_at_stake", "chance",
    "own_chance", "next_step", "next_step_date", "expected_close_date", "last_contact",
)  # fmt: skip


def run_worklist(args: argparse.Namespace) -> int:
    """What must not slip, the most at stake first; in JSON each reason by its code, its figures and in words."""
    with reading(args.store) as store:
        session = store.read()
        check_owners(session, tuple(args.owner))
        found = worklist(session, asked(args, session), args.as_of, with_own_chances=args.json)
    rows = found.slipping.to_dict("records")
    unseen = [f"{one.code.value} ({one.why_not.value})" for one in found.looked if one.n == 0 and one.why_not]
    missing = f"Not looked at, for want of data: {', '.join(unseen)}." if unseen and len(found.deals) else ""
    if args.json:
        print_json([{**{name: row[name] for name in _FIELDS}, "reasons": _reasons(row)} for row in rows])
        if missing:
            print(missing, file=sys.stderr)
        return 0
    print_table([_line(row) for row in rows], _TABLE, lambda name, row: cell(row[name]))
    if missing:
        print(f"\n{missing}")
    return 0


def _line(row: Row) -> dict[str, object]:
    return {
        "deal_id": row["deal_id"],
        "owner": row["owner"] or None,
        "stage": row["stage"],
        "at_stake": row["expected_value_at_stake"],
        "next_step_date": row["next_step_date"],
        "why": "; ".join(short(reason) for reason in row["reasons"]),  # type: ignore[attr-defined]
    }


def _reasons(row: Row) -> list[dict[str, object]]:
    return [
        {"code": reason.code.value, **{k: plain(v) for k, v in reason.values.items()}, "text": short(reason)}
        for reason in row["reasons"]  # type: ignore[attr-defined]
    ]
