"""The order, kind and milestone of every stage, found from what the files say.

Kind, best evidence first: the stages file; its name, where the deals in it do not say otherwise; the outcomes of the
deals that are in it, where in that pipeline a stage tells the outcome at all. Order, best evidence first: the stages
file; the export's own order column; which stage deals enter first, where enough deals tell it of each two; the CRM's
probability, where it belongs to the stage; its name; what few deals tell; how many deals are in it. A signal counts
only where it covers every open stage of the pipeline, so that two scales are never mixed; the next ones break its
ties.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from kpi_engine.model.stage_words import ending, is_deposit, kind_said, rung
from kpi_engine.names import UNKNOWN_STAGE, StageKind

LAST_RANK = {StageKind.OPEN: 0, StageKind.WON: 1, StageKind.PAID: 2, StageKind.LOST: 3}
"""Open stages come first, then won, paid and lost."""

MIN_DEALS = 5
"""So many deals must have entered both of two stages before their order is taken from the history first of all."""

MOST_VARIANCE = 0.02
"""A stage's own default, overruled for a few deals, varies less than this."""

UNNAMED_RUNG = 10.0
"""A name that says nothing about how far a deal has come stands after those that do."""


@dataclass(frozen=True)
class Seen:
    """What the files say about one stage of one pipeline (a row of stages_seen.sql)."""

    pipeline_key: int
    pipeline: str
    stage_id: int
    stage: str
    n_deals: int = 0
    n_open: int = 0
    n_won: int = 0
    n_lost: int = 0
    n_entered: int = 0
    column_order: float | None = None
    crm_probability: float | None = None
    listed_kind: str | None = None
    listed_order: float | None = None
    listed_probability: float | None = None
    crm_variance: float | None = None


@dataclass(frozen=True)
class Stage:
    """A stage as the facts use it. ``stage_id`` is None where no file names it: a stand-in."""

    pipeline_key: int
    pipeline: str
    stage_id: int | None
    stage: str
    stage_order: int
    kind: StageKind
    milestone: str | None
    crm_probability: float | None
    is_stand_in: bool
    """True for the stage that stands for 'ended so, in no stage of its own' and for the stage that is not known."""


Precedence = Mapping[tuple[int, int, int], int]
"""(pipeline_key, stage_id, later stage_id) → deals that entered the first before the second."""


def arrange(seen: Sequence[Seen], precedence: Precedence, pipelines: Mapping[int, str]) -> list[Stage]:
    """Every stage of every pipeline in order, with the stand-ins for what no stage tells.

    Parameters
    ----------
    seen : what the files say, one entry per pipeline and stage.
    precedence : counts of which stage deals entered first; may be empty.
    pipelines : every pipeline_key with its name; a pipeline without stages gets its stand-ins only.
    """
    stages: list[Stage] = []
    for key in sorted(pipelines):
        mine = [s for s in seen if s.pipeline_key == key]
        stages.extend(_pipeline(key, pipelines[key], mine, precedence))
    return stages


def _pipeline(key: int, name: str, seen: Sequence[Seen], precedence: Precedence) -> list[Stage]:
    kinds = _kinds(seen)
    opens = _in_order([s for s in seen if kinds[s.stage_id] is StageKind.OPEN], precedence)
    ends = [s for s in seen if kinds[s.stage_id] is not StageKind.OPEN]
    entered = {
        kind: _first_entered([s for s in ends if kinds[s.stage_id] is kind], precedence, MIN_DEALS)
        for kind in LAST_RANK
    }
    ends.sort(
        key=lambda s: (
            LAST_RANK[kinds[s.stage_id]],
            _or_last(s.listed_order),
            _or_last(s.column_order),
            _or_last(entered[kinds[s.stage_id]](s)),
            s.stage,
        )
    )
    milestones = _milestones([s.stage for s in opens])
    stages = [Stage(key, name, None, UNKNOWN_STAGE, 0, StageKind.OPEN, None, None, True)]
    for number, s in enumerate([*opens, *ends], start=1):
        kind = kinds[s.stage_id]
        milestone = milestones[s.stage] if kind is StageKind.OPEN else kind.value
        crm = s.crm_probability if s.crm_probability is not None else s.listed_probability
        stages.append(Stage(key, name, s.stage_id, s.stage, number, kind, milestone, crm, False))
    for kind in (StageKind.WON, StageKind.PAID, StageKind.LOST):
        stages = _with_stand_in(stages, kind)
    return stages


