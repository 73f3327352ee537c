"""Quarterly targets per rep. For the running quarter one is out of reach, one is met, the others are a stretch."""
import random
from collections import Counter, defaultdict
from datetime import date

from sample import world as w
from sample.activities import Activity
from sample.deals import Deal
from sample.people import GOOD_REP, POOR_REP, REPS

RUNNING = "2026-Q3"
MET, OUT_OF_REACH, STRETCH = "already met", "out of reach", "a stretch"


def quarter(day: date) -> str:
    """``2026-Q3`` for any day of July, August or September 2026."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def intent(owner: str) -> str:
    """What the running quarter's targets mean for a rep."""
    return {GOOD_REP: MET, POOR_REP: OUT_OF_REACH}.get(owner, STRETCH)


def is_qualified_meeting(activity: Activity) -> bool:
    """A held meeting that meets the rule, was hosted, or is an allowed exception."""
    is_meeting = activity.type in ("Meeting", "Hosted Visit") and activity.outcome == "Held"
    meets = all(flag == "Yes" for flag in activity.flags)
    return is_meeting and (meets or activity.type == "Hosted Visit" or bool(activity.exception_reason))


def results(deals: list[Deal], made: list[Activity]) -> dict[str, dict[tuple[str, str], float]]:
    """Per KPI, what each (owner, quarter) reached by the day of the export."""
    value: dict[tuple[str, str], float] = defaultdict(float)
    for deal in deals:
        if deal.is_won and deal.closes <= w.AS_OF:
            value[deal.owner, quarter(deal.closes)] += deal.amount
    meetings = Counter((a.owner, quarter(a.at.date())) for a in made if is_qualified_meeting(a))
    return {"won_value": dict(value), "qualified_meetings": {key: float(n) for key, n in meetings.items()}}


def targets(deals: list[Deal], made: list[Activity]) -> list[tuple[str, str, str, int]]:
    """Rows of owner, KPI, period, target."""
    rng = random.Random("tideline sample: targets")
    rows = []
    for kpi, step in (("won_value", 1000), ("qualified_meetings", 1)):
        reached = results(deals, made)[kpi]
        for rep in REPS:
            for period in (f"{year}-Q{q}" for year in range(2023, 2027) for q in range(1, 5)):
                if not "2023-Q4" <= period <= ("2026-Q4" if kpi == "won_value" else RUNNING):
                    continue
                a_year_ago = reached.get((rep.name, f"{int(period[:4]) - 1}{period[4:]}"), 0.0)
                so_far = reached.get((rep.name, period), 0.0)
                if period == RUNNING:
                    aim = {MET: so_far * 0.85, OUT_OF_REACH: 5 * (so_far + a_year_ago) + 10 * step,
                           STRETCH: max(so_far * 1.25, a_year_ago * 1.1)}[intent(rep.name)]
                elif period < RUNNING:
                    aim = so_far * rng.uniform(0.85, 1.35)
                else:
                    aim = a_year_ago * 1.1
                rows.append((rep.name, kpi, period, max(round(aim / step), 2) * step))
    return rows
