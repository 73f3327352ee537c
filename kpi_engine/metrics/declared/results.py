"""What came in, what was won and what was lost."""

from kpi_engine.metrics import examples
from kpi_engine.metrics.kinds import Additivity, Combined, Direction, Example, Ratio, Role, Simple, Unit, define

MIN_CLOSED = 5
"""Below this many closed deals a win rate says more about chance than about selling."""

_DEALS, _AS_OF = examples.DEALS, examples.AS_OF

define(Simple(
    name="new_deals",
    label="New deals",
    topic="pipeline", unit=Unit.COUNT,
    description="Deals that came into being in the period, by the date they were created. Deals without that date are "
                "not among them.",
    why_key="Every order begins as a new deal, often many months earlier.",
    performance="Count of deals by created date.",
    indicates="Whether the pipeline is being refilled, and for which months.",
    role=Role.LEADING, direction=Direction.UP, additivity=Additivity.FULL,
    model="fct_deals", expr="count(created_date)", time="created_date",
    n="count(created_date)", unknown="sum(case when created_date is null then 1 else 0 end)",
    example=Example(given=_DEALS, as_of=_AS_OF, expect=7, n=7),
))

_CREATED_AMOUNT = "case when created_date is not null then amount end"

define(Simple(
    name="new_value",
    label="Value of new deals",
    topic="pipeline", unit=Unit.MONEY,
    description="The amounts of the deals created in the period, as they stand now. Deals without a created date are "
                "left out.",
    why_key="A full calendar of small deals is not a full pipeline.",
    performance="Sum of current amounts by created date.",
    indicates="How much new work was found.",
    role=Role.LEADING, direction=Direction.UP, additivity=Additivity.FULL,
    model="fct_deals", expr=f"sum({_CREATED_AMOUNT})", time="created_date",
    n=f"count({_CREATED_AMOUNT})", unknown=f"sum(case when {_CREATED_AMOUNT} is null then 1 else 0 end)",
    example=Example(given=_DEALS, as_of=_AS_OF, expect=600 + 300 + 400 + 1000 + 50, n=5),
))

define(Simple(
    name="won_deals",
    label="Won deals",
    searched_as=("orders", "closed won", "sales won"),
    topic="results", unit=Unit.COUNT,
    description="Deals won in the period, by the date they were won.",
    why_key="Orders are what all the work is for.",
    performance="Count of won deals by closing date.",
    indicates="What past work has brought; it says little about the work of today.",
    role=Role.LAGGING, direction=Direction.UP, additivity=Additivity.FULL,
    model="fct_deals", expr="count(*)", where="status = 'won'", time="closed_date",
    example=Example(given=_DEALS, as_of=_AS_OF, expect=3, n=3),
))

define(Simple(
    name="won_value",
    label="Won value",
    searched_as=("revenue", "bookings", "turnover", "sales", "order intake", "income"),
    topic="results", unit=Unit.MONEY,
    description="The amounts of the deals won in the period.",
    why_key="This is what the business lives on.",
    performance="Sum of the amounts of won deals by closing date.",
    indicates="What past work has brought in money.",
    role=Role.LAGGING, direction=Direction.UP, additivity=Additivity.FULL,
    model="fct_deals", expr="sum(amount)", where="status = 'won'", time="closed_date",
    n="count(amount)", unknown="sum(case when amount is null then 1 else 0 end)",
    example=Example(given=_DEALS, as_of=_AS_OF, expect=600 + 300, n=2),
))

define(Simple(
    name="lost_deals",
    label="Lost deals",
    searched_as=("churned deals", "closed lost"),
    topic="results", unit=Unit.COUNT,
    description="Deals lost in the period, by the date they were lost. Deals that merely left the export are not "
                "among them.",
    why_key="Losses, told openly, are what a team learns from.",
    performance="Count of lost deals by closing date.",
    indicates="Alone little: more tries bring more losses. Read it next to won deals.",
    role=Role.LAGGING, direction=Direction.NEITHER, additivity=Additivity.FULL,
    model="fct_deals", expr="count(*)", where="status = 'lost'", time="closed_date",
    example=Example(given=_DEALS, as_of=_AS_OF, expect=2, n=2),
))