def _with_stand_in(stages: list[Stage], kind: StageKind) -> list[Stage]:
    """Name the stage of deals that end so in a stage that does not say it: the first of that kind, else a new one."""
    own = next((i for i, s in enumerate(stages) if s.kind is kind and s.stage_id is not None), None)
    if own is not None:
        return [replace(s, is_stand_in=True) if i == own else s for i, s in enumerate(stages)]
    taken = {s.stage for s in stages}
    word = kind.value.capitalize()
    label = word if word not in taken else f"({kind.value})"
    first = stages[0]
    order = max(s.stage_order for s in stages) + 1
    return [*stages, Stage(first.pipeline_key, first.pipeline, None, label, order, kind, kind.value, None, True)]


def _kinds(seen: Sequence[Seen]) -> dict[int, StageKind]:
    """The kind of every stage of one pipeline."""
    outcomes_tell = all(_is_pure(s) for s in seen) and any(s.n_won or s.n_lost for s in seen)
    found: dict[int, StageKind] = {}
    invoiced: list[int] = []
    for s in seen:
        listed = kind_said(s.listed_kind)
        named = ending(s.stage)
        if listed is not None:
            found[s.stage_id] = StageKind(listed)
        elif named is not None and s.n_open <= s.n_won + s.n_lost and not _contradicts(named, s):
            found[s.stage_id] = StageKind.WON if named == "invoiced" else StageKind(named)
            if named == "invoiced":
                invoiced.append(s.stage_id)
        elif outcomes_tell and (s.n_won or s.n_lost) and _is_terminal_name(s):
            found[s.stage_id] = StageKind.WON if s.n_won else StageKind.LOST
        else:
            found[s.stage_id] = StageKind.OPEN
    # A deposit is the money where no other stage says that it came, else a part of it: the deal can still be lost.
    paid = {s.stage_id for s in seen if found[s.stage_id] is StageKind.PAID}
    deposits = {s.stage_id for s in seen if kind_said(s.listed_kind) is None and is_deposit(s.stage)} & paid
    if paid - deposits:
        found |= dict.fromkeys(deposits, StageKind.WON)
    # An invoice is the last step where no stage says that the money came.
    if StageKind.PAID not in found.values():
        for stage_id in invoiced:
            found[stage_id] = StageKind.PAID
    return found


def _is_pure(s: Seen) -> bool:
    return sum(n > 0 for n in (s.n_open, s.n_won, s.n_lost)) <= 1


def _contradicts(named: str, s: Seen) -> bool:
    """Whether the outcomes of the deals in a stage say the opposite of its name more often than not."""
    opposite = s.n_won if named == "lost" else s.n_lost
    same = s.n_lost if named == "lost" else s.n_won
    return opposite > same


def _is_terminal_name(s: Seen) -> bool:
    """Whether a stage whose deals all ended alike is an end of its own: its name is no step of a sale."""
    return rung(s.stage) is None


def _in_order(opens: Sequence[Seen], precedence: Precedence) -> list[Seen]:
    signals: list[Callable[[Seen], float | None]] = [
        lambda s: s.listed_order,
        lambda s: s.column_order,
        _first_entered(opens, precedence, MIN_DEALS),
        _told_probability,
        lambda s: UNNAMED_RUNG if (step := rung(s.stage)) is None else step[0],
        _first_entered(opens, precedence, 1),
        lambda s: -float(s.n_deals + s.n_entered),
    ]
    whole = [signal for signal in signals if all(signal(s) is not None for s in opens)]
    return sorted(opens, key=lambda s: (*(_or_last(signal(s)) for signal in whole), s.stage))


def _first_entered(opens: Sequence[Seen], precedence: Precedence, least: int) -> Callable[[Seen], float | None]:
    """Each stage's place by majority: how many stages deals usually enter before it, less those usually after it.

    Two stages that fewer than ``least`` deals entered both are not compared.
    """
    place: dict[int, float | None] = {}
    for s in opens:
        before = after = known = 0
        for other in opens:
            if other.stage_id == s.stage_id:
                continue
            forth = precedence.get((s.pipeline_key, s.stage_id, other.stage_id), 0)
            back = precedence.get((s.pipeline_key, other.stage_id, s.stage_id), 0)
            if forth + back < least:
                continue
            known += forth + back
            before += back > forth
            after += forth > back
        place[s.stage_id] = float(before - after) if known else None
    return lambda s: place[s.stage_id]


def _told_probability(s: Seen) -> float | None:
    """The CRM's probability, where it belongs to the stage: one that differs from deal to deal orders no stages."""
    if s.crm_probability is not None and (s.crm_variance or 0.0) <= MOST_VARIANCE:
        return s.crm_probability
    return s.listed_probability


def _milestones(names: Sequence[str]) -> dict[str, str]:
    """The milestone of each open stage, in order: by its name, else the one of the stage before it, else prospect."""
    found: dict[str, str] = {}
    last = "prospect"
    for name in names:
        step = rung(name)
        last = step[1] if step is not None else last
        found[name] = last
    return found


def _or_last(value: float | None) -> float:
    return float("inf") if value is None else float(value)
