"""Whose work has become more and worse, or less and better, in a sentence each."""

from __future__ import annotations

from datetime import date

from kpi_engine.metrics.balance import Scope, Watched, alarms, targets_on_quantity
from kpi_engine.metrics.registry import METRICS
from kpi_engine.stats.balance import BASELINE, Way
from kpi_engine.storage import Session, load_sql
from kpi_engine.views import words
from kpi_engine.views.ask import Ask, Who

HOW_SURE = "Stable work raises such an alarm in fewer than one year in twenty."

_SAME_AS_COUNTED = 0.10
"""Up to this difference the plain change and the one beyond the season are told as one."""


def balance_lines(session: Session, ask: Ask, who: Who) -> tuple[str, ...]:
    """One sentence per rep whose quantity and quality move against each other by the as-of day, by name; then teams of
    whom no rep does. A target that asks for the quantity alone is named. Empty where no alarm is on.

    Teams are looked at only where the slice holds whole ones, and the viewer may see them whole.
    """
    mine = ask.seen_by(who)
    reps = alarms(session, mine, ask.as_of)
    lines = [sentence(one) + _target(session, one, ask.as_of) for one in reps]
    if not mine.owners:
        teams = alarms(session, mine, ask.as_of, "team")
        lines += [sentence(one) for one in teams if not _has_one_of(session, one, reps)]
    return tuple(lines)


def _has_one_of(session: Session, team: Watched, reps: list[Watched]) -> bool:
    """Whether a rep of a team is in the list for the same share: their sentence says it already."""
    teams = dict(session.rows(load_sql("kpi_engine.forecasting", "owner_teams")))
    return any(teams.get(rep.name) == team.name and rep.share == team.share for rep in reps)


def sentence(one: Watched) -> str:
    """What moved, since when, and from what to what; empty where there is no alarm.

    >>> from kpi_engine.names import Status
    >>> from kpi_engine.stats.balance import Balance
    >>> found = Balance(Status.OK, 90, Way.BUSIER_AND_POORER, 8, 52, 12.8, 10.0, 0.28, 0.26, 0.41, 100, 520)
    >>> sentence(Watched("owner", "Dane", "qualified_rate", "meetings_held", found))
    "Dane's meetings held rose by 28 % over the last 8 weeks while the qualified rate fell from 41 % to 26 %."
    """
    found = one.found
    if found.way is None or found.change is None or found.plain_change is None:
        return ""
    busier = found.way is Way.BUSIER_AND_POORER
    quantity, rate = (METRICS[kpi].label for kpi in (one.quantity, one.share))
    is_beyond_season = abs(found.plain_change - found.change) > _SAME_AS_COUNTED
    size = words.share(abs(found.change))
    if is_beyond_season:
        moved = f"were {size} {'above' if busier else 'below'} what the season lets expect"
    else:
        moved = f"{'rose' if busier else 'fell'} by {size}"
    when = "over the last year" if found.last == BASELINE else f"over the last {found.last} weeks"
    return (
        f"{_whose(one.scope, one.name)} {words.low(quantity)} {moved} {when} while the {words.low(rate)} "
        f"{'fell' if busier else 'rose'} from {words.share(found.share_before)} to {words.share(found.share)}."
    )


def _target(session: Session, one: Watched, as_of: date) -> str:
    """The target that asks for more of it and not for better."""
    if one.found.way is not Way.BUSIER_AND_POORER:
        return ""
    return "".join(
        f" The target of {target.target:,.0f} {words.low(METRICS[target.kpi].label)} for {target.period.label} asks "
        "how many, not how good: it may drive this."
        for target in targets_on_quantity(session, one.name, one.share, as_of)
    )


def _whose(scope: Scope, name: str) -> str:
    """A rep's or a team's name, possessing.

    >>> _whose("owner", "Dane"), _whose("team", "Field Sales"), _whose("owner", "Joss")
    ("Dane's", "The team Field Sales'", "Joss'")
    """
    whole = f"The team {name}" if scope == "team" else name
    return f"{whole}'" if whole.endswith("s") else f"{whole}'s"

