"""Deals from the meeting outwards: enquired before it, won or lost after it.

Each week holds a random number of first meetings (season, growth and a shock of that week alone). A deal that will be
won is won about seven weeks after its first meeting, so a good week of qualified meetings is followed by a good week of
orders. Whether it is won depends on what kind of meeting it was.
"""
import math
import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from sample import world as w
from sample.people import CORPORATE, REPS, SCHOOL, SOURCES, TOUR, WEDDING, Contact

FERRY, CHARTER, EVENT, BRIDAL = "Ferry group booking", "Private charter", "Corporate event charter", "Wedding charter"
_PRODUCTS = {FERRY: 0.28, CHARTER: 0.30, EVENT: 0.24, BRIDAL: 0.18}
_SEGMENTS = {FERRY: (SCHOOL, TOUR), CHARTER: (CORPORATE, WEDDING, TOUR), EVENT: (CORPORATE,), BRIDAL: (WEDDING,)}
_AMOUNTS = {FERRY: (1900, 0.42, 800, 5000), CHARTER: (7000, 0.50, 3000, 25000), EVENT: (13500, 0.50, 5000, 60000),
            BRIDAL: (11500, 0.40, 6000, 30000)}
"""Median, spread of the logarithm, least and most, in AUD."""

_FURTHEST = {
    w.NO_MEETING: {w.ENQUIRY: 0.60, w.QUALIFIED: 0.40},
    w.UNQUALIFIED: {w.MEETING: 0.76, w.PROPOSAL: 0.21, w.VERBAL: 0.03},
}
_FURTHEST_QUALIFIED = {w.MEETING: 0.31, w.PROPOSAL: 0.45, w.VERBAL: 0.24}
"""The furthest stage of a deal that is lost."""

_REASONS = {"Price": 0.28, "No response": 0.24, "Went with a competitor": 0.16, "Date not available": 0.12,
            "Event called off": 0.11, "No budget": 0.09}
BOUNCED = "Deposit never came"


@dataclass
class Deal:
    """One deal and its whole life, also what lies beyond the day of the export."""

    kind: str
    owner: str
    product: str
    contact: Contact
    source: str
    created: date
    delivery: date
    meeting: date | None
    planned_close: date
    is_won: bool
    furthest: str
    amount: float
    path: list[tuple[date, str]] = field(default_factory=list)
    lost_reason: str = ""
    is_overdue: bool = False
    deal_id: str = ""

    @property
    def closes(self) -> date:
        """The day the outcome is final: won, or lost."""
        return next(day for day, stage in reversed(self.path) if stage == (w.WON if self.is_won else w.LOST))

    def stage_on(self, day: date) -> str:
        """The stage in force at the end of a day; empty before the deal exists."""
        reached = [stage for entered, stage in self.path if entered <= day]
        return reached[-1] if reached else ""

    def is_open_on(self, day: date) -> bool:
        """Whether the deal is in an open stage at the end of a day."""
        return self.stage_on(day) in w.OPEN_STAGES


def all_deals(contacts: list[Contact]) -> list[Deal]:
    """Every deal that was open at go-live or created from then to the day of the export, oldest first."""
    rng = random.Random(f"{w.SEED}: deals")
    outcomes = _Outcomes(rng)
    by_segment: dict[str, list[Contact]] = {}
    for contact in contacts:
        by_segment.setdefault(contact.segment, []).append(contact)
    made = [
        _deal(rng, kind, day, outcomes, by_segment)
        for week in range(-60, w.WEEKS + 40)
        for kind, day in _week(rng, w.FIRST_WEEK + timedelta(weeks=week))
    ]
    kept = [deal for deal in made if deal.created <= w.AS_OF and deal.closes > w.GO_LIVE
            and deal.stage_on(w.GO_LIVE) != w.WON]
    kept.sort(key=lambda deal: (deal.created, deal.path[-1][0], deal.amount))
    _keep_what_is_not_known_yet(kept)
    _leave_follow_ups_undone(kept)
    _forget_owners(kept)
    for number, deal in enumerate(kept):
        deal.deal_id = f"D-{10001 + number}"
    return kept


