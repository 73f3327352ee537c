"""How decisions are numbered: those of each kind by themselves, from 1 on, in the order in which they were made."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypeVar

from kpi_engine.storage.store import Session, load_sql

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

D = TypeVar("D", bound="DataclassInstance")

Table = Literal["chance_versions", "target_versions", "meeting_versions", "action_versions", "qualification_rules"]
"""Where decisions of one kind are written."""


def numbered(session: Session, table: Table, decision: D) -> D:
    """The decision with the next number of its table as ``version_id``. To be written in the same transaction: until
    then the number is not taken."""
    last = session.value(load_sql("kpi_engine.model", "last_decision"), {"table_name": table})
    return replace(decision, version_id=int(last) + 1)
