"""What the open work is worth."""

from kpi_engine.metrics import examples
from kpi_engine.metrics.kinds import Additivity, Direction, Example, Ratio, Role, Simple, Unit, define

_WITH_AMOUNT = "sum(deals_change - deals_without_amount_change)"
_WITHOUT_AMOUNT = "sum(deals_without_amount_change)"

define(Simple(
    name="total_value",
    label="Total value (TV)",
    searched_as=("pipeline value", "pipeline size", "open value"),
    topic="pipeline", unit=Unit.MONEY,
    description="The amounts of all open deals added up, at the end of the day. Deals without an amount are counted "
                "apart.",
    why_key="What is not in the pipeline today cannot be an order tomorrow.",
    performance="Sum of the amounts of open deals, each counted in full.",
    indicates="How much work is in hand; alone it says nothing of how far that work has come.",
    role=Role.LEADING, direction=Direction.UP, additivity=Additivity.SEMI,
    model="fct_pipeline_day", expr="sum(amount_change)", time="change_date",
    n=_WITH_AMOUNT, unknown=_WITHOUT_AMOUNT,
    example=Example(given=examples.OPEN, as_of=examples.AS_OF, expect=1000 + 500, n=2),
))

define(Simple(
    name="expected_value",
    label="Expected value (EV)",
    searched_as=("weighted pipeline", "weighted value", "expected revenue"),
    topic="pipeline", unit=Unit.MONEY,
    description="Open amount times the accepted win probability of the stage each deal is in, at the end of the day.",
    why_key="It is what the team's work is worth before the orders come in.",
    performance="For each pipeline and stage: total value times the stage's accepted win probability, added up.",
    indicates="Where orders are heading. A rise in a lean season is real progress, though nothing was signed yet.",
    role=Role.LEADING, direction=Direction.UP, additivity=Additivity.SEMI,
    model="fct_pipeline_day", expr="sum(amount_change * probability)", time="change_date",
    n=_WITH_AMOUNT, unknown=_WITHOUT_AMOUNT,
    example=Example(given=examples.OPEN, as_of=examples.AS_OF, expect=1000 * 0.2 + 500 * 0.6, n=2),
))

define(Ratio(
    name="ev_tv_ratio",
    label="EV / TV",
    topic="pipeline", unit=Unit.SHARE,
    description="Expected value as a share of total value: how ripe the open work is.",
    why_key="The same total value is worth more when it has come further.",
    performance="Expected value divided by total value, at the same moment.",
    indicates="Rising: deals advance faster than new ones come in. Falling: many new leads, or deals that do not move.",
    role=Role.LEADING, direction=Direction.UP, additivity=Additivity.NONE,
    numerator="expected_value", denominator="total_value",
    example=Example(given=examples.OPEN, as_of=examples.AS_OF, expect=500 / 1500, n=2),
))

define(Simple(
    name="open_deals",
    label="Open deals",
    topic="pipeline", unit=Unit.COUNT,
    description="How many deals are open at the end of the day, with or without an amount.",
    why_key="Few deals mean that each one must succeed.",
    performance="Count of deals in an open stage.",
    indicates="Whether enough is being worked on, and whether one person has too much on the plate.",
    role=Role.LEADING, direction=Direction.UP, additivity=Additivity.SEMI,
    model="fct_pipeline_day", expr="sum(deals_change)", time="change_date", n="sum(deals_change)",
    example=Example(given=examples.OPEN, as_of=examples.AS_OF, expect=3, n=3),
))

define(Simple(
    name="deals_without_amount",
    label="Open deals without an amount",
    topic="pipeline", unit=Unit.COUNT,
    description="Open deals that carry no amount: they count as open, and add nothing to total or expected value.",
    why_key="What has no amount is missing from every forecast.",
    performance="Count of open deals whose amount is blank (or in a currency without a rate).",
    indicates="How far total and expected value can be trusted to be the whole.",
    role=Role.LEADING, direction=Direction.DOWN, additivity=Additivity.SEMI,
    model="fct_pipeline_day", expr=_WITHOUT_AMOUNT, time="change_date", n="sum(deals_change)",
    example=Example(given=examples.OPEN, as_of=examples.AS_OF, expect=1, n=3),
))
