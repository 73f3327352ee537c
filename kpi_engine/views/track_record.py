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


@dataclass(frozen=True)
class Track:
    """All the tab shows. ``made``: horizon ("1" … "3") -> month, label, forecast, lower, upper, actual, text.
    ``scores``: horizon (or "all") -> model, wape, bias, mase, coverage, n; ours first, the plain rules from good to
    bad."""

    is_empty: bool
    kpi: str
    is_money: bool
    sentence: str
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
        sentence=_sentence(record),
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
    return ordered.assign(model=[MODEL_WORDS[model] for model in ordered["model"]]).reset_index(drop=True)


def _sentence(record: TrackRecord) -> str:
    """Who forecasts best, and what the product makes of it."""
    ours = record.summary[(record.summary["model"] == OURS) & (record.summary["horizon"] == "all")].iloc[0]
    n, missed = int(ours["n"]), words.share(ours["wape"])
    if n < MIN_SCORED:
        return (
            f"{words.many(n, 'forecast')} could be scored so far, too few to judge. "
            f"They missed by {missed} of what came."
        )
    rivals = []
    for model in MODEL_WORDS:
        if model != OURS:
            mine, theirs, common = on_common_ground(record.rows, model)
            if common >= MIN_SCORED:
                rivals.append((theirs, mine, model))
    if not rivals:
        return f"Tideline's {n} forecasts missed by {missed} of what came."
    theirs, mine, best = min(rivals)
    name = MODEL_WORDS[best]
    if mine <= theirs:
        said = (
            f"Tideline's {n} forecasts missed by {missed} of what came, less than any plain rule. "
            f"The nearest, “{name}”, missed by {words.share(theirs)} where Tideline missed by {words.share(mine)}."
        )
    else:
        said = (
            f"“{name}” was nearer than Tideline. It missed by {words.share(theirs)} of what came, Tideline by "
            f"{words.share(mine)} in the same months. {_what_is_made_of_it(record, best)}"
        )
    lean = float(ours["bias"])
    if abs(lean) >= _LEANS:
        said += f" All in all the forecasts said {words.share(abs(lean))} too {'much' if lean > 0 else 'little'}."
    return said


def _what_is_made_of_it(record: TrackRecord, best: str) -> str:
    weight = record.weights.get(best)
    if weight is None:
        return "The mix holds no such rule; it leans on what was nearest among those it holds."
    if weight < 0.01:
        return "Of late it was not, and the mix leaves it out."
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
