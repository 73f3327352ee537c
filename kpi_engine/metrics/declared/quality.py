"""Whether the work is good: calls that reach somebody, meetings that are held, and meetings that are worth it."""

from kpi_engine.metrics import examples
from kpi_engine.metrics.kinds import Additivity, Direction, Example, Ratio, Role, Simple, Unit, define

MIN_DIALS = 5
"""Below this many dials a rate says more about chance than about calling."""

MIN_MEETINGS = 5
"""Below this many meetings held a qualified rate says more about chance than about preparation."""

_DIAL = "activity_type = 'call' and coalesce(is_done, true) and not coalesce(is_inbound, false)"

define(Simple(
    name="dials",
    label="Dials",
    searched_as=("cold calls", "phone calls", "call attempts"),
    topic="work", unit=Unit.COUNT,
    description="Calls that were made. A call that came in is none; one that does not say which way it went counts as "
                "made.",
    why_key="It is the plainest measure of effort by telephone.",
    performance="Count of calls done that are not marked as inbound, by date.",
    indicates="Effort. Read it next to connects: dials alone say nothing of what they reached.",
    role=Role.LEADING, direction=Direction.UP, additivity=Additivity.FULL,
    model="fct_activities", expr="count(*)", where=_DIAL, time="occurred_date",
    example=Example(given=examples.CALLS, as_of=examples.AS_OF, expect=5, n=5),
))

define(Simple(
    name="connects",
    label="Connects",
    topic="work", unit=Unit.COUNT,
    description="Dials that reached somebody: by the outcome that was noted, or, where none was, because the call took "
                "time. No number where no call says either.",
    why_key="Only a conversation can lead anywhere.",
    performance="Count of dials that reached somebody, by date.",
    indicates="How many conversations the calling brings.",
    role=Role.LEADING, direction=Direction.UP, additivity=Additivity.FULL,
    model="fct_activities", where=_DIAL, time="occurred_date",
    expr="sum(case when is_reached then 1 else 0 end)",
    n="count(is_reached)", unknown="sum(case when is_reached is null then 1 else 0 end)",
    example=Example(given=examples.CALLS, as_of=examples.AS_OF, expect=2, n=4),
))

define(Simple(
    name="dials_told",
    label="Dials that say how they went",
    topic="work", unit=Unit.COUNT, is_part=True,
    description="Dials of which it is noted whether they reached somebody.",
    why_key="It is what a connect rate is a share of.",
    performance="Count of dials with an outcome that says it, or a duration, by date.",
    indicates="How well calls are noted.",
    role=Role.LEADING, direction=Direction.NEITHER, additivity=Additivity.FULL,
    model="fct_activities", expr="count(is_reached)", where=_DIAL, time="occurred_date",
    n="count(is_reached)", unknown="sum(case when is_reached is null then 1 else 0 end)",
    example=Example(given=examples.CALLS, as_of=examples.AS_OF, expect=4, n=4),
))

define(Ratio(
    name="connect_rate",
    label="Connect rate",
    searched_as=("reach rate", "pickup rate", "answer rate"),
    topic="quality", unit=Unit.SHARE, min_n=MIN_DIALS,
    description="Of the dials that say how they went, the share that reached somebody.",
    why_key="Anybody can make fifty calls; it matters how many are answered.",
    performance="Connects divided by dials that say how they went.",
    indicates="Whether the right people are called at the right time. Falling while dials rise: busy, and less "
              "effective.",
    role=Role.LEADING, direction=Direction.UP, additivity=Additivity.NONE,
    numerator="connects", denominator="dials_told", watched_with="dials",
    example=Example(given=examples.twice(examples.CALLS), as_of=examples.AS_OF, expect=2 / 4, n=8),
))

_MEETING = "activity_type in ('meeting', 'visit', 'hosted_visit')"
_HELD = f"{_MEETING} and coalesce(is_done, true)"

