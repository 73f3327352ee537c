"""What the sample holds, counted on the finished rows: the realised numbers beside the planted ones."""
from collections import Counter
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from sample import world as w
from sample.deals import Deal
from sample.people import REPS
from sample.tables import Company, next_step
from sample.targets import RUNNING, intent, is_qualified_meeting, results


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    part: int
    n: int

    @property
    def percent(self) -> str:
        """One decimal, with the sign."""
        return f"{100 * self.part / self.n:.1f} %" if self.n else "–"


def resolved(made: Company) -> list[Deal]:
    """Deals with a final outcome by the day of the export."""
    return [deal for deal in made.deals if deal.closes <= w.AS_OF]


def open_deals(made: Company) -> list[Deal]:
    """Deals open on the day of the export."""
    return [deal for deal in made.deals if deal.is_open_on(w.AS_OF)]


def win_share_by_kind(made: Company) -> dict[str, Share]:
    """By kind of first meeting, of the resolved deals the share won."""
    return {kind: _won_of([d for d in resolved(made) if d.kind == kind]) for kind in w.WIN_SHARE}


def win_share_by_stage(made: Company) -> dict[str, Share]:
    """Of the resolved deals that reached a stage (or one after it), the share won."""
    return {stage: _won_of([d for d in resolved(made) if _furthest(made, d) >= rank])
            for rank, stage in enumerate(w.OPEN_STAGES)}


def value_on(made: Company, day: date, win_share: dict[str, Share]) -> tuple[int, float, float]:
    """Open deals, total value and expected value at the end of a day, from the change log."""
    count, total, expected = 0, 0.0, 0.0
    for rows in made.changes.values():
        past = [row for row in rows if row.at.date() <= day]
        if past and past[-1].stage in w.OPEN_STAGES:
            share = win_share[past[-1].stage]
            count += 1
            total += past[-1].amount or 0.0
            expected += (past[-1].amount or 0.0) * share.part / share.n
    return count, total, expected


def winters(made: Company) -> list[tuple[int, float, float, int, int]]:
    """Per year: EV on 31 May, EV on 31 August, deals won June to August, deals won September to November before."""
    share = win_share_by_stage(made)
    won = Counter((d.closes.year, d.closes.month) for d in resolved(made) if d.is_won)
    return [(year, value_on(made, date(year, 5, 31), share)[2], value_on(made, date(year, 8, 31), share)[2],
             sum(won[year, m] for m in (6, 7, 8)), sum(won[year - 1, m] for m in (9, 10, 11)))
            for year in (2024, 2025, 2026)]


def reps(made: Company) -> list[tuple[str, Share, Share]]:
    """Per rep: qualified of held meetings, and won of resolved deals."""
    held = Counter(a.owner for a in made.activities if a.outcome == "Held")
    good = Counter(a.owner for a in made.activities if is_qualified_meeting(a))
    return [(rep.name, Share(good[rep.name], held[rep.name]),
             _won_of([d for d in resolved(made) if d.owner == rep.name])) for rep in REPS]


def lead_days(made: Company) -> Counter[int]:
    """Days from the first held meeting to the win, over won deals whose meeting is in the export."""
    return Counter((d.closes - d.meeting).days for d in resolved(made)
                   if d.is_won and d.meeting is not None and d.meeting > w.GO_LIVE)


def won_by_month(made: Company) -> list[tuple[int, int, float, int]]:
    """Per calendar month: wins and their value by closing month, wins by month of delivery."""
    wins = [d for d in resolved(made) if d.is_won]
    return [(month, sum(d.closes.month == month for d in wins), sum(d.amount for d in wins if d.closes.month == month),
             sum(d.delivery.month == month for d in wins)) for month in range(1, 13)]


def overdue(made: Company) -> list[tuple[Deal, str, date, date, float]]:
    """The seven waiting deals: stage, follow-up date, last activity, expected value."""
    share = win_share_by_stage(made)
    found = []
    for deal in made.deals:
        if deal.is_overdue:
            due, stage = next_step(deal)[1], deal.stage_on(w.AS_OF)
            touched = max(a.at.date() for a in made.activities if a.deal_id == deal.deal_id)
            found.append((deal, stage, due or w.AS_OF, touched, deal.amount * share[stage].part / share[stage].n))
    return sorted(found, key=lambda row: -row[4])


