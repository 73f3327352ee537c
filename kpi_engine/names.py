"""The words of the product: kinds of file, their canonical columns, activity types, stage kinds.

One declaration per column; readers, raw tables, templates and docs all follow from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a file holds."""

    DEALS = "deals"
    STAGE_CHANGES = "stage_changes"
    ACTIVITIES = "activities"
    CONTACTS = "contacts"
    TARGETS = "targets"
    PEOPLE = "people"
    STAGES = "stages"
    RATES = "rates"


class Type(StrEnum):
    """How the cells of a column are to be understood."""

    TEXT = "text"
    ID = "id"  # text that identifies: never a number, leading zeros kept
    MONEY = "money"  # DECIMAL(18,2)
    SHARE = "share"  # 0..1
    TIMESTAMP = "timestamp"  # the business's wall clock
    DATE = "date"
    FLAG = "flag"  # true / false / unknown
    NUMBER = "number"
    STATUS = "status"  # open / won / lost


class StageKind(StrEnum):
    """What being in a stage means. GONE and CLOSED are no stages of a CRM: a deal that left a newer export, and
    one that has ended while nothing says how."""

    OPEN = "open"
    WON = "won"
    PAID = "paid"
    LOST = "lost"
    GONE = "gone"
    CLOSED = "closed"


class Evidence(StrEnum):
    """How a change of a deal is known, best first."""

    HISTORY = "history"
    SNAPSHOT = "snapshot"
    INFERRED = "inferred"


class Status(StrEnum):
    """Whether a number can be trusted."""

    OK = "ok"
    TOO_FEW = "too_few"
    NO_DATA = "no_data"
    INFERRED = "inferred"


UNKNOWN_STAGE = "(stage not known)"
"""The stage of an open deal at a time for which no evidence says where it was."""

ACTIVITY_TYPES = ("call", "email", "meeting", "visit", "hosted_visit", "social", "proposal", "task", "note", "other")


@dataclass(frozen=True)
class Column:
    """One canonical column of a kind of file.

    ``needed``: a file without it is not of this kind; its cells may be blank all the same.
    """

    name: str
    type: Type
    label: str
    needed: bool = False


def _columns(*rows: tuple[str, Type, str] | tuple[str, Type, str, bool]) -> tuple[Column, ...]:
    return tuple(Column(*row) for row in rows)


