"""The work that is done: how much, and how good."""

from kpi_engine.metrics import examples
from kpi_engine.metrics.kinds import Additivity, Direction, Example, Ratio, Role, Simple, Unit, define
from kpi_engine.names import ACTIVITY_TYPES

MIN_MEETINGS = 5
"""Below this many meetings held a qualified rate says more about chance than about preparation."""

define(Simple(
    name="activities",
    label="Activities",
    topic="work", unit=Unit.COUNT,
    description="Everything in the activity export, of every type, done or still planned, by its date.",
    why_key="Without work today there are no orders in a few months.",
    performance="Count of activities by date.",
    indicates="Effort. More of it is only better while its quality holds.",
    role=Role.LEADING, direction=Direction.UP, additivity=Additivity.FULL,
    model="fct_activities", expr="count(*)", time="occurred_date",
    example=Example(given=examples.one_of("call"), as_of=examples.AS_OF, expect=3, n=3),
))

# Type -> name, label, and what doing it indicates. A type of names.ACTIVITY_TYPES without a line here stops the
# program from starting.
_BY_TYPE = {
    "call": ("calls", "Calls", "Reach by telephone; see how many of them connect."),
    "email": ("emails", "Emails", "Reach by mail; easy to do many of."),
    "meeting": ("meetings", "Meetings", "Conversations agreed on; see how many were held, and how many were worth it."),
    "visit": ("visits", "Visits", "Time spent at the customer's; costly, and worth preparing."),
    "hosted_visit": ("hosted_visits", "Hosted visits", "Prospects who came to us: they have qualified themselves."),
    "social": ("social_touches", "Social touches", "Reach and standing in the network the customers read."),
    "proposal": ("proposals", "Proposals", "Work that is one answer away from an order."),
    "task": ("tasks", "Tasks", "Follow-up somebody planned."),
    "note": ("notes", "Notes", "How well the work is written down."),
    "other": ("other_activities", "Other activities", "Whatever the export calls by a name of its own."),
}

for _type in ACTIVITY_TYPES:
    _name, _label, _indicates = _BY_TYPE[_type]
    define(Simple(
        name=_name,
        label=_label,
        topic="work", unit=Unit.COUNT,
        description=f"Activities of the type '{_type.replace('_', ' ')}', done or still planned, by date.",
        why_key="It is one of the plates a team keeps spinning.",
        performance="Count of activities of this type by date.",
        indicates=_indicates,
        role=Role.LEADING, direction=Direction.UP, additivity=Additivity.FULL,
        model="fct_activities", expr="count(*)", where=f"activity_type = '{_type}'", time="occurred_date",
        example=Example(given=examples.one_of(_type), as_of=examples.AS_OF, expect=2, n=2),
    ))

_HELD = "activity_type in ('meeting', 'visit', 'hosted_visit') and coalesce(is_done, true)"

define(Simple(
    name="meetings_held",
    label="Meetings held",
    topic="quality", unit=Unit.COUNT,
    description="Meetings, visits and hosted visits that took place. One that does not say whether it was done "
                "counts as held.",
    why_key="A deal is rarely won by people who never met.",
    performance="Count of meetings, visits and hosted visits that are not marked as undone, by date.",
    indicates="How much real conversation there is.",
    role=Role.LEADING, direction=Direction.UP, additivity=Additivity.FULL,
    model="fct_activities", expr="count(*)", where=_HELD, time="occurred_date",
    example=Example(given=examples.MEETINGS, as_of=examples.AS_OF, expect=6, n=6),
))

define(Simple(
    name="qualified_meetings",
    label="Qualified meetings",
    topic="quality", unit=Unit.COUNT,
    description="Meetings held that met the agreed rule, took place at our own premises, or were an allowed "
                "exception. No number where nothing is known about any of them.",
    why_key="A poor meeting costs as much time as a good one.",
    performance="Count of meetings held that are qualified, hosted, or an allowed exception, by date.",
    indicates="Orders some weeks from now, better than the number of meetings does.",
    role=Role.LEADING, direction=Direction.UP, additivity=Additivity.FULL,
    model="fct_activities", time="occurred_date", where=_HELD,
    expr="sum(case when qualification in ('qualified', 'hosted_visit', 'allowed_exception') then 1 else 0 end)",
    n="sum(case when qualification <> 'unknown' then 1 else 0 end)",
    unknown="sum(case when qualification = 'unknown' then 1 else 0 end)",
    example=Example(given=examples.MEETINGS, as_of=examples.AS_OF, expect=3, n=6),
))

define(Ratio(
    name="qualified_rate",
    label="Qualified rate",
    topic="quality", unit=Unit.SHARE, min_n=MIN_MEETINGS,
    description="Of the meetings held, the share that was qualified: by the agreed rule, because the prospect came "
                "to us, or as an allowed exception.",
    why_key="It keeps quantity honest.",
    performance="Qualified meetings divided by meetings held.",
    indicates="Whether more activity also means better activity.",
    role=Role.LEADING, direction=Direction.UP, additivity=Additivity.NONE,
    numerator="qualified_meetings", denominator="meetings_held", watched_with="meetings_held",
    example=Example(given=examples.MEETINGS, as_of=examples.AS_OF, expect=3 / 6, n=6),
))
