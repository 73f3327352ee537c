"""How deals move: from milestone to milestone, through each stage, past their expected dates, against the target."""

from kpi_engine.metrics import examples
from kpi_engine.metrics.kinds import Additivity, Computed, Direction, Example, Ratio, Role, Simple, Unit, define

MIN_DECIDED = 5
"""Below so many decisions a share says more about chance than about selling."""

_RANK = {"prospect": 1, "lead": 2, "qualified": 3, "proposal": 4, "won": 6}
"""The milestones as fct_steps numbers them (5 is negotiation)."""

_WHY = {
    ("prospect", "lead"): "It shows whether the right people are being approached at all.",
    ("lead", "qualified"): "A lead that does not meet the rule costs as much time as one that does.",
    ("prospect", "qualified"): "Quality is decided early: what is qualified here is what can be won later.",
    ("lead", "proposal"): "It shows how many of those somebody took up are worth an offer.",
    ("qualified", "proposal"): "A qualified deal that gets no proposal was not, or was left alone.",
    ("proposal", "won"): "A proposal is the dearest piece of work there is before an order.",
}
_INDICATES = {
    ("prospect", "lead"): "Falling while activity rises: more is done, and with the wrong ones.",
    ("lead", "qualified"): "How well leads are chosen, and how strictly the rule is kept.",
    ("prospect", "qualified"): "Whether the top of the pipeline is worth what it counts.",
    ("lead", "proposal"): "Falling while leads grow: they are found, and not the right ones.",
    ("qualified", "proposal"): "Whether meetings lead anywhere.",
    ("proposal", "won"): "How well proposals are aimed; the price is seldom the whole of it.",
}
# What the examples come to: moved on, and decided.
_WORKED = {
    ("prospect", "lead"): (6, 6 + 4),
    ("lead", "qualified"): (4, 4 + 1),
    ("prospect", "qualified"): (4 + 1, 5 + 4 + 1),
    ("lead", "proposal"): (4, 4 + 1 + 1),
    ("qualified", "proposal"): (4, 4 + 1),
    ("proposal", "won"): (2 + 1, 3 + 2),
}

for _from, _to in _WHY:
    _low, _high = _RANK[_from], _RANK[_to]
    _on = f"had >= {_low} and had < {_high} and has >= {_high} and not is_lost"
    _decided = f"had >= {_low} and had < {_high} and (has >= {_high} or is_lost)"
    _name, _words = f"{_from}_to_{_to}", f"{_from} to {_to}"
    _further = "won" if _to == "won" else f"{_to} or further"
    _passed, _all = _WORKED[_from, _to]
    define(Simple(
        name=f"{_name}_moved_on",
        label=f"{_words.capitalize()}: moved on",
        topic="pipeline", unit=Unit.COUNT, is_part=True,
        description=f"Deals that were {_from} or further and became {_further} in the period.",
        why_key="It is what a conversion is the share of.",
        performance=f"Count of first steps to {_further}, by their date.",
        indicates="How many moved on.",
        role=Role.LEADING, direction=Direction.UP, additivity=Additivity.FULL,
        model="fct_steps", expr="count(*)", where=_on, time="step_date",
        example=Example(given=examples.STEPS, as_of=examples.AS_OF, expect=_passed, n=_passed),
    ))
    define(Simple(
        name=f"{_name}_decided",
        label=f"{_words.capitalize()}: decided",
        topic="pipeline", unit=Unit.COUNT, is_part=True,
        description=f"Deals that were {_from} or further and in the period became {_further}, or were lost before.",
        why_key="It is what a conversion is a share of.",
        performance=f"Count of first steps to {_further} and of losses before it, by their date.",
        indicates="How much was decided.",
        role=Role.LEADING, direction=Direction.NEITHER, additivity=Additivity.FULL,
        model="fct_steps", expr="count(*)", where=_decided, time="step_date",
        example=Example(given=examples.STEPS, as_of=examples.AS_OF, expect=_all, n=_all),
    ))
    define(Ratio(
        name=_name,
        label=f"{_words.capitalize()}",
        topic="pipeline", unit=Unit.SHARE, min_n=MIN_DECIDED,
        description=f"Of the deals at {_from} for which it was decided in the period, the share that became "
                    f"{_further} and was not lost before. Deals still open are in neither; the page Forecast, "
                    "Milestones, follows them too.",
        why_key=_WHY[_from, _to],
        performance=f"First steps from {_from} to {_further}, divided by those and the losses before it, each by its "
                    "date.",
        indicates=_INDICATES[_from, _to],
        role=Role.LEADING, direction=Direction.UP, additivity=Additivity.NONE,
        numerator=f"{_name}_moved_on", denominator=f"{_name}_decided",
        example=Example(given=examples.STEPS, as_of=examples.AS_OF, expect=_passed / _all, n=_all),
    ))

_FINISHED = "left_date is not null"

