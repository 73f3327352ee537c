"""What a lead comes to, in the words and units people use."""

from __future__ import annotations

import math

from kpi_engine.metrics.kinds import Unit
from kpi_engine.metrics.registry import METRICS
from kpi_engine.stats.lead_lag import LEVEL, LeadLag, Verdict, Why
from kpi_engine.stats.weekly_series import MIN_BUSY_WEEKS, MIN_WEEKS
from kpi_engine.views import words

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def named(kpi: str) -> str:
    """A KPI inside a sentence."""
    return words.low(METRICS[kpi].label)


def weeks_later(lag: int) -> str:
    """A lag in words.

    >>> weeks_later(1), weeks_later(7)
    ('one week later', 'seven weeks later')
    """
    return f"{_NUMBERS[lag]} week{'' if lag == 1 else 's'} later"


def step(kpi: str, mean: float) -> float:
    """How much more of a leading KPI is spoken of: a number people would say, not far from what is usual in a week.

    >>> step("qualified_meetings", 8.0), step("hosted_visits", 1.3), step("new_value", 83_000.0)
    (10.0, 2.0, 10000.0)
    """
    unit = METRICS[kpi].unit
    if unit is Unit.SHARE:
        return 0.1 if mean >= 0.4 else 0.01
    if unit is Unit.TIMES:
        return 0.1
    if unit in (Unit.COUNT, Unit.DAYS, Unit.HOURS):
        return 100.0 if mean >= 200 else 10.0 if mean >= 5 else 5.0 if mean >= 2.5 else 2.0
    return 10.0 ** math.floor(math.log10(max(abs(mean), 1.0)))


def more_of(kpi: str, amount: float, currency: str | None) -> str:
    """So much more of a leading KPI, to begin a sentence with."""
    one = METRICS[kpi]
    if one.unit in (Unit.COUNT, Unit.HOURS):
        number = "A hundred" if amount == 100 else _NUMBERS[round(amount)].capitalize()
        return f"{number} more {named(kpi)} were"
    if one.unit is Unit.SHARE:
        points = "ten points" if amount == 0.1 else "one point"
        return f"{one.label} {points} higher was"
    if one.unit is Unit.DAYS:
        return f"{one.label} {_NUMBERS[round(amount)] if amount <= 12 else 'a hundred'} days longer was"
    if one.unit is Unit.MONEY:
        return f"{words.money(amount, currency)} more {named(kpi)} was"
    return f"{one.label} higher by {amount:,.4g} was"


def sentence(kpi: str, result: str, found: LeadLag, mean: float, currency: str | None) -> str:
    """What was found of a pair whose lag stands out: so much more of the one, so much more (or less) of the other."""
    if found.lag is None or found.effect is None or found.lower is None or found.upper is None:
        raise ValueError("there is no lead to speak of")
    amount = step(kpi, mean)
    way = 1 if found.effect >= 0 else -1
    low, high = sorted((way * found.lower * amount, way * found.upper * amount))
    size, unit = way * found.effect * amount, METRICS[result].unit
    return (
        f"{more_of(kpi, amount, currency)} followed, {weeks_later(found.lag)}, by about "
        f"{amount_of(result, size, currency)} {_more(unit, way)} {named(result)}; "
        f"80 % between {amount_of(result, low, currency)} and {amount_of(result, high, currency)}."
    )


def amount_of(kpi: str, value: float, currency: str | None) -> str:
    """A value of a KPI with its unit, as exact as it is worth.

    >>> amount_of("won_deals", 2.13, None), amount_of("won_deals", 0.034, None), amount_of("win_rate", 0.034, None)
    ('2.1', '0.03', '3.4 points')
    """
    unit = METRICS[kpi].unit
    if unit in (Unit.MONEY, Unit.MONEY_PER_DAY):
        return words.money(value, currency)
    if unit is Unit.SHARE:
        return f"{value * 100:.1f} points".replace("-", words.MINUS)
    return f"{value:,.{1 if abs(value) >= 0.095 or value == 0 else 2}f}".replace("-", words.MINUS)


def level_of(kpi: str, value: float, currency: str | None) -> str:
    """A usual level of a KPI: shares as per cent, all else as amounts."""
    return words.share(value, 1) if METRICS[kpi].unit is Unit.SHARE else amount_of(kpi, value, currency)


def _more(unit: Unit, way: int) -> str:
    if unit is Unit.COUNT:
        return "more" if way > 0 else "fewer"
    return "more" if way > 0 else "less"


def by_chance(p_value: float) -> str:
    """How often unrelated numbers would look as much alike."""
    if p_value < 0.001:
        return "fewer than 1 time in 1,000"
    return "fewer than 1 time in 100" if p_value < 0.01 else f"about {max(round(p_value * 100), 1)} times in 100"


def told(kpi: str, result: str, verdict: Verdict, found: LeadLag, mean: float, currency: str | None) -> str:
    """The plain sentence of any pair."""
    if verdict in (Verdict.LEADS, Verdict.OTHER_WAY) and found.p_value is not None:
        chance = f"Unrelated numbers would look like this {by_chance(found.p_value)} ({found.weeks} weeks)."
        odd = "" if verdict is Verdict.LEADS else " That is the other way round than one would wish."
        return f"{sentence(kpi, result, found, mean, currency)}{odd} {chance}"
    label, other = METRICS[kpi].label, named(result)
    if found.why is Why.TOO_FEW_WEEKS:
        known = f"{words.many(found.weeks, 'whole week')} in which both {named(kpi)} and {other} are known"
        if found.weeks < MIN_WEEKS:
            return f"Not enough weeks: there are {known}, and {MIN_WEEKS} are needed to say anything."
        return f"Not enough weeks: of {known} too few stand side by side, because of gaps."
    if found.why is Why.TOO_RARE:
        return (
            f"Not enough weeks: {named(kpi)} or {other} happened in fewer than {MIN_BUSY_WEEKS} of {found.weeks} weeks."
        )
    if found.why is Why.NEVER_CHANGES:
        return f"No evidence: {named(kpi)} or {other} hardly changed over {found.weeks} weeks, so nothing can follow."
    if found.why is Why.SAME_SERIES:
        return f"{label} and {other} are the same numbers: nothing to learn from one about the other."
    nothing = f"{label}: over {found.weeks} weeks nothing shows that more of it is followed by more {other}."
    if found.p_value is not None and found.p_value <= LEVEL:
        return (
            f"{nothing} Looked at alone it would stand out, but unrelated numbers do so {by_chance(found.p_value)}, "
            "and among so many pairs that has to be expected."
        )
    return nothing