class _Outcomes:
    """Wins and losses in shuffled blocks, so the planted share holds in every stretch of the three years.

    The large kinds have blocks of their own for each rep: no rep is better or worse than the meetings they have.
    """

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._waiting: dict[tuple[str, str], list[bool]] = {}

    def next(self, kind: str, owner: str) -> bool:
        """Whether the next deal of this kind, and of this owner, is won."""
        waiting = self._waiting.setdefault((kind, owner if kind in (w.HOSTED, w.BANT, w.UNQUALIFIED) else ""), [])
        if not waiting:
            wins = round(w.WIN_SHARE[kind] * w.BLOCK[kind])
            waiting += [True] * wins + [False] * (w.BLOCK[kind] - wins)
            self._rng.shuffle(waiting)
        return waiting.pop()


def _week(rng: random.Random, monday: date) -> list[tuple[str, date]]:
    """The kinds and days of the first meetings of a week, and the anchors of deals that never get a meeting."""
    season = w.won_season(monday + timedelta(days=w.LEAD_DAYS + 3)) * w.growth(monday)
    calm = 0.5 + 0.5 * season
    found = []
    for _ in range(w.poisson(rng, w.QUALIFIED_PER_WEEK * season * w.shock(rng, w.SHOCK_CV))):
        found.append(w.pick(rng, w.QUALIFIED_MIX))
    found += [w.UNQUALIFIED] * w.poisson(rng, w.UNQUALIFIED_PER_WEEK * calm * w.shock(rng, w.SHOCK_CV))
    found += [w.NO_MEETING] * w.poisson(rng, w.NO_MEETING_PER_WEEK * calm)
    return [(kind, monday + timedelta(days=rng.randint(0, 4))) for kind in found]


def _deal(
    rng: random.Random, kind: str, anchor: date, outcomes: _Outcomes, by_segment: dict[str, list[Contact]]
) -> Deal:
    qualified_like = kind not in (w.UNQUALIFIED, w.NO_MEETING)
    share = {rep.name: rep.qualified if qualified_like else rep.unqualified if kind == w.UNQUALIFIED else rep.other
             for rep in REPS}
    owner = w.pick(rng, share)
    is_won = outcomes.next(kind, owner)
    product = EVENT if kind == w.STRATEGIC else w.pick(rng, _PRODUCTS)
    contact = rng.choice(by_segment[rng.choice(_SEGMENTS[product])])
    meeting = None if kind == w.NO_MEETING else anchor
    decision = _won_day(rng, anchor)
    delivery, created = _when(rng, product, anchor, decision)
    furthest = w.VERBAL if is_won else w.pick(rng, _FURTHEST.get(kind, _FURTHEST_QUALIFIED))
    deal = Deal(kind=kind, owner=owner, product=product, contact=contact, source=w.pick(rng, SOURCES),
                created=created, delivery=delivery, meeting=meeting, planned_close=decision, is_won=is_won,
                furthest=furthest, amount=_amount(rng, product))
    deal.path = _path(rng, deal, anchor, decision)
    return deal


def _won_day(rng: random.Random, meeting: date) -> date:
    while True:
        day = meeting + timedelta(days=w.LEAD_DAYS + rng.randint(-w.LEAD_SPREAD, w.LEAD_SPREAD))
        if day.weekday() < 5:
            return day


def _when(rng: random.Random, product: str, anchor: date, decision: date) -> tuple[date, date]:
    """Delivery and enquiry day: people look for a summer's day, and enquire for a charter 6 to 12 months ahead."""
    far, centre, spread = (90, 40, 30) if product == FERRY else (210, 80, 55)
    days = [decision + timedelta(days=lead) for lead in range(12, far)]
    weights = [w.delivery_season(day) * math.exp(-(((day - decision).days - centre) / spread) ** 2 / 2) for day in days]
    delivery = rng.choices(days, weights)[0]
    shortest = (delivery - anchor).days + 7
    ahead = shortest + rng.randint(0, 45) if product == FERRY else max(shortest, rng.randint(180, 365))
    return delivery, w.workday(delivery - timedelta(days=ahead))


def _amount(rng: random.Random, product: str) -> float:
    median, spread, least, most = _AMOUNTS[product]
    step = 10 if product == FERRY else 50
    return float(round(min(max(rng.lognormvariate(math.log(median), spread), least), most) / step) * step)