define(Simple(
    name="lost_value",
    label="Lost value",
    topic="results", unit=Unit.MONEY,
    description="The amounts of the deals lost in the period. Many exports blank or zero the amount of a lost deal: "
                "then there is no number.",
    why_key="A few large losses weigh more than many small ones.",
    performance="Sum of the amounts of lost deals by closing date, where any of them has one.",
    indicates="Where the large ones go wrong.",
    role=Role.LAGGING, direction=Direction.DOWN, additivity=Additivity.FULL,
    model="fct_deals", expr="sum(amount)", where="status = 'lost'", time="closed_date",
    n="count(nullif(amount, 0))", unknown="sum(case when coalesce(amount, 0) = 0 then 1 else 0 end)",
    example=Example(given=_DEALS, as_of=_AS_OF, expect=400, n=1),
))

define(Simple(
    name="closed_deals",
    label="Closed deals",
    topic="results", unit=Unit.COUNT, is_part=True,
    description="Deals won or lost in the period.",
    why_key="It is what a win rate is a share of.",
    performance="Count of won and lost deals by closing date.",
    indicates="How much was decided.",
    role=Role.LAGGING, direction=Direction.NEITHER, additivity=Additivity.FULL,
    model="fct_deals", expr="count(*)", where="status in ('won', 'lost')", time="closed_date",
    example=Example(given=_DEALS, as_of=_AS_OF, expect=5, n=5),
))

define(Combined(
    name="closed_value",
    label="Closed value",
    topic="results", unit=Unit.MONEY, is_part=True,
    description="Won value plus lost value; no number where lost deals carry no amounts.",
    why_key="It is what a win rate by value is a share of.",
    performance="Won value plus lost value.",
    indicates="How much money was decided about.",
    role=Role.LAGGING, direction=Direction.NEITHER, additivity=Additivity.FULL,
    parts=("won_value", "lost_value"), how="sum",
    example=Example(given=_DEALS, as_of=_AS_OF, expect=900 + 400, n=3),
))

define(Ratio(
    name="win_rate",
    label="Win rate",
    searched_as=("hit rate", "close rate", "closing rate", "conversion rate"),
    topic="results", unit=Unit.SHARE, min_n=MIN_CLOSED,
    description="Of the deals closed in the period, the share that was won. Deals still open are in neither.",
    why_key="It says how well the effort is spent.",
    performance="Won deals divided by won plus lost deals, by closing date.",
    indicates="How well deals are chosen and worked. The first months of an export read too high: only quick wins "
                "had time to close.",
    role=Role.LAGGING, direction=Direction.UP, additivity=Additivity.NONE,
    numerator="won_deals", denominator="closed_deals",
    example=Example(given=_DEALS, as_of=_AS_OF, expect=3 / 5, n=5),
))

define(Ratio(
    name="win_rate_value",
    label="Win rate by value",
    topic="results", unit=Unit.SHARE,
    description="Of the money decided about in the period, the share that was won. No number where lost deals carry "
                "no amounts.",
    why_key="Winning small and losing large looks fine by count.",
    performance="Won value divided by won plus lost value, by closing date.",
    indicates="Whether the large deals are won too, when read next to the win rate.",
    role=Role.LAGGING, direction=Direction.UP, additivity=Additivity.NONE,
    numerator="won_value", denominator="closed_value",
    example=Example(given=_DEALS, as_of=_AS_OF, expect=900 / 1300, n=3),
))

define(Simple(
    name="won_deals_with_amount",
    label="Won deals with an amount",
    topic="results", unit=Unit.COUNT, is_part=True,
    description="Deals won in the period that carry an amount.",
    why_key="It is what an average won value is taken over.",
    performance="Count of won deals with an amount, by closing date.",
    indicates="How many deals the average rests on.",
    role=Role.LAGGING, direction=Direction.NEITHER, additivity=Additivity.FULL,
    model="fct_deals", expr="count(amount)", where="status = 'won'", time="closed_date", n="count(amount)",
    example=Example(given=_DEALS, as_of=_AS_OF, expect=2, n=2),
))

