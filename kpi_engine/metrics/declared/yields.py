"""What the work yields: expected value and orders per piece of work, hours, and the people it reaches."""

from kpi_engine.metrics import examples
from kpi_engine.metrics.kinds import Additivity, Computed, Direction, Example, Ratio, Role, Simple, Unit, define

MIN_WORK = 5
"""Below so many pieces of work a yield says more about one deal than about the work."""

define(Simple(
    name="activities_done",
    label="Activities done",
    topic="work", unit=Unit.COUNT, is_part=True,
    description="Activities of every type that were done.",
    why_key="It is what a yield is divided by.",
    performance="Count of activities done, by date.",
    indicates="Effort.",
    role=Role.LEADING, direction=Direction.UP, additivity=Additivity.FULL,
    model="fct_activities", expr="count(*)", where="coalesce(is_done, true)", time="occurred_date",
    example=Example(given=examples.WORK, as_of=examples.AS_OF, expect=6, n=6),
))

_HOURS = "sum((minutes / 60)::decimal(28, 12))"
_NO_MINUTES = "sum(case when minutes is null then 1 else 0 end)"

for _name, _label, _where, _given, _hours, _n in (
    ("activity_hours", "Hours of activities", "coalesce(is_done, true)", examples.WORK, 2.5, 4),
    ("social_hours", "Hours of social selling", "coalesce(is_done, true) and activity_type = 'social'",
     examples.WORK, 0.5, 1),
):
    define(Simple(
        name=_name,
        label=_label,
        topic="work", unit=Unit.HOURS,
        description="The minutes noted with what was done, as hours"
                    + (", of touches in social networks alone" if _name == "social_hours" else "")
                    + ". What carries no minutes is left out; no number where nothing does.",
        why_key="Time is what a team has least of.",
        performance="Sum of minutes divided by 60, by date.",
        indicates="Where the time goes, as far as it is noted.",
        role=Role.LEADING, direction=Direction.NEITHER if _name == "activity_hours" else Direction.UP,
        additivity=Additivity.FULL,
        model="fct_activities", expr=_HOURS, where=_where, time="occurred_date",
        n="count(minutes)", unknown=_NO_MINUTES,
        example=Example(given=_given, as_of=examples.AS_OF, expect=_hours, n=_n),
    ))

define(Simple(
    name="contacts_added",
    label="Contacts added",
    searched_as=("new contacts", "new prospects"),
    topic="work", unit=Unit.COUNT,
    description="People at customers and prospects who came into the database in the period. Those without that date "
                "are not among them.",
    why_key="Nobody buys who is not known.",
    performance="Count of contacts and leads by created date.",
    indicates="Whether the base of prospects grows, months before it brings deals.",
    role=Role.LEADING, direction=Direction.UP, additivity=Additivity.FULL,
    model="fct_contacts", expr="count(created_date)", time="created_date",
    n="count(created_date)", unknown="sum(case when created_date is null then 1 else 0 end)",
    example=Example(given=examples.PEOPLE, as_of=examples.AS_OF, expect=4, n=4),
))

define(Simple(
    name="executive_contacts_added",
    label="Executive contacts added",
    topic="work", unit=Unit.COUNT,
    description="Contacts added who decide for their company, by the level that is noted. No number where no level is.",
    why_key="An hour with who decides is worth several with who does not.",
    performance="Count of contacts and leads on an executive level by created date.",
    indicates="Whether the right people are being met.",
    role=Role.LEADING, direction=Direction.UP, additivity=Additivity.FULL,
    model="fct_contacts", time="created_date",
    expr="count(case when is_executive then created_date end)",
    n="count(case when level is not null then created_date end)",
    unknown="sum(case when level is null or created_date is null then 1 else 0 end)",
    example=Example(given=examples.PEOPLE, as_of=examples.AS_OF, expect=1, n=3),
))

define(Computed(
    name="prospects",
    label="People in the database",
    topic="pipeline", unit=Unit.COUNT,
    description="People at customers and prospects who are known at the end of the period: all that were added until "
                "then, and those without a date.",
    why_key="It is the field in which a team can sow.",
    performance="Count of contacts and leads created by then, or without a created date.",
    indicates="How far the team can reach. Its growth matters more than its size.",
    role=Role.LEADING, direction=Direction.UP, additivity=Additivity.NONE,
    compute="kpi_engine.metrics.gained:prospects",
    example=Example(given=examples.PEOPLE, as_of=examples.AS_OF, expect=5, n=5),
))

define(Computed(
    name="ev_gained",
    label="Expected value gained",
    topic="pipeline", unit=Unit.MONEY,
    description="What work added to expected value in the period: deals created, moved on, reopened or made larger, "
                "less those that moved back, shrank or were lost. What was won left it for the orders; new win chances "
                "and deals that changed hands are no work.",
    why_key="It shows what the work is worth before the orders come in.",
    performance="The change of expected value from all causes but won, win chances re-set, gone and changed hands.",
    indicates="Orders to come.",
    role=Role.LEADING, direction=Direction.UP, additivity=Additivity.NONE,
    compute="kpi_engine.metrics.gained:ev_gained",
    example=Example(given=examples.GAINED, as_of=examples.AS_OF, expect=200 + 400 + 100 - 100, n=2),
))

# What the gain is divided by -> label, words, the least there must be, and what the example comes to.
_OVER = {
    "activity": ("activities_done", "activity", MIN_WORK, 6),
    "qualified_meeting": ("qualified_meetings", "qualified meeting", 1, 1),
    "hour": ("activity_hours", "hour", 1, 2.5),
}
_OF = {
    "ev": ("ev_gained", "Expected value gained", 600, Role.LEADING),
    "won_value": ("won_value", "Won value", 900, Role.LAGGING),
}
_CASES = {"activity": 6, "qualified_meeting": 1, "hour": 4}

for _what, (_gain, _gain_label, _comes_to, _role) in _OF.items():
    for _per, (_work, _words, _least, _times) in _OVER.items():
        define(Ratio(
            name=f"{_what}_per_{_per}",
            label=f"{_gain_label} per {_words}",
            topic="quality", unit=Unit.MONEY, min_n=_least,
            description=f"{_gain_label} in the period for each {_words} of the period. What is won now was worked for "
                        "months ago: read it over long periods.",
            why_key="It keeps the amount of work and what comes of it in one number.",
            performance=f"{_gain_label} divided by {'hours noted' if _per == 'hour' else _words + 's'}.",
            indicates="Whether the work pays. It is no cause: other things move the gain too.",
            role=_role, direction=Direction.UP, additivity=Additivity.NONE,
            numerator=_gain, denominator=_work,
            example=Example(
                given=examples.GAINED, as_of=examples.AS_OF, expect=_comes_to / _times, n=_CASES[_per],
            ),
        ))
