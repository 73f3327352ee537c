"""What will this month bring?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from kpi_engine.forecasting.changes import changes_of
from kpi_engine.forecasting.deals_ahead import deals_ahead
from kpi_engine.forecasting.months_ahead import (
    KPIS,
    ForecastKpi,
    Sum,
    ground_at,
    months_of,
    status_of,
    sums_of,
)
from kpi_engine.forecasting.own_chances import Array, own_chances
from kpi_engine.forecasting.parts import names as owner_or_team_names
from kpi_engine.forecasting.parts import rows_of
from kpi_engine.forecasting.slips import slips_of
from kpi_engine.forecasting.targets import agreed
from kpi_engine.forecasting.walkforward import MIN_MONTHLY_WINS, MIN_MONTHS
from kpi_engine.forecasting.won import Outlook, deal_chances, made_of, outlook
from kpi_engine.names import Status
from kpi_engine.storage import Session, load_sql
from kpi_engine.views import words
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.chance_notes import notes_beside_a_forecast
from kpi_engine.views.forecast_words import (
    amount_of,
    between,
    change_words,
    counted_at,
    date_risk,
    sum_words,
    why_moved,
)

HORIZON = 3
LISTED = 100
MOVED = 15
_PAST = 6

LABELS: dict[str, str] = {"won_value": "Won value", "won_deals": "Won deals"}
DEALS_SHOWN = ["deal_name", "owner", "stage", "amount", "chance", "ninety", "worth", "expected_close_date", "date_risk"]
MOVED_SHOWN = ["deal_name", "owner", "what", "before", "after", "change"]


@dataclass(frozen=True)
class Forecast:
    """All the tab shows.

    ``months``: see ui.charts.forecast. ``choices``: months to look into, key -> label, the first one chosen to begin
    with. ``deals``: month key -> the open deals behind it (DEALS_SHOWN); ``deals_told``: month key -> the sentence over
    them. ``sums``: quarter, next quarter, fiscal year: label, value, lower, upper, won, target, text. ``changes``:
    month key -> sentence, ``moved``: month key -> the deals that moved it (MOVED_SHOWN).
    """

    is_empty: bool
    is_ready: bool
    kpi: str
    is_money: bool
    sentence: str
    months: pd.DataFrame = field(default_factory=pd.DataFrame)
    choices: dict[str, str] = field(default_factory=dict)
    deals: dict[str, pd.DataFrame] = field(default_factory=dict)
    deals_told: dict[str, str] = field(default_factory=dict)
    sums: pd.DataFrame = field(default_factory=pd.DataFrame)
    changes: dict[str, str] = field(default_factory=dict)
    moved: dict[str, pd.DataFrame] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def forecast_view(session: Session, ask: Ask, who: Who) -> Forecast:
    """The forecast of one slice at the end of the as-of day. ``ask.choice``: won_value or won_deals."""
    kpi: ForecastKpi = "won_deals" if ask.choice == "won_deals" else "won_value"
    mine = ask.seen_by(who)
    ground = ground_at(session, ask.as_of)
    if ground is None:
        return Forecast(True, False, kpi, True, "No deal has ended yet: there is nothing to learn from.")
    found = outlook(ground, rows_of(session, ground.history, mine))
    is_money = kpi == "won_value"
    targets = agreed(session, mine, kpi, ask.as_of)
    months = months_of(found, kpi, HORIZON, targets)
    shown = _months(found, kpi, months, ask)
    by_hand = tuple(notes_beside_a_forecast(session, ask, who))
    state = status_of(found, kpi)
    if state != Status.OK:
        return Forecast(
            is_empty=not found.ledger.count[-1].any() and not len(found.deals.row),
            is_ready=False,
            kpi=kpi,
            is_money=is_money,
            sentence=why_not(found, kpi),
            months=shown,
            notes=by_hand,
        )
    to_come = shown[shown["is_ahead"]]
    names = dict(zip(to_come["key"], to_come["label"], strict=True))
    own = own_chances(session, ground, ask.as_of)
    deals, told = _deals(session, found, own, kpi, list(names), ask)
    changes, moved = _changes(session, found, own, kpi, list(names), ask)
    sums = sums_of(session, found, kpi, targets)
    return Forecast(
        is_empty=False,
        is_ready=True,
        kpi=kpi,
        is_money=is_money,
        sentence=_sentence(months, sums[0], ask, is_money),
        months=shown,
        choices=names,
        deals=deals,
        deals_told=told,
        sums=_sums(sums, ask, is_money),
        changes=changes,
        moved=moved,
        notes=(*by_hand, *_notes(found)),
    )


def why_not(found: Outlook, kpi: ForecastKpi) -> str:
    """Why nothing is forecast, in a sentence, and what could be done."""
    days, made = found.ground.days, made_of(found, kpi == "won_value")
    wins = int(made.n[-1])
    if status_of(found, kpi) == Status.NO_DATA:
        return (
            "The won deals carry no amounts: what they bring cannot be forecast. "
            "Look at won deals instead, or add the amount to the export."
        )
    months = int(days.month[-1]) - days.first_whole
    if months < MIN_MONTHS or days.cutoffs[-1] <= days.opens:
        seen = words.many(max(months, 0), "whole month")
        return (
            f"Too few months to forecast: {seen} of closed deals so far. "
            "Two whole months, and three months of new deals, are needed to begin with; older exports can be added."
        )
    return (
        f"Too few wins to forecast: {wins} in the last {words.many(min(months, 12), 'month')}. "
        f"Below about {MIN_MONTHLY_WINS:.0f} wins a month chance alone moves a month by half or more, and a number "
        "would only look as if somebody knew. A wider slice, or the win chances of single deals, say more."
    )


def _months(found: Outlook, kpi: ForecastKpi, months: pd.DataFrame, ask: Ask) -> pd.DataFrame:
    """The last whole months as they came, then those to come. Columns: see ui.charts.forecast."""
    is_money = kpi == "won_value"
    ground, now = found.ground, int(found.ground.days.month[-1])
    known = (found.ledger.value if is_money else found.ledger.count)[-1]
    past = [
        {"month": ground.months.month(m), "value": float(known[m]), "won": float(known[m]), "is_ahead": False}
        for m in range(max(now - _PAST, ground.days.first_whole), now)
    ]
    is_ok = months["status"] == Status.OK
    # Where nothing is forecast, this month is still shown as far as it came.
    shown = months[is_ok | (months.index == 0)].assign(is_ahead=is_ok)
    ahead = shown.assign(value=shown["value"].where(is_ok, shown["won"])).to_dict("records")
    frame = pd.DataFrame([*past, *ahead]).reindex(
        columns=["month", "value", "lower", "upper", "won", "open", "new", "target", "is_ahead"]
    )
    frame["is_ahead"] = frame["is_ahead"].astype(bool)
    latest = ground.months.month(now)
    spoken = [amount_of(v, ask, is_money) for v in frame["value"]]
    return frame.assign(
        key=[f"{m:%Y-%m}" for m in frame["month"]],
        label=[f"{m:%b %Y}" for m in frame["month"]],
        tick=[f"{m:%b}<br>{m:%Y}" if m.month == 1 or i == 0 else f"{m:%b}" for i, m in enumerate(frame["month"])],
        text=[
            f"about {text}" if ahead else text if month != latest else f"{text} so far"
            for text, ahead, month in zip(spoken, frame["is_ahead"], frame["month"], strict=True)
        ],
        **{
            f"{part}_text": [amount_of(v, ask, is_money) for v in frame[part]]
            for part in ("won", "open", "new", "lower", "upper", "target")
        },
    )


def _deals(
    session: Session, found: Outlook, own: Mapping[int, Array], kpi: ForecastKpi, keys: list[str], ask: Ask
) -> tuple[dict[str, pd.DataFrame], dict[str, str]]:
    """The open deals behind each month, in words, and the sentence over each list."""
    is_money = kpi == "won_value"
    each = deal_chances(found, found.ground.latest, len(keys), is_money, own[found.ground.latest])
    slips = slips_of(found)
    opened = made_of(found, is_money).opened[found.ground.latest]
    first = int(found.ground.days.month[-1])
    frames = [deals_ahead(session, found, each, slips, k, LISTED) for k in range(len(keys))]
    called = _names(session, [str(deal_id) for frame in frames for deal_id in frame["deal_id"]])
    listed, told = {}, {}
    for k, (key, frame) in enumerate(zip(keys, frames, strict=True)):
        month = found.ground.months.month(first + k)
        listed[key] = frame.assign(
            deal_name=[
                f"{words.many(int(others), 'more deal')} together" if others else called.get(deal) or deal
                for deal, others in zip(frame["deal_id"], frame["others"], strict=True)
            ],
            date_risk=[date_risk(row, month) for row in frame.to_dict("records")],
        )[[*DEALS_SHOWN, "is_estimated"]]
        alone = float((each.chance[:, k] * (found.deals.value[each.entry] if is_money else 1.0)).sum())
        n = int((each.worth[:, k] > 0).sum())
        told[key] = counted_at(n, float(opened[k]), alone, month, ask, is_money)
    return listed, told


def _changes(
    session: Session, found: Outlook, own: Mapping[int, Array], kpi: ForecastKpi, keys: list[str], ask: Ask
) -> tuple[dict[str, str], dict[str, pd.DataFrame]]:
    """What changed in each month since a week before, and the deals that changed it most."""
    is_money = kpi == "won_value"
    first = int(found.ground.days.month[-1])
    changes = changes_of(found, range(first, first + len(keys)), is_money, MOVED, own)
    h = found.ground.history
    ids = [[str(deal_id) for deal_id in h.deal_id[change.deals["deal"].to_numpy(dtype="int64")]] for change in changes]
    called = _names(session, [deal_id for some in ids for deal_id in some])
    owners = owner_or_team_names(session, "owner")
    moved = {
        key: change.deals.assign(
            deal_name=[called.get(deal_id) or deal_id for deal_id in some],
            owner=[(owners.get(int(h.owner[row])) or "") if row >= 0 else "" for row in change.deals["row"]],
            what=[why_moved(what) for what in change.deals["what"]],
        )[MOVED_SHOWN]
        for key, change, some in zip(keys, changes, ids, strict=True)
    }
    return {key: change_words(change, ask, is_money) for key, change in zip(keys, changes, strict=True)}, moved


def _names(session: Session, deal_ids: list[str]) -> dict[str, str]:
    """Deal ids -> what the deals are called."""
    return dict(session.rows(load_sql("kpi_engine.views", "deal_names"), {"deal_ids": deal_ids}))


def _sums(sums: list[Sum], ask: Ask, is_money: bool) -> pd.DataFrame:
    rows = [
        {
            "label": sum_words(one.period),
            "value": one.value,
            "lower": one.lower,
            "upper": one.upper,
            "won": one.won,
            "target": one.target,
            "text": amount_of(one.value, ask, is_money),
            "between": between(one.lower, one.upper, ask, is_money),
            "won_text": amount_of(one.won, ask, is_money),
            "target_text": amount_of(one.target, ask, is_money),
        }
        for one in sums
    ]
    return pd.DataFrame(rows)


def _sentence(months: pd.DataFrame, quarter: Sum, ask: Ask, is_money: bool) -> str:
    """What the month is to bring, how sure that is, what it rests on, and where the quarter stands."""
    row = months.iloc[0]
    month: date = row["month"]
    about = amount_of(row["value"], ask, is_money)
    said = [f"{month:%B}: about {about}, {between(row['lower'], row['upper'], ask, is_money)} in four months of five."]
    if row["won"] > 0:
        said.append(f"{amount_of(row['won'], ask, is_money)} {'of it is' if is_money else 'are'} won already.")
    if words.is_number(row["target"]):
        said.append(f"The target is {amount_of(row['target'], ask, is_money)}.")
    tail = f"The quarter to {words.day(quarter.period.end)} comes to about {amount_of(quarter.value, ask, is_money)}"
    if words.is_number(quarter.target):
        tail += f", against a target of {amount_of(quarter.target, ask, is_money)}"
    return " ".join([*said, f"{tail}."])


def _notes(found: Outlook) -> tuple[str, ...]:
    """What the forecast had to assume."""
    ground, deals = found.ground, found.deals
    now = deals.cutoff == ground.latest
    guessed, all_open = int(deals.is_guessed[now].sum()), int(now.sum())
    h, cutoff = ground.history, int(ground.days.cutoffs[-1])
    is_undated = found.keep & (h.state >= 0) & (h.day < cutoff) & (h.left >= cutoff)
    undated = int((is_undated & (h.created[h.deal] > h.last_day)).sum())
    said = []
    if guessed:
        said.append(
            f"{guessed:,} of {words.many(all_open, 'open deal')} carry no amount: each counts at the mean won amount "
            "of its product, or of its pipeline where that was won too seldom."
        )
    if undated:
        said.append(
            f"{words.many(undated, 'open deal')} carry no created date, so nobody knows how old they are: what comes "
            "of such deals is part of “not yet created”."
        )
    if ground.is_closed_only:
        said.append(
            "The files hold no deal that is open now, though there always were some: the export seems to leave them "
            "out. So the forecast goes by the months alone, and all of it is “not yet created”. Import the open deals "
            "as well, and it sees what is coming."
        )
    return tuple(said)


__all__ = ["KPIS", "LABELS", "Forecast", "forecast_view", "why_not"]
