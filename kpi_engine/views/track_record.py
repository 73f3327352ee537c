"""How good were the forecasts?"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from kpi_engine.forecasting.months_ahead import ForecastKpi, ground_at
from kpi_engine.forecasting.parts import rows_of
from kpi_engine.forecasting.track_record import CRM, MIN_SCORED, OURS, TrackRecord, on_common_ground, track_record
from kpi_engine.forecasting.walkforward import SCORED
from kpi_engine.forecasting.won import outlook
from kpi_engine.storage import Session
from kpi_engine.views import words
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.forecast import why_not
from kpi_engine.views.forecast_words import amount_of, between

MODEL_WORDS = {
    OURS: "Tideline",
    "last_month": "Last month again",
    "mean_of_3": "Mean of the last three months",
    "same_month_last_quarter": "Same month of last quarter",
    "same_month_last_year": "Same month last year",
    CRM: "The CRM's weighted pipeline",
}
HORIZONS = {str(h): f"{words.many(h, 'month')} ahead" for h in range(1, SCORED + 1)} | {"all": "All together"}
_LEANS = 0.1

_MUCH = 0.2
"""A rule that makes up so much of the mix is leaned on."""

_HELD_LEAST, _HELD_MOST = 0.72, 0.92
"""An 80 % band that held fewer or more of the months was too narrow or too wide."""


@dataclass(frozen=True)
class Track:
    """All the tab shows.

    ``sentence``: why there is nothing, where there is nothing; else ``sentences``: horizon (or "all") -> who forecasts
    best so far ahead, and how the band did. ``made``: horizon ("1" … "3") -> month, label, forecast, lower, upper,
    actual, text. ``scores``: horizon (or "all") -> model, wape, bias, lean (in words), mase, coverage, n; ours first,
    the plain rules from good to bad.
    """

    is_empty: bool
    kpi: str
    is_money: bool
    sentence: str = ""
    sentences: dict[str, str] = field(default_factory=dict)
    made: dict[str, pd.DataFrame] = field(default_factory=dict)
    scores: dict[str, pd.DataFrame] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def track_view(session: Session, ask: Ask, who: Who) -> Track:
    """The forecasts of one slice as they were made. ``ask.choice``: won_value or won_deals."""
    kpi: ForecastKpi = "won_deals" if ask.choice == "won_deals" else "won_value"
    is_money = kpi == "won_value"
    ground = ground_at(session, ask.as_of)
    if ground is None:
        return Track(True, kpi, is_money, "No deal has ended yet: there is no month to score.")
    found = outlook(ground, rows_of(session, ground.history, ask.seen_by(who)))
    record = track_record(session, found, kpi)
    if record.rows.empty:
        return Track(True, kpi, is_money, f"No forecast of a past month could be scored. {why_not(found, kpi)}")
    return Track(
        is_empty=False,
        kpi=kpi,
        is_money=is_money,
        sentences={key: _sentence(record, key) for key in HORIZONS},
        made={str(h): _made(record, h, ask, is_money) for h in range(1, SCORED + 1)},
        scores={key: _scores(record, key) for key in HORIZONS},
        notes=_notes(record),
    )


def _made(record: TrackRecord, horizon: int, ask: Ask, is_money: bool) -> pd.DataFrame:
    """Our forecasts made so many months ahead, with what came."""
    rows = record.rows
    mine = rows[(rows["model"] == OURS) & (rows["horizon"] == horizon)].reset_index(drop=True)
    text = [
        f"{month:%B %Y}: {amount_of(actual, ask, is_money)} came<br>"
        f"forecast on {words.day(made)}: about {amount_of(forecast, ask, is_money)}, "
        f"{between(lower, upper, ask, is_money)}"
        for month, made, forecast, lower, upper, actual in zip(
            mine["month"], mine["made"], mine["forecast"], mine["lower"], mine["upper"], mine["actual"], strict=True
        )
    ]
    return mine.assign(label=[f"{month:%b %Y}" for month in mine["month"]], text=text)


def _scores(record: TrackRecord, key: str) -> pd.DataFrame:
    """The summary of one horizon, in words."""
    summary = record.summary
    rows = summary[summary["horizon"].astype(str) == key]
    is_ours = rows["model"] == OURS
    ordered = pd.concat([rows[is_ours], rows[~is_ours].sort_values("wape", kind="stable")])
    return ordered.assign(
        model=[MODEL_WORDS[model] for model in ordered["model"]], lean=[_leans(bias) for bias in ordered["bias"]]
    ).reset_index(drop=True)


def _leans(bias: float) -> str:
    if not words.is_number(bias):
        return words.NOTHING
    text = words.share(abs(bias))
    return "even" if f"{bias:.2f}" in ("0.00", "-0.00") else f"{text} too {'high' if bias > 0 else 'low'}"


def _sentence(record: TrackRecord, key: str) -> str:
    """Who forecasts best so far ahead, what the product makes of it, and whether the band held what it promises."""
    is_asked = record.summary["horizon"].astype(str) == key
    mine = record.summary[(record.summary["model"] == OURS) & is_asked]
    if mine.empty:
        return f"No forecast {HORIZONS[key]} could be scored so far."
    ours = mine.iloc[0]
    n, missed = int(ours["n"]), words.share(ours["wape"])
    named = words.many(n, "forecast") + ("" if key == "all" else f" {HORIZONS[key]}")
    if n < MIN_SCORED:
        return f"{named} could be scored so far, too few to judge. They missed by {missed} of what came."
    said = [_against_plain_rules(record, key, named, missed)]
    lean = float(ours["bias"])
    if abs(lean) >= _LEANS:
        said.append(f"All in all the forecasts said {words.share(abs(lean))} too {'much' if lean > 0 else 'little'}.")
    return " ".join([*said, _band(float(ours["coverage"]))]).strip()


def _against_plain_rules(record: TrackRecord, key: str, named: str, missed: str) -> str:
    rows = record.rows if key == "all" else record.rows[record.rows["horizon"] == int(key)]
    rivals = []
    for model in MODEL_WORDS:
        if model != OURS:
            mine, theirs, common = on_common_ground(rows, model)
            if common >= MIN_SCORED:
                rivals.append((theirs, mine, model))
    if not rivals:
        return f"Tideline's {named} missed by {missed} of what came."
    theirs, mine, best = min(rivals)
    name = MODEL_WORDS[best]
    digits = 1 if words.share(mine) == words.share(theirs) else 0
    its, tidelines = words.share(theirs, digits), words.share(mine, digits)
    if mine <= theirs:
        return (
            f"Tideline's {named} missed by {missed} of what came, less than any plain rule. "
            f"The nearest, “{name}”, missed by {its} where Tideline missed by {tidelines}."
        )
    return (
        f"“{name}” was nearer than Tideline{'' if key == 'all' else f' {HORIZONS[key]}'}. It missed by {its} of what "
        f"came, Tideline by {tidelines} in the same months. "
        f"{_what_is_made_of_it(record, key, best)}"
    )


def _band(held: float) -> str:
    """Whether the band was too wide or too narrow; nothing where it held about what it promises."""
    if held > _HELD_MOST:
        return f"The band has been too wide: it held {words.share(held)} of the months, and is meant to hold 80 %."
    if held < _HELD_LEAST:
        return f"The band has been too narrow: it held {words.share(held)} of the months, and is meant to hold 80 %."
    return ""


def _what_is_made_of_it(record: TrackRecord, key: str, best: str) -> str:
    weight = record.weights.get(key, {}).get(best)
    if weight is None:
        return "The mix holds no such rule; it leans on what was nearest among those it holds."
    if weight < 0.01:
        return "Of late it was not, and the mix leaves it out."
    if weight < _MUCH:
        return f"In the mix it has earned {words.share(weight)} of the forecast."
    return f"So the mix leans on it: it now makes up {words.share(weight)} of the forecast."


def _notes(record: TrackRecord) -> tuple[str, ...]:
    season = "the same month of the year before" if record.season == 12 else "the same month of the quarter before"
    said = [
        "Each forecast is as it would have been made on the first day of a month, from what was known that day. "
        f"“Against the season” compares its misses with those of {season}: below 1 is better."
    ]
    if CRM not in set(record.rows["model"]):
        said.append(
            "The CRM's weighted pipeline is not among the rules: the export does not tell what dates and amounts its "
            "open deals had at the time. Weekly uploads or a field history would."
        )
    else:
        said.append("The CRM's weighted pipeline takes each stage's probability as the newest export gives it.")
    return tuple(said)
