"""When a meeting counts as qualified: the rules a team agreed on, as the facts judge by them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import pyarrow as pa

from kpi_engine.model.decisions import numbered
from kpi_engine.storage.store import Session, load_sql

NEEDS = ("budget", "authority", "need", "timing")
"""What a rule can ask for."""

KINDS = ("meeting", "visit")
"""What a rule can be about. A hosted visit that does not qualify itself is judged as a visit."""

ENDINGS = ("qualified", "hosted_visit", "allowed_exception", "not_qualified", "unknown")
"""How a meeting can end, best known first. Every meeting ends in exactly one."""

GOOD = ENDINGS[:3]
"""The endings that count as qualified."""

BEGINNING = date.min


@dataclass(frozen=True)
class Rule:
    """What inside and field sales agreed on.

    Attributes
    ----------
    needs : tuple of str
        Which of NEEDS must be known of a meeting.
    kinds : tuple of str
        Which of KINDS it is about; the others are not judged and end as unknown.
    exceptions : tuple of str
        The reasons that are allowed; empty: any reason somebody wrote down.
    hosted_visit : bool
        Whether a prospect who comes to us is qualified by that alone.
    effective_date : date or None
        The first day it is in force; None: it always was.
    agreed_by : tuple of str
        The names of both sides; empty for the rule nobody agreed on yet.
    version_id : int
        Its number, from 1; 0 for the default.
    """

    needs: tuple[str, ...] = NEEDS
    kinds: tuple[str, ...] = KINDS
    exceptions: tuple[str, ...] = ()
    hosted_visit: bool = True
    effective_date: date | None = None
    agreed_by: tuple[str, ...] = ()
    note: str | None = None
    recorded_at: datetime | None = None
    version_id: int = 0

    @property
    def since(self) -> date:
        """The first day it is in force."""
        return self.effective_date or BEGINNING

    @property
    def is_default(self) -> bool:
        """Whether it is the one that holds until somebody agrees on another."""
        return self.version_id == 0


DEFAULT = Rule(note="Default, not yet agreed.")
"""Budget, authority, need and timing of every meeting and visit; any written reason is an exception; a hosted visit
qualifies itself."""


def read_rules(session: Session) -> list[Rule]:
    """Every rule that was agreed on, in the order in which they were noted; without the default."""
    return [
        Rule(
            needs=tuple(needs),
            kinds=tuple(kinds),
            exceptions=tuple(exceptions),
            hosted_visit=hosted_visit,
            effective_date=effective_date,
            agreed_by=tuple(agreed_by),
            note=note,
            recorded_at=recorded_at,
            version_id=version_id,
        )
        for version_id, recorded_at, effective_date, needs, kinds, exceptions, hosted_visit, agreed_by, note in (
            session.rows(load_sql("kpi_engine.model", "qualification_rules"))
        )
    ]


def record_rule(session: Session, rule: Rule) -> Rule:
    """Add a rule, in the caller's transaction; its number is given here. Returns it with its number."""
    recorded = numbered(session, "qualification_rules", rule)
    values = {
        name: list(value) if isinstance(value := getattr(recorded, name), tuple) else value
        for name in recorded.__dataclass_fields__
    }
    session.run(load_sql("kpi_engine.model", "record_qualification_rule"), values)
    return recorded


def in_force_over_time(rules: Sequence[Rule]) -> list[Rule]:
    """The rules in the order of the days from which they hold, the default first. What was agreed later replaces what
    was to begin on its first day or after: that one never came into force.

    >>> from dataclasses import replace
    >>> later = Rule(needs=("need",), effective_date=date(2026, 1, 1), version_id=1)
    >>> [rule.version_id for rule in in_force_over_time([later])]
    [0, 1]
    >>> [rule.version_id for rule in in_force_over_time([later, replace(later, effective_date=None, version_id=2)])]
    [2]
    """
    held = [DEFAULT]
    for rule in sorted(rules, key=lambda rule: rule.version_id):
        held = [*(earlier for earlier in held if earlier.since < rule.since), rule]
    return held


def rule_on(rules: Sequence[Rule], day: date | None) -> Rule:
    """The rule in force on a day; with no day, the last there is."""
    held = [rule for rule in in_force_over_time(rules) if day is None or rule.since <= day]
    return held[-1]


def same_reason(text: str) -> str:
    """A reason as it is compared: case and spaces make no difference.

    >>> same_reason("  Early in  Buying process ")
    'early in buying process'
    """
    return " ".join(text.lower().split())


def spoken(column: str) -> str:
    """The same of a column, a name from our own code, in SQL."""
    return load_sql("kpi_engine.model", "same_reason").format(reason=column)


def rules_table(rules: Sequence[Rule], today: date | None) -> pa.Table:
    """The rules by the days they hold, for the query that judges: ``valid_from``, up to and not including ``valid_to``
    (null: no end), what they ask for, and which of them is today's."""
    held = in_force_over_time(rules)
    now = rule_on(rules, today)
    ends = [rule.since for rule in held[1:]] + [None]
    asked = {f"needs_{name}": pa.array([name in rule.needs for rule in held], pa.bool_()) for name in NEEDS}
    return pa.table(
        {
            "valid_from": pa.array([rule.since for rule in held], pa.date32()),
            "valid_to": pa.array(ends, pa.date32()),
            "is_today": pa.array([rule == now for rule in held], pa.bool_()),
            **asked,
            "kinds": pa.array([list(rule.kinds) for rule in held], pa.list_(pa.string())),
            "exceptions": pa.array([list(map(same_reason, rule.exceptions)) for rule in held], pa.list_(pa.string())),
            "is_hosted_enough": pa.array([rule.hosted_visit for rule in held], pa.bool_()),
        }
    )
