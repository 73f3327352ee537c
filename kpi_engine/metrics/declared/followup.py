"""Following up: whether the next step is agreed, whether its day is kept, and what stands still or is put off."""

from kpi_engine.metrics import examples, examples_followed
from kpi_engine.metrics.kinds import Additivity, Computed, Direction, Example, Role, Simple, Unit, define
from kpi_engine.names import Status

define(Computed(
    name="next_step_coverage",
    label="Next step coverage",
    searched_as=("follow up planned",),
    topic="work", unit=Unit.SHARE,
    description="Of the open deals, the share whose next contact is agreed for today or a later day: a dated next step "
                "or a planned activity. Without a column of next step dates in the export there is no number.",
    why_key="A deal without an agreed next contact is waited for by nobody.",
    performance="Open deals with a next contact agreed, divided by all open deals of whose next step the export tells.",
    indicates="Whether meetings end with the next one agreed. It is in a rep's own hands, every day.",
    role=Role.LEADING, direction=Direction.UP, additivity=Additivity.NONE,
    compute="kpi_engine.forecasting.followup_kpis:next_step_coverage",
    example=Example(given=examples_followed.FOLLOW_UPS, as_of=examples.AS_OF, expect=3 / 9, n=9),
))

define(Computed(
    name="follow_up_on_time_rate",
    label="Follow-ups on time",
    searched_as=("missed follow ups", "punctuality"),
    topic="work", unit=Unit.SHARE,
    description="Of the next steps agreed for a day in the period that is over, the share that was kept: something was "
                "done with the deal on that day, in the week before, or the day after. With a single export only the "
                "days that still stand in it are seen, most of them missed: it then reads low, and is marked as "
                "inferred. Uploads week by week see them all.",
    why_key="Orders are lost between a good meeting and the call that did not come.",
    performance="Agreed days kept, divided by agreed days that are over, each deal and day once.",
    indicates="Whether what is promised to customers is done when it was promised.",
    role=Role.LEADING, direction=Direction.UP, additivity=Additivity.NONE,
    compute="kpi_engine.forecasting.followup_kpis:follow_up_on_time_rate",
    example=Example(
        given=examples_followed.FOLLOW_UPS, as_of=examples.AS_OF, expect=3 / 5, n=5, status=Status.INFERRED
    ),
))

define(Computed(
    name="stale_value",
    label="Stale value",
    searched_as=("stuck deals", "dead wood", "ageing"),
    topic="pipeline", unit=Unit.MONEY,
    description="The amounts of the open deals that stand still: longer in their stage than four fifths of the deals "
                "that later went on, or left alone for longer than four fifths of the won deals ever were. A deal "
                "whose next contact is agreed, or whose month is far ahead, is not stale.",
    why_key="What stands still counts in the pipeline like the rest, and is won less often.",
    performance="Sum of amounts of stale open deals; what is usual comes from the team's own history per stage.",
    indicates="How much of the total value is there on paper only, unless somebody picks it up.",
    role=Role.LEADING, direction=Direction.DOWN, additivity=Additivity.NONE,
    compute="kpi_engine.forecasting.followup_kpis:stale_value",
    example=Example(given=examples_followed.ALONE, as_of=examples.AS_OF, expect=400, n=1),
))

_PUSHED = "pushed_date is not null"

define(Simple(
    name="pushed_value",
    label="Pushed value",
    topic="pipeline", unit=Unit.MONEY,
    description="The amounts of the deals whose expected close date was moved later in the period. A deal that was "
                "moved twice counts for both. Only a stage history or a second export of the deals shows it; with a "
                "single export there is no number.",
    why_key="Value that moves to a later month again and again is missing from every month it leaves.",
    performance="Sum of amounts, as they were that day, of open deals whose expected close date was replaced by a "
                "later one, by the day of the change.",
    indicates="How much of the forecast is being put off, and where.",
    role=Role.LEADING, direction=Direction.DOWN, additivity=Additivity.FULL,
    model="fct_expected_dates", expr=f"sum(case when {_PUSHED} then amount end)",
    where=f"{_PUSHED} or not is_told", time="pushed_date",
    n=f"count(case when {_PUSHED} then amount end)",
    unknown=f"sum(case when {_PUSHED} and amount is null then 1 else 0 end)",
    example=Example(given=examples.DATES, as_of=examples.AS_OF, expect=800 + 800, n=2),
))
