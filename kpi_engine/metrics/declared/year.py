"""When the year is won: seasons, and what is booked for the months ahead."""

from kpi_engine.metrics import examples
from kpi_engine.metrics.kinds import Additivity, Computed, Direction, Example, Role, Simple, Unit, define

_IS_AHEAD = "date_trunc('month', delivery_date) > date_trunc('month', closed_date)"

define(Simple(
    name="pickup",
    label="Won for later months",
    topic="results", unit=Unit.MONEY,
    description="The amounts of the deals won in the period whose delivery lies in a later month than the one they "
                "were won in. Deals without a delivery date are not among them.",
    why_key="A season is filled months before it comes.",
    performance="Sum of the amounts of won deals by closing date, where the delivery month is a later one.",
    indicates="How fast the months ahead are filling.",
    role=Role.LEADING, direction=Direction.UP, additivity=Additivity.FULL,
    model="fct_deals", expr=f"sum(case when {_IS_AHEAD} then amount end)", where="status = 'won'", time="closed_date",
    n="count(case when delivery_date is not null then amount end)",
    unknown="sum(case when delivery_date is null or amount is null then 1 else 0 end)",
    example=Example(given=examples.DELIVERIES, as_of=examples.AS_OF, expect=600 + 300, n=3),
))

define(Computed(
    name="booked_ahead",
    label="Booked ahead",
    topic="results", unit=Unit.MONEY,
    description="The won value whose delivery lies in a month after the one looked from. No number where deals carry "
                "no delivery date.",
    why_key="It is the part of the coming months that no longer has to be sold.",
    performance="Amounts of won deals, paid or not, delivered after the end of the month looked from.",
    indicates="How safe the next months are; beside the same day last year, whether they fill earlier or later.",
    role=Role.LEADING, direction=Direction.UP, additivity=Additivity.NONE,
    compute="kpi_engine.forecasting.booking:booked_ahead_now",
    example=Example(given=examples.DELIVERIES, as_of=examples.AS_OF, expect=600, n=1),
))

define(Computed(
    name="seasonal_index",
    label="Seasonal index of the month",
    topic="results", unit=Unit.TIMES,
    description="What the month looked from usually brings in won value, as a multiple of the average month, with the "
                "trend taken out and drawn towards 1 as far as the years leave it open.",
    why_key="A lean month in a lean season is no alarm, and a good one in the high season no triumph.",
    performance="Month effects of a quasi-Poisson model with a trend, shrunk, over all whole months.",
    indicates="What to expect of this month before anything else is known. It is a fact only where the test for a "
              "season says so; otherwise there are too few years.",
    role=Role.LAGGING, direction=Direction.NEITHER, additivity=Additivity.NONE,
    compute="kpi_engine.forecasting.seasons:seasonal_index_now",
    example=Example(given=examples.TWO_YEARS, as_of=examples.AS_OF, expect=30 / 65, n=24),
))
