"""Random lives of deals, as the facts hold them and as a slow, plain second reading of the definitions counts them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import zip_longest

from hypothesis import strategies as st

from kpi_engine.metrics.slice import Slice
from kpi_engine.names import UNKNOWN_STAGE

START = date(2026, 1, 1)
DAYS = 40

# (pipeline, stage) -> order, kind, probability. Two pipelines share stage names; in B the ladder does not rise
# throughout.
STAGES: dict[tuple[str, str], tuple[int | None, str, Decimal | None]] = {
    ("", UNKNOWN_STAGE): (None, "open", Decimal("0.313131")),
    ("", "Lead"): (1, "open", Decimal("0.1")),
    ("", "Offer"): (2, "open", Decimal("0.333333")),
    ("", "Won"): (3, "won", Decimal("1")),
    ("", "Lost"): (4, "lost", None),
    ("B", "Lead"): (1, "open", Decimal("0.25")),
    ("B", "Demo"): (2, "open", Decimal("0.2")),
    ("B", "Paid"): (4, "paid", Decimal("1")),
    ("B", "(gone)"): (5, "gone", None),
}


@dataclass(frozen=True)
class State:
    """What a deal is from a day on."""

    day: date
    owner: str | None
    pipeline: str
    stage: str
    amount: Decimal | None
    evidence: str = "history"
    source: str | None = None

    @property
    def kind(self) -> str:
        return STAGES[self.pipeline, self.stage][1]


@dataclass(frozen=True)
class Life:
    """A deal and its states, one a day at most, oldest first."""

    deal_id: str
    is_undated: bool
    states: tuple[State, ...]

    def at(self, day: date) -> State | None:
        """The state in force at the end of a day."""
        return next((state for state in reversed(self.states) if state.day <= day), None)


Book = Mapping[tuple[str, str], Sequence[tuple[date | None, Decimal]]]
"""Stage -> its win chances, each with the first day it holds (None: always), ascending."""

ALWAYS: Book = {key: ((None, chance),) for key, (_, _, chance) in STAGES.items() if chance is not None}
"""The chances of STAGES, never set anew."""


@st.composite
def books(draw: st.DrawFn) -> Book:
    """Win chances that were set anew up to three times, each time for some of the stages."""
    days = draw(st.sets(st.integers(-1, DAYS + 1), max_size=3))
    book: dict[tuple[str, str], list[tuple[date | None, Decimal]]] = {key: list(held) for key, held in ALWAYS.items()}
    for day in sorted(days):
        for key in draw(st.sets(st.sampled_from(sorted(book)))):
            book[key].append((START + timedelta(days=day), draw(st.decimals(0, Decimal("0.99"), places=6))))
    return book


def chance_on(book: Book, state: State, day: date) -> Decimal:
    """The chance of the stage a deal is in that is in force on a day; 0 where its stage has none."""
    held = book.get((state.pipeline, state.stage), ())
    return next((chance for since, chance in reversed(held) if since is None or since <= day), Decimal(0))


def chances_of(book: Book) -> dict[str, list[dict[str, object]]]:
    """The tables of win chances of a book; today's is the last."""
    now, over_time = [], []
    for (pipeline, stage), held in book.items():
        stage_row = {"pipeline": pipeline, "stage": stage, "source": "test", "n": 0}
        now.append(stage_row | {"probability": held[-1][1]})
        for (since, chance), (until, _) in zip_longest(held, held[1:], fillvalue=(None, None)):
            over_time.append(
                stage_row | {"probability": chance, "valid_from": since or "0001-01-01", "valid_to": until}
            )
    return {"dim_stage_probability": now, "dim_stage_probability_history": over_time}


@st.composite
def _states(draw: st.DrawFn) -> tuple[State, ...]:
    days = sorted(draw(st.sets(st.integers(0, DAYS), min_size=1, max_size=6)))
    states = []
    for day in days:
        pipeline, stage = draw(st.sampled_from(sorted(STAGES)))
        amount = draw(st.none() | st.decimals(-10, 10_000, places=2))
        owner, evidence = draw(st.sampled_from(["Ann", "Bo", None])), draw(st.sampled_from(["history", "inferred"]))
        source = draw(st.sampled_from(["Web", None]))
        states.append(State(START + timedelta(days=day), owner, pipeline, stage, amount, evidence, source))
    return tuple(states)


@st.composite
def lives(draw: st.DrawFn) -> list[Life]:
    """One to six deals."""
    drawn = draw(st.lists(st.tuples(st.booleans(), _states()), min_size=1, max_size=6))
    return [Life(f"d{i}", undated and i == 0, states) for i, (undated, states) in enumerate(drawn)]


slices = st.builds(
    Slice,
    owners=st.sampled_from([(), ("Ann",), ("Bo", ""), ("",)]),
    pipelines=st.sampled_from([(), ("",), ("B",)]),
    sources=st.sampled_from([(), ("Web",), ("",)]),
)