define(Simple(
    name="days_in_stage_total",
    label="Days in a stage, all together",
    topic="pipeline", unit=Unit.DAYS, is_part=True,
    description="The days of the stays in an open stage that ended in the period, added up.",
    why_key="It is what time in stage is the mean of.",
    performance="Sum of days from entering a stage to leaving it, by the day it was left.",
    indicates="Nothing by itself.",
    role=Role.LEADING, direction=Direction.NEITHER, additivity=Additivity.FULL,
    model="fct_stays", expr="sum(days)", where=_FINISHED, time="left_date",
    example=Example(given=examples.STAYS, as_of=examples.AS_OF, expect=10 + 30 + 5, n=3),
))

define(Simple(
    name="stays_finished",
    label="Stays in a stage that ended",
    topic="pipeline", unit=Unit.COUNT, is_part=True,
    description="Stays of deals in an open stage that ended in the period, whichever way the deal went.",
    why_key="It is what time in stage is taken over.",
    performance="Count of stays by the day the stage was left.",
    indicates="How much moved.",
    role=Role.LEADING, direction=Direction.NEITHER, additivity=Additivity.FULL,
    model="fct_stays", expr="count(*)", where=_FINISHED, time="left_date",
    example=Example(given=examples.STAYS, as_of=examples.AS_OF, expect=3, n=3),
))

define(Ratio(
    name="time_in_stage",
    label="Time in stage",
    topic="pipeline", unit=Unit.DAYS, min_n=MIN_DECIDED,
    description="The mean number of days of the stays in a stage that ended in the period. Deals still in their stage "
                "are not in it, so it reads short where many are stuck; the page Forecast, Milestones, counts them.",
    why_key="What stands still gets cold.",
    performance="Days of all finished stays, divided by their number, by the day the stage was left.",
    indicates="Where deals wait, when cut by stage. Falling for one period alone can mean that only the quick ones "
              "moved.",
    role=Role.LEADING, direction=Direction.DOWN, additivity=Additivity.NONE,
    numerator="days_in_stage_total", denominator="stays_finished",
    example=Example(
        given={"fct_stays": (*examples.STAYS["fct_stays"], *examples.STAYS["fct_stays"])},
        as_of=examples.AS_OF, expect=2 * (10 + 30 + 5) / (2 * 3), n=6,
    ),
))

define(Simple(
    name="slipped_value",
    label="Slipped value",
    searched_as=("slippage", "overdue deals"),
    topic="pipeline", unit=Unit.MONEY,
    description="The amounts of the deals whose expected close date came in the period and passed while they were "
                "open. A deal that lets two dates pass counts for both. Where nothing tells which dates came before "
                "today's, and none of those has passed, there is no number.",
    why_key="A date that passes is a promise to the forecast that was not kept.",
    performance="Sum of amounts, as they were that day, of deals still open at the end of the day they were expected "
                "to close.",
    indicates="How far expected dates can be believed, and by whom they are kept up.",
    role=Role.LEADING, direction=Direction.DOWN, additivity=Additivity.FULL,
    model="fct_expected_dates", expr="sum(case when slipped_date is not null then amount end)",
    where="slipped_date is not null or not is_told",
    time="slipped_date",
    n="count(case when slipped_date is not null then amount end)",
    unknown="sum(case when slipped_date is null or amount is null then 1 else 0 end)",
    example=Example(given=examples.DATES, as_of=examples.AS_OF, expect=800 + 200, n=2),
))

_PUSHED = "count(distinct case when pushed_date is not null then deal_key end)"

define(Simple(
    name="pushed_deals",
    label="Pushed deals",
    topic="pipeline", unit=Unit.COUNT,
    description="Deals whose expected close date was moved later in the period, each once. Only a stage history or a "
                "second export of the deals shows it; with a single export there is no number.",
    why_key="A deal that is put off again and again is seldom won.",
    performance="Count of open deals whose expected close date was replaced by a later one, by the day of the change.",
    indicates="Hope in the forecast: many pushes now are missing orders next month.",
    role=Role.LEADING, direction=Direction.DOWN, additivity=Additivity.NONE,
    model="fct_expected_dates", expr=_PUSHED, where="pushed_date is not null or not is_told", time="pushed_date",
    n=_PUSHED, unknown="sum(case when pushed_date is null then 1 else 0 end)",
    example=Example(given=examples.DATES, as_of=examples.AS_OF, expect=1, n=1),
))

define(Computed(
    name="pipeline_coverage",
    label="Pipeline coverage",
    searched_as=("quota coverage", "cover"),
    topic="pipeline", unit=Unit.TIMES,
    description="How many times the total value of the open deals covers what is still missing to the target of the "
                "running quarter. Without a target, and once it is reached, there is no number.",
    why_key="What is not in the pipeline cannot fill the gap, however well it is worked.",
    performance="Total value divided by target less won value, for the quarter the day is in.",
    indicates="Under 1 the target cannot be reached with what is open; how much above it is needed is the inverse of "
              "the win rate by value.",
    role=Role.LEADING, direction=Direction.UP, additivity=Additivity.NONE,
    compute="kpi_engine.metrics.coverage:pipeline_coverage",
    example=Example(given=examples.QUARTER, as_of=examples.AS_OF, expect=1500 / (2400 - 900), n=2),
))
