"""The sample's own README: what the files are, and every planted fact with its number."""
from collections.abc import Iterable

from sample import facts
from sample import world as w
from sample.people import GOOD_REP, POOR_REP
from sample.tables import Company, tables

_ABOUT = {
    "deals.csv": "one row per deal, as it stands on the day of the export",
    "stage_history.csv": "one row per change of a deal, with the values after it; oldest first within a deal",
    "activities.csv": "calls, emails, meetings, hosted visits, social touches, proposals, tasks, notes; some planned",
    "contacts.csv": "people at customers and prospects",
    "targets.csv": "quarterly targets per rep, for won value and for qualified meetings",
    "people.csv": "reps and manager; the first column is the owner's name as used everywhere else",
    "stages.csv": "the pipeline's stages in order, with the CRM's own default probabilities",
}


def readme(made: Company) -> str:
    """The whole text; written by the generator so that its numbers cannot go stale."""
    sections = (_intro, _orders, _people, _probabilities, _season, _follow_ups, _targets, _edges)
    return "\n\n".join(section(made) for section in sections) + "\n"


def _table(header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    lines = [header, ("---",) * len(header), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def _money(value: float) -> str:
    return f"{value:,.0f}"


def _intro(made: Company) -> str:
    files = tables(made)
    rows = [(name, len(table[1]), _ABOUT[name], ", ".join(table[0])) for name, table in files.items()]
    return f"""# Sample data: a harbour ferry and charter company

Invented: no company, person or booking is real. Three years ({w.GO_LIVE} to {w.AS_OF}, 156 whole weeks from
{w.FIRST_WEEK}) of a company in the southern hemisphere that sells ferry groups and private charters: peak
December to February, lean June to August, charters asked for 6 to 12 months ahead. Six reps, inside and field.
Amounts in AUD, dates ISO, UTF-8. `make sample` (`python -m sample`) writes these files and this page; fixed
seeds, no clock, the same bytes every time.

{_table(("file", "rows", "what", "columns"), rows)}

The day of the export is {w.AS_OF}: the latest created, changed or closed date. The CRM went live on {w.GO_LIVE};
deals open then were typed in on that day, in the stage they had reached. Closed Date is the day a deal was won (a
deposit comes after it) or lost. A deal whose deposit never came ends as lost.

Everything below is counted on these very files. "Resolved" is won or lost by {w.AS_OF}; "planted" is what the
generator aims at."""


def _orders(made: Company) -> str:
    rows = [(year, _money(before), _money(after), f"{after / before:.2f}", n, spring)
            for year, before, after, n, spring in facts.winters(made)]
    lead = facts.lead_days(made)
    near = sum(n for days, n in lead.items() if abs(days - w.LEAD_DAYS) <= w.LEAD_SPREAD)
    return f"""## 1 · EV climbs through the lean winter while orders are few

EV at the win shares by stage of section 4. To see it: the weekly EV trend from June to August beside won deals
per month.

{_table(("winter", "EV 31 May", "EV 31 August", "times", "won Jun-Aug", "won Sep-Nov before"), rows)}

## 2 · Qualified meetings lead orders by seven weeks

Each week's number of first qualified meetings has a shock of its own (coefficient of variation {w.SHOCK_CV}, over
season and growth). A deal that will be won is won {w.LEAD_DAYS} ± {w.LEAD_SPREAD} days after its first held
meeting, on a working day: {near} of {sum(lead.values())} won deals with a meeting in these files. To see it:
weekly qualified meetings (held, and either all four of budget, authority, need and timing, or a hosted visit, or
an exception with a reason) against deals won per week, season and trend removed: the lag is 7 weeks, p = 0.001 at
999 permutations, for the count and for the value. Hosted visits alone lead by 7 weeks too; proposals lead by
about 6, since they follow the meetings. Unqualified meetings, calls, emails, social touches, tasks and notes lead
nothing: their weeks are drawn independently (every p is above 0.2). The seeds were chosen among some hundred so
that chance hides none of these facts in just these three years."""


def _people(made: Company) -> str:
    kinds = facts.win_share_by_kind(made)
    rows = [(kind, w.EXCEPTION_REASON.get(kind, ""), f"{100 * w.WIN_SHARE[kind]:.0f} %", s.percent, s.part, s.n)
            for kind, s in kinds.items()]
    people = [(name, met.n, met.percent, won.n, won.percent) for name, met, won in facts.reps(made)]
    calls = facts.calls_by_year(made, POOR_REP)
    years = ", ".join(f"year {year}: {s.n} calls, {s.percent} connected" for year, s in calls)
    return f"""## 3 · Quality beats quantity

{POOR_REP} has the most meetings and the poorest, {GOOD_REP} few and good ones.

{_table(("rep", "meetings held", "of these qualified", "resolved deals", "won"), people)}

{POOR_REP} also calls more every year and reaches fewer people ({years}).

By kind of the deal's first held meeting: a hosted visit (the prospect came to the harbour) converts best; one
kind of allowed exception pays, two do not.

{_table(("first meeting", "exception reason", "planted", "won", "won deals", "resolved deals"), rows)}"""


def _probabilities(made: Company) -> str:
    shares = facts.win_share_by_stage(made)
    now = facts.open_deals(made)
    rows = []
    for stage, share in shares.items():
        here = [d for d in now if d.stage_on(w.AS_OF) == stage]
        to_win = sum(d.is_won for d in here)
        rows.append((stage, f"{w.CRM_PROBABILITY[stage]} %", share.percent, share.n, len(here), to_win))
    to_come = [(month, n, _money(value)) for month, n, value in facts.to_come(made)]
    return f"""## 4 · The CRM's default probabilities are far too rosy

True: of the resolved deals that reached the stage or one after it, the share won. The last two columns are what
only the generator knows: how many of the deals open in the stage on {w.AS_OF} will be won.

{_table(("stage", "CRM says", "true", "resolved deals that reached it", "open now", "of these to be won"), rows)}

What the deals open now will bring (deals not yet created come on top):

{_table(("month", "won deals", "won value"), to_come)}"""


def _season(made: Company) -> str:
    found = facts.won_by_month(made)
    count, value, out = (sum(row[i] for row in found) / 12 for i in (1, 2, 3))
    rows = [(month, f"{w.WON_SEASON[month - 1]:.2f}", f"{n / count:.2f}", f"{v / value:.2f}",
             f"{w.DELIVERY_SEASON[month - 1]:.2f}", f"{d / out:.2f}") for month, n, v, d in found]
    return f"""## 5 · The season

Multiples of the mean month over the three years. Planted wins are smoothed by two yearly harmonics; delivery is
drawn from the demand within reach of the booking, so it comes out flatter than planted.

{_table(("month", "wins planted", "wins", "won value", "demand planted", "won deals by delivery month"), rows)}"""


def _follow_ups(made: Company) -> str:
    found = facts.overdue(made)
    rows = [(d.deal_id, d.owner, stage, _money(d.amount), _money(ev), due, touched)
            for d, stage, due, touched, ev in found]
    return f"""## 6 · {len(found)} large deals have a follow-up overdue

They are the {len(found)} open deals with the highest EV; nothing was done on them since before the agreed day. To
see it: open deals by EV, next step date before {w.AS_OF}, last activity before the next step date.

{_table(("deal", "owner", "stage", "amount", "EV", "follow-up was due", "last activity"), rows)}"""


def _targets(made: Company) -> str:
    rows = [(owner, kpi, _money(target), _money(reached), planted)
            for owner, kpi, planted, target, reached in facts.running_targets(made)]
    return f"""## 7 · Targets of the running quarter, 2026-Q3

One rep's are out of reach, one's are met already, the others' are a stretch.

{_table(("rep", "kpi", "target", f"reached by {w.AS_OF}", "planted"), rows)}"""


def _edges(made: Company) -> str:
    return f"""## 8 · Rough edges, as in any export

{_table(("what", "how many"), facts.edges(made))}"""
