"""The work that is done: how much, and how good."""

from kpi_engine.metrics import examples
from kpi_engine.metrics.kinds import Additivity, Direction, Example, Role, Simple, Unit, define
from kpi_engine.names import ACTIVITY_TYPES

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
    "hosted_visit": ("hosted_visits", "Hosted visits", "Prospects who came to us: they qualified themselves."),
    "social": ("social_touches", "Social touches", "Reach and standing in the network the customers read."),
    "proposal": ("proposals", "Proposals", "Work that is one answer away from an order."),
    "task": ("tasks", "Tasks", "Follow-up somebody planned."),
    "note": ("notes", "Notes", "How well the work is written down."),
    "other": ("other_activities", "Other activities", "Whatever the export calls by a name of its own."),
}

_SEARCHED_AS = {"social": ("linkedin", "social selling")}

for _type in ACTIVITY_TYPES:
    _name, _label, _indicates = _BY_TYPE[_type]
    define(Simple(
        name=_name,
        label=_label,
        searched_as=_SEARCHED_AS.get(_type, ()),
        topic="work", unit=Unit.COUNT,
        description=f"Activities of the type '{_type.replace('_', ' ')}', done or still planned, by date.",
        why_key="It is one of the plates a team keeps spinning.",
        performance="Count of activities of this type by date.",
        indicates=_indicates,
        role=Role.LEADING, direction=Direction.UP, additivity=Additivity.FULL,
        model="fct_activities", expr="count(*)", where=f"activity_type = '{_type}'", time="occurred_date",
        example=Example(given=examples.one_of(_type), as_of=examples.AS_OF, expect=2, n=2),
    ))