def _path(rng: random.Random, deal: Deal, anchor: date, decision: date) -> list[tuple[date, str]]:
    """The stages entered, in time order. Some skip a stage, some go back one and come again."""
    path = [(deal.created, w.ENQUIRY)]
    gap = (anchor - deal.created).days
    before_meeting = anchor - timedelta(days=rng.randint(2, max(min(gap - 1, 35), 3)))
    ranks = w.OPEN_STAGES.index(deal.furthest)
    if ranks >= 1 and rng.random() > 0.05 and before_meeting > deal.created:
        path.append((before_meeting, w.QUALIFIED))
    if ranks >= 2 and deal.meeting is not None:
        path.append((deal.meeting, w.MEETING))
    if ranks >= 3:
        path.append((anchor + timedelta(days=rng.randint(3, 18)), w.PROPOSAL))
    if ranks >= 4 and (not deal.is_won or rng.random() > 0.07):
        path.append((anchor + timedelta(days=rng.randint(22, 40)), w.VERBAL))
    if ranks >= 3 and rng.random() < 0.08:
        back, stage = path[-1][0] + timedelta(days=rng.randint(1, 2)), path[-2][1]
        path += [(back, stage), (back + timedelta(days=rng.randint(1, 2)), path[-1][1])]
    path = [(w.workday(day), stage) for day, stage in path]
    if deal.is_won:
        path.append((decision, w.WON))
        if rng.random() < 0.95:
            path.append((w.workday(decision + timedelta(days=rng.randint(7, 35))), w.PAID))
    elif deal.furthest == w.VERBAL and rng.random() < 0.10:
        path += [(decision, w.WON), (w.workday(decision + timedelta(days=rng.randint(25, 60))), w.LOST)]
        deal.lost_reason = BOUNCED
    else:
        lingers = rng.randint(20, 200) if deal.meeting is None else 8 + int(rng.gammavariate(2.0, 22))
        path.append((w.workday(max(path[-1][0], deal.created) + timedelta(days=lingers)), w.LOST))
        deal.lost_reason = w.pick(rng, _REASONS)
    return path


def _keep_what_is_not_known_yet(deals: list[Deal]) -> None:
    """A booking that will fall through after the day of the export is not booked at all: an export cannot know."""
    for deal in deals:
        if not deal.is_won and deal.stage_on(w.AS_OF) == w.WON:
            deal.path = [step for step in deal.path if step[1] != w.WON]
            deal.lost_reason = "No response"


def _leave_follow_ups_undone(deals: list[Deal]) -> None:
    """Seven large deals wait for a follow-up that was due weeks ago; no other open deal has as much EV."""
    waiting = [
        (deal, deal.meeting) for deal in deals
        if not deal.is_won and deal.kind in (w.HOSTED, w.BANT, w.STRATEGIC)
        and deal.meeting is not None and date(2026, 4, 1) <= deal.meeting <= date(2026, 7, 8)
    ]
    amounts = (58000.0, 54500.0, 52000.0, 49500.0, 47000.0, 46000.0, 44500.0)
    waiting.sort(key=lambda pair: -pair[0].amount)
    for (deal, met), amount in zip(waiting[:7], amounts, strict=True):
        deal.product, deal.amount, deal.is_overdue, deal.furthest = EVENT, amount, True, w.PROPOSAL
        proposed = w.workday(met + timedelta(days=6))
        deal.path[deal.path.index((met, w.MEETING)) + 1:] = [(proposed, w.PROPOSAL), (date(2026, 10, 30), w.LOST)]
        deal.delivery = max(deal.delivery, date(2026, 12, 4))
    for deal in deals:
        stage = deal.stage_on(w.AS_OF)
        most = {w.PROPOSAL: 26000.0, w.VERBAL: 21000.0}.get(stage, 34000.0)
        if stage in w.OPEN_STAGES and not deal.is_overdue:
            deal.amount = min(deal.amount, most)


def _forget_owners(deals: list[Deal]) -> None:
    """Five fresh web enquiries nobody has taken yet."""
    fresh = [deal for deal in deals if deal.kind == w.NO_MEETING and deal.stage_on(w.AS_OF) == w.ENQUIRY]
    for deal in fresh[-5:]:
        deal.owner, deal.source = "", "Web enquiry"
