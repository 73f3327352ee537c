"""What is fixed before any deal exists: calendar, stages, season, win rates. These are the planted facts."""
import math
import random
from datetime import date, timedelta

GO_LIVE = date(2023, 9, 1)
"""Day the CRM went live. Deals open on that day were typed in on it, in the stage they had reached."""
FIRST_WEEK = date(2023, 9, 4)
"""Monday of the first of 156 whole weeks."""
WEEKS = 156
SEED = "tideline sample 124"
"""Chosen among many, so that chance alone hides none of the planted facts in these three years."""
AS_OF = date(2026, 8, 31)
"""Day of the export, late in the southern winter."""

PIPELINE = "Charters & Groups"

ENQUIRY, QUALIFIED, MEETING, PROPOSAL, VERBAL = "Enquiry", "Qualified", "Meeting Held", "Proposal Sent", "Verbal Yes"
WON, PAID, LOST = "Won - Booked", "Deposit Paid", "Lost"
OPEN_STAGES = (ENQUIRY, QUALIFIED, MEETING, PROPOSAL, VERBAL)

STAGES: tuple[tuple[str, str, int], ...] = (
    (ENQUIRY, "open", 40),
    (QUALIFIED, "open", 50),
    (MEETING, "open", 60),
    (PROPOSAL, "open", 80),
    (VERBAL, "open", 95),
    (WON, "won", 100),
    (PAID, "paid", 100),
    (LOST, "lost", 0),
)
"""Name, kind, and the CRM's own default probability in per cent, which is far too rosy."""
CRM_PROBABILITY = {name: probability for name, _, probability in STAGES}

HOSTED, BANT, STRATEGIC, EARLY, FAVOUR, UNQUALIFIED, NO_MEETING = (
    "hosted visit", "meets the rule", "exception: strategic", "exception: early", "exception: favour", "unqualified",
    "no meeting",
)
WIN_SHARE = {HOSTED: 0.55, BANT: 0.38, STRATEGIC: 0.40, EARLY: 0.08, FAVOUR: 0.08, UNQUALIFIED: 0.07, NO_MEETING: 0.06}
"""Share won by the kind of the deal's first held meeting."""
BLOCK = {HOSTED: 20, BANT: 50, STRATEGIC: 5, EARLY: 25, FAVOUR: 25, UNQUALIFIED: 100, NO_MEETING: 50}
"""Every so many deals of a kind, one after the other, hold exactly the planted share of wins."""
EXCEPTION_REASON = {
    STRATEGIC: "Executive of a strategic account", EARLY: "Early in buying process", FAVOUR: "Favour to partner",
}
QUALIFIED_MIX = {HOSTED: 0.22, BANT: 0.58, STRATEGIC: 0.07, EARLY: 0.07, FAVOUR: 0.06}

LEAD_DAYS = 49
LEAD_SPREAD = 4
"""A deal that is won is won this many days after its first held meeting, give or take the spread."""

WON_SEASON = (0.85, 0.75, 0.70, 0.60, 0.45, 0.40, 0.45, 0.75, 1.40, 1.95, 2.10, 1.60)
"""How many bookings are won per calendar month, January first, as a multiple of the mean month."""
DELIVERY_SEASON = (2.00, 1.70, 1.10, 0.80, 0.50, 0.30, 0.30, 0.35, 0.60, 0.90, 1.30, 2.15)
"""How much people want to be on the water per calendar month."""

QUALIFIED_PER_WEEK = 5.6
UNQUALIFIED_PER_WEEK = 3.3
NO_MEETING_PER_WEEK = 2.3
SHOCK_CV = 0.55
"""Weeks differ by chance (campaigns, fairs, open days) by this coefficient of variation, over season and trend."""
GROWTH_PER_YEAR = 0.05


def _harmonics(table: tuple[float, ...]) -> tuple[float, ...]:
    """Two yearly harmonics of the square root of a monthly table: mean, then (cos, sin) of each."""
    roots = [math.sqrt(value) for value in table]
    found = [sum(roots) / 12]
    for k in (1, 2):
        for wave in (math.cos, math.sin):
            found.append(sum(r * wave(2 * math.pi * k * (m + 0.5) / 12) for m, r in enumerate(roots)) / 6)
    return tuple(found)


_WON_WAVES = _harmonics(WON_SEASON)


def won_season(day: date) -> float:
    """The season of winning on a day, smooth, about 1 on average."""
    turn = 2 * math.pi * (day.timetuple().tm_yday - 0.5) / 365.25
    mean, c1, s1, c2, s2 = _WON_WAVES
    root = mean + c1 * math.cos(turn) + s1 * math.sin(turn) + c2 * math.cos(2 * turn) + s2 * math.sin(2 * turn)
    return max(root, 0.3) ** 2


def delivery_season(day: date) -> float:
    """The season of demand on a day."""
    return DELIVERY_SEASON[day.month - 1]


def growth(day: date) -> float:
    """The business grows a little each year; 1 in the middle of the three years."""
    return 1 + GROWTH_PER_YEAR * ((day - FIRST_WEEK).days / 365.25 - 1.5)


def poisson(rng: random.Random, mean: float) -> int:
    """One Poisson number by multiplying uniforms; fine for the small means used here."""
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count


def shock(rng: random.Random, cv: float) -> float:
    """A gamma number of mean 1 and the given coefficient of variation."""
    shape = 1 / cv**2
    return rng.gammavariate(shape, 1 / shape)


def pick(rng: random.Random, weights: dict[str, float]) -> str:
    """One key, drawn by weight."""
    return rng.choices(list(weights), list(weights.values()))[0]


def workday(day: date) -> date:
    """The day itself, or the Friday before a weekend."""
    return day - timedelta(days=max(day.weekday() - 4, 0))
