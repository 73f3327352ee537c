"""How sure are we? The win chances in force beside what the team's own history says now."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from kpi_engine.agreements.probabilities import Seen, last_decided, seen_now
from kpi_engine.agreements.versions import BEGINNING, Version, read_versions
from kpi_engine.metrics.query import measure
from kpi_engine.metrics.slice import Slice
from kpi_engine.names import UNKNOWN_STAGE, StageKind
from kpi_engine.storage import Session, load_sql
from kpi_engine.views import words
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.chance_notes import chance_notes
from kpi_engine.views.chance_words import HOW, RESTS_ON, decided, opening_sentence, state_of
from kpi_engine.views.old_deals import old_deals
from kpi_engine.views.promised import promised
from kpi_engine.workspace import store_as_of

_SHOWN = 3
"""Decimals of a chance as it is shown: tenths of a per cent."""


@dataclass(frozen=True)
class PipelineChances:
    """One pipeline's table. ``stages``: stage, in_force, how, estimate, interval, n, rests_on, crm_probability,
    open_value, deals, value_now, value_then, change (money; nan where a stage holds no open deals).

    ``can_accept``: whether its estimate rests on enough history. ``would_change``: whether accepting it changes a
    chance, as shown. ``effect``: what accepting it does to expected value, in words. ``promised``: see
    ui.charts.chances.
    """

    pipeline: str
    title: str
    stages: pd.DataFrame
    promised: pd.DataFrame
    can_accept: bool
    would_change: bool
    effect: str


@dataclass(frozen=True)
class Chances:
    """All the tab shows.

    ``is_empty``: there are no stages to have chances. ``seen``: what a decision made here is about. ``undo``: the last
    decision's number and what it was, None where there is none. ``by_hand``: (pipeline, stage) set by hand.
    ``choices``: every (pipeline, stage) of open deals, with its chance now and the estimate (None: too few ended).
    ``versions``: when, what, who, noted, why, state.
    """

    is_empty: bool
    sentence: str
    effect: str
    notes: tuple[str, ...]
    pipelines: tuple[PipelineChances, ...]
    choices: dict[tuple[str, str], tuple[float, float | None]]
    by_hand: tuple[tuple[str, str], ...]
    undo: tuple[int, str] | None
    versions: pd.DataFrame
    seen: Seen
    may_decide: bool

    @property
    def acceptable(self) -> tuple[str, ...]:
        """The pipelines shown whose estimate can be accepted."""
        return tuple(one.pipeline for one in self.pipelines if one.can_accept)

    @property
    def would_change(self) -> bool:
        """Whether accepting what is shown changes anything."""
        return any(one.would_change for one in self.pipelines)


def chances_view(session: Session, ask: Ask, who: Who) -> Chances:
    """The win chances of the pipelines asked for, now: whoever decides, decides about today.

    The amounts of the stages are those of the open deals in the filters. A decision is about whole pipelines: what it
    does to expected value is told of all their deals that the viewer may see.
    """
    ask = replace(ask, as_of=store_as_of(session) or ask.as_of)
    frame = _stages(session, ask, who)
    told = promised(session, ask, who, frame)
    versions = read_versions(session)
    is_cut = replace(ask.slice, pipelines=()) != Slice()
    everybody = " for everybody" if is_cut and who.owners is None else ""
    parts = frame.groupby("pipeline", sort=False)
    pipelines = tuple(_pipeline(name, part, told, ask, everybody) for name, part in parts)
    one_by_one = [one.title for one in pipelines] if ask.slice.pipelines else []
    of_these = f" of {' and '.join(one_by_one)}" if one_by_one else ""
    last = last_decided(versions)
    open_stages = frame[frame["kind"] == StageKind.OPEN]
    is_by_hand = frame["how"] == "override"
    return Chances(
        is_empty=open_stages.empty,
        sentence=opening_sentence(open_stages, ask.currency),
        effect=_effect(frame, ask.currency, f"{of_these}{everybody}"),
        notes=tuple(filter(None, (old_deals(session, ask, who)[1], *chance_notes(session, ask, who)))),
        pipelines=pipelines,
        choices={
            (p, s): (now, float(then) if can else None)
            for p, s, now, then, can in zip(
                *(open_stages[name] for name in ("pipeline", "stage", "in_force", "estimate", "can_accept")),
                strict=True,
            )
        },
        by_hand=tuple(zip(frame.loc[is_by_hand, "pipeline"], frame.loc[is_by_hand, "stage"], strict=True)),
        undo=None if last is None else (last.version_id, decided(last)),
        versions=_history(versions, ask),
        seen=seen_now(session),
        may_decide=who.may_decide,
    )


def _stages(session: Session, ask: Ask, who: Who) -> pd.DataFrame:
    """Every stage with its chances and the open value in it, now and as it would be."""
    mine = ask.seen_by(who)
    frame = session.frame(load_sql("kpi_engine.views", "chances"), {"as_of": ask.as_of} | mine.values())
    frame = frame.merge(_in_stages(session, mine), on=["pipeline", "stage"], how="left")
    whole = _in_stages(session, Slice(pipelines=ask.slice.pipelines).within_owners(who.owners))
    whole = whole[["pipeline", "stage", "total_value"]].rename(columns={"total_value": "whole_value"})
    frame = frame.merge(whole, on=["pipeline", "stage"], how="left")
    has_paid = set(frame.loc[frame["kind"] == StageKind.PAID, "pipeline"])
    is_open = frame["kind"] == StageKind.OPEN
    is_used = (is_open & ((frame["stage"] != UNKNOWN_STAGE) | (frame["open_deals"] > 0))) | (
        (frame["kind"] == StageKind.WON) & frame["pipeline"].isin(has_paid)
    )
    learned = set(frame.loc[is_open & (frame["source"] == "history"), "pipeline"])
    can_accept = frame["pipeline"].isin(learned)
    then = frame["in_force"].where(~can_accept | (frame["how"] == "override"), frame["estimate"])
    value, whole_value = frame["total_value"].where(is_open), frame["whole_value"].where(is_open)
    frame = frame.assign(
        can_accept=can_accept,
        then=then,
        open_value=value,
        deals=frame["open_deals"].where(is_open),
        value_now=value * frame["in_force"],
        value_then=value * then,
        change=value * (then - frame["in_force"]),
        whole_now=whole_value * frame["in_force"],
        whole_then=whole_value * then,
        would_change=then.round(_SHOWN) != frame["in_force"].round(_SHOWN),
    )
    return frame[is_used].reset_index(drop=True)


def _in_stages(session: Session, asked: Slice) -> pd.DataFrame:
    """total_value and open_deals of each stage. Grain: pipeline, stage."""
    values = measure(session, ["total_value", "open_deals"], asked, ["pipeline", "stage"])
    wide = values.assign(pipeline=values["pipeline"].fillna("")).pivot(
        index=["pipeline", "stage"], columns="kpi", values="value"
    )
    return wide.reindex(columns=["total_value", "open_deals"]).reset_index()


def _pipeline(name: str, part: pd.DataFrame, told: pd.DataFrame, ask: Ask, everybody: str) -> PipelineChances:
    stages = part.assign(
        how=[HOW[how] for how in part["how"]],
        in_force=_rounded(part["in_force"]),
        estimate=_rounded(part["estimate"].where(part["can_accept"])),
        interval=[words.share_span(lower, upper) for lower, upper in zip(part["lower"], part["upper"], strict=True)],
        rests_on=[RESTS_ON.get(source, source) for source in part["source"]],
        n=part["n"].where(part["source"] == "history"),
    )
    return PipelineChances(
        pipeline=name,
        title=name or "All deals",
        stages=stages,
        promised=told[told["pipeline"] == name].reset_index(drop=True),
        can_accept=bool(part["can_accept"].any()),
        would_change=bool(part["would_change"].any()),
        effect=_effect(part, ask.currency, everybody),
    )


def _rounded(chances: pd.Series) -> pd.Series:
    """As shown; what is not nothing is not rounded to it."""
    rounded = chances.round(_SHOWN)
    return rounded.where(rounded > 0, chances)


def _effect(stages: pd.DataFrame, currency: str | None, whose: str) -> str:
    """What accepting does to expected value: to that of all deals of these stages, whatever the filters show."""
    if not stages["can_accept"].any():
        return "Too few deals have ended to learn win chances from. What stands in is used until there are enough."
    now, then = stages["whole_now"].sum(), stages["whole_then"].sum()
    before, after = words.money(now, currency), words.money(then, currency)
    stays = " What is set by hand stays." if (stages["how"] == "override").any() else ""
    if not stages["would_change"].any():
        return f"Our history says what is in force: nothing to accept.{stays}"
    if words.money(then - now) == "0":
        return f"Accepting leaves expected value{whose} where it is, at {before}.{stays}"
    change = words.money(then - now, currency, signed=True)
    return f"Accepting takes expected value{whose} from {before} to {after} ({change}).{stays}"


def _history(versions: list[Version], ask: Ask) -> pd.DataFrame:
    rows = [
        {
            "since": "the beginning" if version.since == BEGINNING else words.day(version.since),
            "what": decided(version, versions),
            "who": version.decided_by or ("Tideline" if version.recorded_at is None else None),
            "noted": words.day(version.recorded_at.date()) if version.recorded_at else None,
            "data_to": words.day(version.as_of) if version.as_of else None,
            "why": version.reason,
            "state": state_of(version, versions, ask.as_of),
        }
        for version in sorted(versions, key=lambda v: -v.version_id)
    ]
    return pd.DataFrame(rows, columns=["since", "what", "who", "noted", "data_to", "why", "state"])