define(Ratio(
    name="average_won_value",
    label="Average won deal",
    searched_as=("average deal size", "deal size", "basket", "average order value"),
    topic="results", unit=Unit.MONEY,
    description="The mean amount of the deals won in the period; won deals without an amount are left out.",
    why_key="The same win rate on larger deals is a different business.",
    performance="Won value divided by the won deals that carry an amount.",
    indicates="Whether the team works on deals of the right size.",
    role=Role.LAGGING, direction=Direction.UP, additivity=Additivity.NONE,
    numerator="won_value", denominator="won_deals_with_amount",
    example=Example(given=_DEALS, as_of=_AS_OF, expect=450, n=2),
))

_CYCLE_KNOWN = "status = 'won' and cycle_days is not null"

define(Simple(
    name="cycle_days_total",
    label="Days from created to won, all together",
    topic="results", unit=Unit.DAYS, is_part=True,
    description="The days from created to won of the deals won in the period, added up.",
    why_key="It is what the sales cycle is the mean of.",
    performance="Sum of days from created to won, where both dates are known.",
    indicates="Nothing by itself.",
    role=Role.LAGGING, direction=Direction.NEITHER, additivity=Additivity.FULL,
    model="fct_deals", expr="sum(cycle_days)", where=_CYCLE_KNOWN, time="closed_date",
    example=Example(given=_DEALS, as_of=_AS_OF, expect=30 + 20 + 40, n=3),
))

define(Simple(
    name="won_deals_with_cycle",
    label="Won deals with both dates",
    topic="results", unit=Unit.COUNT, is_part=True,
    description="Deals won in the period whose created and won dates are both known.",
    why_key="It is what the sales cycle is taken over.",
    performance="Count of won deals with a known cycle, by closing date.",
    indicates="How many deals the sales cycle rests on.",
    role=Role.LAGGING, direction=Direction.NEITHER, additivity=Additivity.FULL,
    model="fct_deals", expr="count(*)", where=_CYCLE_KNOWN, time="closed_date",
    example=Example(given=_DEALS, as_of=_AS_OF, expect=3, n=3),
))

define(Ratio(
    name="cycle_days",
    label="Sales cycle",
    searched_as=("deal duration", "time to close", "lead time"),
    topic="results", unit=Unit.DAYS,
    description="The mean number of days from created to won, over the deals won in the period. A mean, not a "
                "median: a few very slow deals pull it up.",
    why_key="It says how early work must begin to bring an order in a given month.",
    performance="Days from created to won, added up over won deals, divided by their number.",
    indicates="When the effort of today will show in orders.",
    role=Role.LAGGING, direction=Direction.DOWN, additivity=Additivity.NONE,
    numerator="cycle_days_total", denominator="won_deals_with_cycle",
    example=Example(given=_DEALS, as_of=_AS_OF, expect=30, n=3),
))

define(Combined(
    name="velocity_value",
    label="Open deals at their usual worth",
    topic="pipeline", unit=Unit.MONEY, is_part=True,
    description="Open deals times the average won value times the win rate.",
    why_key="It is what sales velocity is spread over the cycle.",
    performance="Open deals times average won value times win rate.",
    indicates="What the open deals would bring if they went as those before them.",
    role=Role.LEADING, direction=Direction.UP, additivity=Additivity.NONE,
    parts=("open_deals", "average_won_value", "win_rate"), how="product",
    example=Example(given=examples.DEALS_AND_OPEN, as_of=_AS_OF, expect=3 * 450 * 0.6, n=2),
))

define(Ratio(
    name="sales_velocity",
    label="Sales velocity",
    topic="pipeline", unit=Unit.MONEY_PER_DAY,
    description="What the open deals bring per day, if they are won as often, as large and as fast as those won in "
                "the period.",
    why_key="Four levers in one number: more deals, larger ones, won more often, won sooner.",
    performance="Open deals times average won value times win rate, divided by the sales cycle in days.",
    indicates="Which of the four levers moves the business most.",
    role=Role.LEADING, direction=Direction.UP, additivity=Additivity.NONE,
    numerator="velocity_value", denominator="cycle_days",
    example=Example(given=examples.DEALS_AND_OPEN, as_of=_AS_OF, expect=3 * 450 * 0.6 / 30, n=3),
))