def facts_of(deals: Sequence[Life], book: Book = ALWAYS) -> dict[str, list[dict[str, object]]]:
    """The fact tables of these lives."""
    changes: list[dict[str, object]] = []
    daily: list[dict[str, object]] = []
    for deal in deals:
        before: State | None = None
        lefts = [state.day for state in deal.states[1:]]
        for state, left in zip_longest(deal.states, lefts):
            changes.append(_change(deal, before, state) | {"left_date": left})
            daily += [_daily(deal, before, state.day, -1)] if before and before.kind == "open" else []
            daily += [_daily(deal, state, state.day, 1)] if state.kind == "open" else []
            before = state
    return {
        "fct_changes": changes,
        "fct_pipeline_day": daily,
        "fct_deals": [{"deal_id": d.deal_id, "owner": d.states[-1].owner, "stage": d.states[-1].stage} for d in deals],
        "dim_stages": [
            {"pipeline": p, "stage": s, "stage_order": order, "kind": kind}
            for (p, s), (order, kind, _) in STAGES.items()
        ],
        **chances_of(book),
    }


def _change(deal: Life, before: State | None, state: State) -> dict[str, object]:
    row: dict[str, object] = {
        "deal_id": deal.deal_id,
        "change_date": state.day,
        "owner": state.owner,
        "pipeline": state.pipeline,
        "stage": state.stage,
        "source": state.source,
        "kind": state.kind,
        "amount": state.amount,
        "evidence": state.evidence,
        "is_undated": deal.is_undated,
    }
    if before is not None:
        row |= {
            "prev_owner": before.owner,
            "prev_pipeline": before.pipeline,
            "prev_source": before.source,
            "prev_stage": before.stage,
            "prev_kind": before.kind,
            "prev_amount": before.amount,
        }
    return row


def _daily(deal: Life, state: State, day: date, sign: int) -> dict[str, object]:
    return {
        "change_date": day,
        "owner": state.owner,
        "pipeline": state.pipeline,
        "source": state.source,
        "stage": state.stage,
        "evidence": state.evidence,
        "is_undated": deal.is_undated,
        "amount_change": sign * (state.amount or Decimal(0)),
        "deals_change": sign,
        "deals_without_amount_change": sign if state.amount is None else 0,
    }


def _is_in(state: State | None, ask: Slice) -> bool:
    return (
        state is not None
        and state.kind == "open"
        and (not ask.owners or (state.owner or "") in ask.owners)
        and (not ask.pipelines or state.pipeline in ask.pipelines)
        and (not ask.sources or (state.source or "") in ask.sources)
    )


def open_at(deals: Sequence[Life], ask: Slice, day: date) -> list[State]:
    """The open states at the end of a day; deals without a created date left out."""
    found = [deal.at(day) for deal in deals if not deal.is_undated]
    return [state for state in found if state is not None and _is_in(state, ask)]


def expected_value(deals: Sequence[Life], ask: Slice, day: date, book: Book = ALWAYS) -> Decimal:
    """Σ amount × the probability in force on that day, deal by deal."""
    return sum((_worth(s, book, day) for s in open_at(deals, ask, day)), Decimal(0))


def causes(deals: Sequence[Life], ask: Slice, after: date, until: date, book: Book = ALWAYS) -> dict[str, Decimal]:
    """What moved expected value, read off each deal one day at a time: first the new chances, then the work."""
    booked: dict[str, Decimal] = {}

    def put(cause: str, change: Decimal) -> None:
        booked[cause] = booked.get(cause, Decimal(0)) + change

    for deal in deals:
        if deal.is_undated:
            continue
        yesterday = after
        while yesterday < until:
            day = yesterday + timedelta(days=1)
            before, now = deal.at(yesterday), deal.at(day)
            was_in, is_in = _is_in(before, ask), _is_in(now, ask)
            if was_in and before is not None:
                put("recalibrated", _worth(before, book, day) - _worth(before, book, yesterday))
            yesterday = day
            if before == now or now is None:
                continue
            if was_in and is_in and before is not None:
                at_old_amount = replace(now, amount=before.amount)
                stage_part = _worth(at_old_amount, book, day) - _worth(before, book, day)
                put("advanced" if _is_forward(before, now, book, day) else "moved_back", stage_part)
                put("amount_changed", _worth(now, book, day) - _worth(at_old_amount, book, day))
            elif is_in:
                entering = {None: "created", "open": "transferred"}
                put(entering.get(before.kind if before else None, "reopened"), _worth(now, book, day))
            elif was_in and before is not None:
                leaving = {"won": "won", "paid": "won", "lost": "lost", "gone": "gone", "open": "transferred"}
                put(leaving[now.kind], -_worth(before, book, day))
    return booked


def _worth(state: State, book: Book, day: date) -> Decimal:
    return (state.amount or Decimal(0)) * chance_on(book, state, day)


def _is_forward(before: State, now: State, book: Book, day: date) -> bool:
    was, is_ = STAGES[before.pipeline, before.stage][0], STAGES[now.pipeline, now.stage][0]
    if before.pipeline == now.pipeline and was is not None and is_ is not None and was != is_:
        return is_ > was
    return chance_on(book, now, day) >= chance_on(book, before, day)