def running_targets(made: Company) -> list[tuple[str, str, str, int, float]]:
    """Owner, KPI, what was planted, target and what was reached, for the running quarter."""
    reached = results(made.deals, made.activities)
    return [(owner, kpi, intent(owner), target, reached[kpi].get((owner, period), 0.0))
            for owner, kpi, period, target in made.targets if period == RUNNING]


def to_come(made: Company) -> list[tuple[str, int, float]]:
    """Month to wins and won value that today's open deals will bring, as only the generator knows."""
    wins = [d for d in open_deals(made) if d.is_won]
    months = sorted({f"{d.closes:%Y-%m}" for d in wins})
    return [(month, sum(f"{d.closes:%Y-%m}" == month for d in wins),
             sum(d.amount for d in wins if f"{d.closes:%Y-%m}" == month)) for month in months]


def edges(made: Company) -> list[tuple[str, str]]:
    """The export's rough edges, counted."""
    last = {d.deal_id: made.changes[d.deal_id][-1] for d in made.deals}
    ranks = {name: rank for rank, (name, _, _) in enumerate(w.STAGES)}
    pairs = [(a, b) for rows in made.changes.values() for a, b in pairwise(rows)]
    now_open = open_deals(made)
    unpaid = [d for d in made.deals if last[d.deal_id].stage == w.WON]
    bounced = [rows for rows in made.changes.values()
               if rows[-1].stage == w.LOST and any(row.stage == w.WON for row in rows)]
    return [
        ("deals typed in at go-live, 2023-09-01", f"{sum(r[0].at.date() == w.GO_LIVE for r in made.changes.values())}"),
        ("open deals", f"{len(now_open)}"),
        ("… without an amount", f"{sum(last[d.deal_id].amount is None for d in now_open)}"),
        ("… without an owner", f"{sum(not d.owner for d in now_open)}"),
        ("… whose next contact is agreed for a day after the export",
         f"{sum((next_step(d)[1] or w.AS_OF) > w.AS_OF for d in now_open)}"),
        ("… of these with delivery in December 2026 or later",
         f"{sum((next_step(d)[1] or w.AS_OF) > w.AS_OF and d.delivery >= date(2026, 12, 1) for d in now_open)}"),
        ("… whose expected close date has passed",
         f"{sum(last[d.deal_id].expected_close < w.AS_OF for d in now_open)}"),
        ("moves back to an earlier open stage",
         f"{sum(ranks[b.stage] < ranks[a.stage] and b.stage in w.OPEN_STAGES for a, b in pairs)}"),
        ("rows that change the amount", f"{sum(a.amount is not None and a.amount != b.amount for a, b in pairs)}"),
        ("rows that push the expected close date later",
         f"{sum(a.expected_close < b.expected_close for a, b in pairs)}"),
        ("deals handed from one owner to another", f"{sum(a.owner != b.owner for a, b in pairs)}"),
        ("booked deals whose deposit is not in", f"{len(unpaid)}"),
        ("deals booked and then lost because the deposit never came", f"{len(bounced)}"),
        ("meetings booked but not held",
         f"{sum(a.outcome in ('No show', 'Cancelled') for a in made.activities)}"),
        ("activities planned after the day of the export", f"{sum(a.at.date() > w.AS_OF for a in made.activities)}"),
    ]


def calls_by_year(made: Company, owner: str) -> list[tuple[int, Share]]:
    """Calls of a rep in each of the three 52-week years, and how many of them connected."""
    found = []
    for year in range(3):
        calls = [a for a in made.activities if a.type == "Call" and a.owner == owner and a.done == "Yes"
                 and (a.at.date() - w.FIRST_WEEK).days // 364 == year]
        found.append((year + 1, Share(sum(a.outcome == "Connected" for a in calls), len(calls))))
    return found


def _won_of(deals: list[Deal]) -> Share:
    return Share(sum(d.is_won for d in deals), len(deals))


def _furthest(made: Company, deal: Deal) -> int:
    entered = {row.stage for row in made.changes[deal.deal_id]}
    if entered & {w.WON, w.PAID}:
        return len(w.OPEN_STAGES)
    return max((rank for rank, stage in enumerate(w.OPEN_STAGES) if stage in entered), default=0)