T = Type
COLUMNS: dict[Kind, tuple[Column, ...]] = {
    Kind.DEALS: _columns(
        ("deal_id", T.ID, "Deal ID", True),
        ("deal_name", T.TEXT, "Deal name"),
        ("account", T.TEXT, "Account"),
        ("contact", T.TEXT, "Contact"),
        ("owner", T.TEXT, "Owner", True),
        ("team", T.TEXT, "Team"),
        ("pipeline", T.TEXT, "Pipeline"),
        ("stage", T.TEXT, "Stage", True),
        ("status", T.STATUS, "Status"),
        ("is_won", T.FLAG, "Is won"),
        ("is_closed", T.FLAG, "Is closed"),
        ("stage_order", T.NUMBER, "Stage order"),
        ("amount", T.MONEY, "Amount"),
        ("currency", T.TEXT, "Currency"),
        ("crm_probability", T.SHARE, "Probability"),
        ("source", T.TEXT, "Source"),
        ("product", T.TEXT, "Product"),
        ("segment", T.TEXT, "Segment"),
        ("created_at", T.TIMESTAMP, "Created"),
        ("stage_changed_at", T.TIMESTAMP, "Last stage change"),
        ("expected_close_date", T.DATE, "Expected close"),
        ("closed_at", T.TIMESTAMP, "Closed"),
        ("won_at", T.TIMESTAMP, "Won"),
        ("lost_at", T.TIMESTAMP, "Lost"),
        ("delivery_date", T.DATE, "Delivery date"),
        ("last_activity_at", T.TIMESTAMP, "Last activity"),
        ("next_step", T.TEXT, "Next step"),
        ("next_step_date", T.DATE, "Next step date"),
        ("lost_reason", T.TEXT, "Lost reason"),
        ("budget", T.TEXT, "Budget"),
        ("authority", T.TEXT, "Authority"),
        ("need", T.TEXT, "Need"),
        ("timing", T.TEXT, "Timing"),
        ("exception_reason", T.TEXT, "Exception reason"),
    ),
    Kind.STAGE_CHANGES: _columns(
        ("deal_id", T.ID, "Deal ID", True),
        ("changed_at", T.TIMESTAMP, "Changed at", True),
        ("stage", T.TEXT, "Stage", True),
        ("old_stage", T.TEXT, "Stage before"),
        ("amount", T.MONEY, "Amount"),
        ("expected_close_date", T.DATE, "Expected close"),
        ("owner", T.TEXT, "Owner"),
        ("pipeline", T.TEXT, "Pipeline"),
        ("status", T.STATUS, "Status"),
        ("created_at", T.TIMESTAMP, "Created"),
        ("lost_reason", T.TEXT, "Lost reason"),
        ("old_amount", T.MONEY, "Amount before"),
        ("old_owner", T.TEXT, "Owner before"),
        ("old_expected_close_date", T.DATE, "Expected close before"),
    ),
    Kind.ACTIVITIES: _columns(
        ("activity_id", T.ID, "Activity ID"),
        ("deal_id", T.ID, "Deal ID"),
        ("account", T.TEXT, "Account"),
        ("contact", T.TEXT, "Contact"),
        ("owner", T.TEXT, "Owner", True),
        ("activity_type", T.TEXT, "Activity type", True),
        ("subject", T.TEXT, "Subject"),
        ("occurred_at", T.TIMESTAMP, "Date", True),
        ("outcome", T.TEXT, "Outcome"),
        ("minutes", T.NUMBER, "Minutes"),
        ("direction", T.TEXT, "Direction"),
        ("done", T.FLAG, "Done"),
        ("contact_level", T.TEXT, "Contact level"),
        ("budget", T.TEXT, "Budget"),
        ("authority", T.TEXT, "Authority"),
        ("need", T.TEXT, "Need"),
        ("timing", T.TEXT, "Timing"),
        ("exception_reason", T.TEXT, "Exception reason"),
        ("touches", T.NUMBER, "Number of contacts"),
    ),
    Kind.CONTACTS: _columns(
        ("contact_id", T.ID, "Contact ID", True),
        ("name", T.TEXT, "Name"),
        ("account", T.TEXT, "Account"),
        ("owner", T.TEXT, "Owner"),
        ("status", T.TEXT, "Status"),
        ("level", T.TEXT, "Level"),
        ("source", T.TEXT, "Source"),
        ("created_at", T.TIMESTAMP, "Created"),
        ("converted_at", T.TIMESTAMP, "Converted"),
    ),
    Kind.TARGETS: _columns(
        ("owner", T.TEXT, "Owner", True),
        ("kpi", T.TEXT, "KPI"),
        ("period", T.TEXT, "Period", True),
        ("target", T.MONEY, "Target", True),
    ),
    Kind.PEOPLE: _columns(
        ("owner", T.TEXT, "Owner", True),
        ("owner_id", T.ID, "Owner ID"),
        ("team", T.TEXT, "Team"),
        ("role", T.TEXT, "Role"),
        ("email", T.TEXT, "Email"),
        ("active", T.FLAG, "Active"),
    ),
    Kind.STAGES: _columns(
        ("stage", T.TEXT, "Stage", True),
        ("stage_id", T.ID, "Stage ID"),
        ("pipeline", T.TEXT, "Pipeline"),
        ("stage_order", T.NUMBER, "Order"),
        ("kind", T.TEXT, "Kind"),
        ("probability", T.SHARE, "Probability"),
    ),
    Kind.RATES: _columns(
        ("currency", T.TEXT, "Currency", True),
        ("date", T.DATE, "Date", True),
        ("rate", T.NUMBER, "Rate", True),
    ),
}


def column(kind: Kind, name: str) -> Column:
    """The declaration of one canonical column. Raises KeyError for a name nobody declared."""
    return {c.name: c for c in COLUMNS[kind]}[name]