define(Simple(
    name="meetings_booked",
    label="Meetings booked",
    topic="work", unit=Unit.COUNT,
    description="Meetings, visits and hosted visits whose day has come, whether they took place or not.",
    why_key="Somebody agreed to give us an hour.",
    performance="Count of meetings, visits and hosted visits that were due, by date.",
    indicates="How much conversation was arranged; see how much of it was held.",
    role=Role.LEADING, direction=Direction.UP, additivity=Additivity.FULL,
    model="fct_activities", expr="count(*)", where=f"{_MEETING} and is_due", time="occurred_date",
    example=Example(given=examples.MEETINGS, as_of=examples.AS_OF, expect=7, n=7),
))

define(Simple(
    name="meetings_held",
    label="Meetings held",
    searched_as=("appointments", "demos", "sales calls"),
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

define(Ratio(
    name="held_rate",
    label="Held rate",
    searched_as=("no show", "show rate"),
    topic="quality", unit=Unit.SHARE, min_n=MIN_MEETINGS,
    description="Of the meetings whose day has come, the share that took place.",
    why_key="A meeting that falls through costs the day it was kept free.",
    performance="Meetings held divided by meetings booked.",
    indicates="How firmly meetings are arranged. Low: they are pushed for, and not wanted.",
    role=Role.LEADING, direction=Direction.UP, additivity=Additivity.NONE,
    numerator="meetings_held", denominator="meetings_booked",
    example=Example(given=examples.MEETINGS, as_of=examples.AS_OF, expect=6 / 7, n=7),
))

define(Simple(
    name="qualified_meetings",
    label="Qualified meetings",
    searched_as=("sql", "good meetings", "bant"),
    topic="quality", unit=Unit.COUNT,
    description="Meetings held that met the agreed rule, were a hosted visit at our own premises, or an allowed "
                "exception. No number where nothing is known about any of them.",
    why_key="A poor meeting costs as much time as a good one.",
    performance="Count of meetings held that met the rule, were a hosted visit or an allowed exception, by date.",
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

# Ending -> name, label, how it comes about, whether more is better, and what the example comes to.
_ENDINGS = {
    "qualified": (
        "qualified_by_rule", "Qualified by the rule", "that met the agreed rule", Direction.UP,
        "How well meetings are prepared.", 1,
    ),
    "hosted_visit": (
        "hosted_visits_held", "Hosted visits held", "at our own premises: who comes to us has qualified itself",
        Direction.UP, "Real interest: it costs the prospect a journey.", 1,
    ),
    "allowed_exception": (
        "allowed_exceptions", "Allowed exceptions", "that did not meet the rule, for a reason that is allowed",
        Direction.NEITHER, "How often the rule is set aside; see whether it paid.", 1,
    ),
    "not_qualified": (
        "not_qualified_meetings", "Meetings not qualified", "that did not meet the rule, without an allowed reason",
        Direction.DOWN, "Hours that could have gone to better prospects.", 3,
    ),
}  # fmt: skip

_SEARCHED_AS = {"hosted_visit": ("site visits", "plant tours", "showroom visits")}

for _ending, (_name, _label, _how, _direction, _indicates, _worked) in _ENDINGS.items():
    define(Simple(
        name=_name,
        label=_label,
        searched_as=_SEARCHED_AS.get(_ending, ()),
        topic="quality", unit=Unit.COUNT,
        description=f"Meetings held {_how}. No number where nothing is known about any meeting.",
        why_key="The ways a meeting can end are told apart, because they are not worth the same.",
        performance="Count of meetings held that end this way by the rule in force on their day, by date.",
        indicates=_indicates,
        role=Role.LEADING, direction=_direction, additivity=Additivity.FULL,
        model="fct_activities", time="occurred_date", where=_HELD,
        expr=f"sum(case when qualification = '{_ending}' then 1 else 0 end)",
        n="sum(case when qualification <> 'unknown' then 1 else 0 end)",
        unknown="sum(case when qualification = 'unknown' then 1 else 0 end)",
        example=Example(given=examples.MEETINGS, as_of=examples.AS_OF, expect=_worked, n=6),
    ))

define(Simple(
    name="unknown_meetings",
    label="Meetings nothing is known of",
    topic="quality", unit=Unit.COUNT,
    description="Meetings held of which nothing is recorded that the rule asks for, or which it is not about.",
    why_key="What is not recorded can be neither good nor bad, and nobody learns from it.",
    performance="Count of meetings held that can be judged by nothing, by date.",
    indicates="How far the other numbers can be believed.",
    role=Role.LEADING, direction=Direction.DOWN, additivity=Additivity.FULL,
    model="fct_activities", expr="count(*)", where=f"{_HELD} and qualification = 'unknown'", time="occurred_date",
    example=Example(given=examples.UNTOLD, as_of=examples.AS_OF, expect=2, n=2),
))

for _name, _label, _part, _words in (
    ("exception_rate", "Exception rate", "allowed_exceptions", "held as an allowed exception"),
    ("hosted_visit_rate", "Hosted visit rate", "hosted_visits_held", "that was a hosted visit: they came to us"),
):
    define(Ratio(
        name=_name,
        label=_label,
        topic="quality", unit=Unit.SHARE, min_n=MIN_MEETINGS,
        description=f"Of the meetings held, the share {_words}.",
        why_key="A rule with many exceptions is none." if _part == "allowed_exceptions"
                else "Who takes the trouble to come means it.",
        performance=f"{_label.removesuffix(' rate')}s divided by meetings held.",
        indicates="Whether the rule still fits." if _part == "allowed_exceptions"
                  else "How attractive we are to those who could buy.",
        role=Role.LEADING, direction=Direction.NEITHER if _part == "allowed_exceptions" else Direction.UP,
        additivity=Additivity.NONE,
        numerator=_part, denominator="meetings_held",
        example=Example(given=examples.MEETINGS, as_of=examples.AS_OF, expect=1 / 6, n=6),
    ))

define(Simple(
    name="outcomes_told",
    label="Activities that say how they went",
    topic="quality", unit=Unit.COUNT, is_part=True,
    description="Activities whose outcome is a yes or a no, as in yes, sold, qualified or no, declined, not qualified.",
    why_key="It is what a success rate is a share of.",
    performance="Count of activities with such an outcome, by date.",
    indicates="How well outcomes are noted.",
    role=Role.LEADING, direction=Direction.NEITHER, additivity=Additivity.FULL,
    model="fct_activities", expr="count(is_success)", time="occurred_date",
    n="count(is_success)", unknown="sum(case when is_success is null then 1 else 0 end)",
    example=Example(given=examples.ANSWERS, as_of=examples.AS_OF, expect=6, n=6),
))

define(Simple(
    name="successes",
    label="Activities that went well",
    topic="quality", unit=Unit.COUNT, is_part=True,
    description="Activities whose outcome is a yes.",
    why_key="It is what a success rate counts.",
    performance="Count of activities whose outcome is a yes, by date.",
    indicates="How much of the work is answered well.",
    role=Role.LEADING, direction=Direction.UP, additivity=Additivity.FULL,
    model="fct_activities", expr="sum(case when is_success then 1 else 0 end)", time="occurred_date",
    n="count(is_success)", unknown="sum(case when is_success is null then 1 else 0 end)",
    example=Example(given=examples.ANSWERS, as_of=examples.AS_OF, expect=2, n=6),
))

define(Ratio(
    name="success_rate",
    label="Success rate",
    topic="quality", unit=Unit.SHARE, min_n=MIN_DIALS,
    description="Of the activities whose outcome is a yes or a no, the share that is a yes. Cut by the number of "
                "contacts it shows whether asking once more pays.",
    why_key="More contacts with the same person are more work, and not more success.",
    performance="Activities whose outcome is a yes divided by those whose outcome is a yes or a no.",
    indicates="Whether the work reaches those who want what is offered.",
    role=Role.LEADING, direction=Direction.UP, additivity=Additivity.NONE,
    numerator="successes", denominator="outcomes_told",
    example=Example(given=examples.ANSWERS, as_of=examples.AS_OF, expect=2 / 6, n=6),
))
