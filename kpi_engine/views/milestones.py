"""Where do deals get stuck?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, cast, get_args

import pandas as pd

from kpi_engine.forecasting.milestones import By, milestones
from kpi_engine.metrics.slice import Slice
from kpi_engine.names import Status
from kpi_engine.storage import Session, load_sql
from kpi_engine.views import words
from kpi_engine.views.ask import Ask, Who

MOST_WAITING = 30
"""So many of the longest waiting deals are listed per stage."""

MOST_GROUPS = 15
"""So many segments or sources are drawn; the table has them all."""

UNDECIDED = 0.1
"""Above this share the sentence says how many are still open."""

_NEAR_CERTAIN = 0.015

FROM_CREATION = "From creation"
"""What all deals are called among the stages."""

Cut = Literal["cohort", "segment", "source", "rep"]

CUTS: dict[Cut, str] = {"cohort": "Quarter", "segment": "Segment", "source": "Source", "rep": "Rep"}

_WHY = {
    Status.TOO_FEW: "too few to say",
    Status.NO_DATA: "not known",
    Status.INFERRED: "not known",
}


@dataclass(frozen=True)
class Milestones:
    """One pipeline's way from stage to stage.

    ``funnel`` (stages in order): stage, reached, moved_on, won, hover, text. ``days``: stage, low, median, high,
    is_open_end, text, hover. ``table``: the numbers behind both. ``waiting``: the deals longest in their stage.
    ``has_ways``: False where nobody knows which way the ended deals went: then funnel and days are empty. ``stuck``:
    the stage from which fewest go on; empty where that cannot be said.
    """

    is_empty: bool
    has_ways: bool
    pipeline: str
    sentence: str
    overall: str
    stuck: str
    funnel: pd.DataFrame
    days: pd.DataFrame
    table: pd.DataFrame
    waiting: pd.DataFrame
    notes: tuple[str, ...]

    @property
    def stages(self) -> list[str]:
        """The open stages, in order."""
        return list(self.days["stage"])


@dataclass(frozen=True)
class MilestoneCut:
    """One stage's conversion to won by quarter, segment or source.

    ``frame``: group, value, lower, upper, waiting, plain, n, open, is_over, text, short_text, hover; ``drawn``: those
    of it that fit a chart. ``stages``: what can be chosen; ``why_empty``: why nothing can be drawn.
    """

    cut: Cut
    stage: str
    stages: list[str]
    why_empty: str
    frame: pd.DataFrame
    drawn: pd.DataFrame
    caption: str


def milestones_view(session: Session, ask: Ask, who: Who) -> Milestones:
    """The largest pipeline among those asked for, or the one asked for."""
    asked, others = _of_one_pipeline(session, ask.seen_by(who))
    frame = milestones(session, asked, ask.as_of)
    if frame.empty or not frame["reached"].iloc[0]:
        nothing = pd.DataFrame(columns=["stage"])
        return Milestones(True, False, "", "", "", "", nothing, nothing, nothing, nothing, ())
    whole, stages = frame.iloc[0], frame.iloc[1:]
    pipeline = str(whole["pipeline"])
    opens = stages[stages["kind"] == "open"]
    has_ways = bool((opens["to_won_status"] != Status.INFERRED).any() or opens["to_won_value"].notna().any())
    ways = stages if has_ways else stages.head(0)
    return Milestones(
        is_empty=False,
        has_ways=has_ways,
        pipeline=pipeline,
        sentence=_sentence(whole, opens, has_ways),
        overall=_overall(whole),
        stuck=_stuck(opens) if has_ways else "",
        funnel=_funnel(ways),
        days=_days(ways[ways["kind"] == "open"]),
        table=_table(frame if has_ways else frame.head(1)),
        waiting=_waiting(session, ask, who, pipeline, opens),
        notes=_notes(whole, opens, others, has_ways),
    )


def milestone_cut_view(session: Session, ask: Ask, who: Who) -> MilestoneCut:
    """Conversion to won by quarter, segment or source; ``ask.choice`` is ``cut`` or ``cut:stage``. By rep: the chosen
    rep's own quarters. Reps are not set side by side."""
    name, _, stage = ask.choice.partition(":")
    cut = cast(Cut, name) if name in get_args(Cut) else "cohort"
    seen, _ = _of_one_pipeline(session, ask.seen_by(who))
    rows_of_stages = session.rows(load_sql("kpi_engine.views", "open_stages"), {"pipelines": list(seen.pipelines)})
    stages = [FROM_CREATION, *(name for (name,) in rows_of_stages)]
    stage = stage if stage in stages else FROM_CREATION
    nothing = pd.DataFrame(columns=["group"])
    if cut == "rep" and len(seen.owners) != 1:
        why = "Choose a rep in the filters above: what is shown is that rep's own past. Reps are not ranked here."
        return MilestoneCut(cut, stage, stages, why, nothing, nothing, "")
    by = cast(By, "cohort" if cut == "rep" else cut)
    frame = milestones(session, seen, ask.as_of, by)
    frame = frame[frame["stage"] == ("" if stage == FROM_CREATION else stage)]
    rows = _groups(frame, by)
    if by != "cohort" and (rows.empty or set(rows["group"]) == {_NO_VALUE}):
        return MilestoneCut(cut, stage, stages, f"No deal here has a {cut}.", nothing, nothing, "")
    drawn = rows if by == "cohort" else rows[rows["n"].rank(method="first", ascending=False) <= MOST_GROUPS]
    return MilestoneCut(cut, stage, stages, "", rows, drawn.reset_index(drop=True), _caption(cut, stage, rows, drawn))


_NO_VALUE = "(none)"


def _of_one_pipeline(session: Session, asked: Slice) -> tuple[Slice, int]:
    """The slice narrowed to its pipeline with the most deals, and how many others have any."""
    sql = load_sql("kpi_engine.views", "pipelines").format(condition=asked.condition())
    names = [name for (name,) in session.rows(sql, asked.values())]
    return replace(asked, pipelines=tuple(names[:1])), max(len(names) - 1, 0)


def _range(row: pd.Series, name: str) -> str:
    """A share with its interval: 60 % (58–62); near 0 and 1 with a decimal, and none at all as that."""
    value, lower, upper = (row[f"{name}_{part}"] for part in ("value", "lower", "upper"))
    digits = 0 if _NEAR_CERTAIN < value < 1 - _NEAR_CERTAIN else 1
    if value == 0:
        return f"none (at most {words.share(upper, digits)})"
    return f"{words.share(value, digits)} ({words.share(lower, digits)[:-2]}–{words.share(upper, digits)[:-2]})"


def _told(row: pd.Series, name: str, verb: str) -> str:
    """A share in words, or why there is none."""
    if not words.is_number(row[f"{name}_value"]):
        return f"{verb}: {_WHY[Status(row[f'{name}_status'])]}"
    said = _range(row, name)
    return f"{verb}: {said}" if row[f"{name}_value"] == 0 else f"{said} {verb}"


def _sentence(whole: pd.Series, opens: pd.DataFrame, has_ways: bool) -> str:
    if not has_ways:
        return (
            "Nobody knows where deals get stuck: these files say when deals began and ended, and not which stages they "
            f"went through. {_overall(whole)}"
        )
    stuck = _stuck(opens)
    if not stuck:
        return f"Too few deals have moved to say where they get stuck. {_overall(whole)}"
    worst = opens[opens["stage"] == stuck].iloc[0]
    first = f"{_stuck_most(opens, worst)} {_of_100(worst)}."
    waits = opens[opens["days_median"].notna()]
    if waits.empty:
        return first
    slow = waits.loc[waits["days_median"].idxmax()]
    tail = (
        f"one in ten stays over {words.many(int(slow['days_high']), 'day')}"
        if words.is_number(slow["days_high"])
        else "more than one in ten never left while we watched"
    )
    return f"{first} They wait longest in {slow['stage']}: half leave within {int(slow['days_median'])} days, {tail}."


def _stuck_most(opens: pd.DataFrame, worst: pd.Series) -> str:
    """Where deals get stuck most, as far as the intervals tell: stages that may as well be the worst are named too."""
    known = opens[opens["to_next_lower"].notna()]
    alike = known[known["to_next_lower"] <= worst["to_next_upper"]]["stage"].tolist()
    if len(alike) <= 1:
        return f"Deals get stuck most at {worst['stage']}: of 100 that reach it,"
    if len(alike) == len(known):
        return f"No stage holds deals up clearly more than the others. Of 100 that reach {worst['stage']},"
    return (
        f"Deals get stuck most at {words.listed(alike)}, with no clear difference between them: of 100 that reach "
        f"{worst['stage']},"
    )


def _stuck(opens: pd.DataFrame) -> str:
    """The stage from which the smallest share goes on; empty where none is known."""
    known = opens[opens["to_next_value"].notna()]
    return "" if known.empty else str(known.loc[known["to_next_value"].idxmin(), "stage"])


def _of_100(row: pd.Series) -> str:
    """How many of a hundred go further, between its bounds, and how many are open where that is not few."""
    middle, lower, upper = (words.share(row[f"to_next_{part}"])[:-2] for part in ("value", "lower", "upper"))
    bounds = f"{middle} ({lower} to {upper})" if lower != upper else middle
    if row["to_next_waiting"] <= UNDECIDED:
        return f"{bounds} go further"
    undecided = words.share(row["to_next_waiting"])[:-2]
    return f"{bounds} go further within {int(row['to_next_days'])} days, and {undecided} are still undecided then"


def _overall(whole: pd.Series) -> str:
    """All deals from their creation, in a sentence."""
    deals = words.many(int(whole["reached"]), "deal")
    if not words.is_number(whole["to_won_value"]):
        won, still, why = int(whole["won"]), int(whole["open"]), _WHY[Status(whole["to_won_status"])]
        return f"Of {deals} {won:,} are won and {still:,} are open, which is {why}."
    if not int(whole["won"]):
        return f"Of {deals} none is won so far; {int(whole['lost']):,} are lost and {int(whole['open']):,} open."
    said = f"Of {deals} {_range(whole, 'to_won')} are won within {int(whole['to_won_days'])} days of being created"
    still = whole["to_won_waiting"]
    said += f", and {words.share(still)} are still open then." if still > UNDECIDED else "."
    if words.is_number(whole["to_won_plain"]):
        said += f" Of those that have ended it is {words.share(whole['to_won_plain'])}."
    return said


def _funnel(stages: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for _, row in stages.iterrows():
        is_open = row["kind"] == "open"
        parts = [_told(row, "to_next", "go on")] if is_open and row["to_next_n"] else []
        parts += [_told(row, "to_won", "won")] if is_open else []
        rows.append(
            {
                "stage": row["stage"],
                "reached": int(row["reached"]),
                "moved_on": int(row["moved_on"]) if is_open else 0,
                "won": int(row["won"]) if is_open else 0,
                "text": " · ".join(parts),
                "hover": f"{words.many(int(row['reached']), 'deal')} were here: {int(row['moved_on']):,} went on, "
                f"{int(row['won']):,} were won, {int(row['lost']):,} lost, {int(row['open']):,} are open",
            }
        )
    return pd.DataFrame(rows, columns=["stage", "reached", "moved_on", "won", "text", "hover"])


def _days(opens: pd.DataFrame) -> pd.DataFrame:
    """Where a tenth has not left by the longest stay, the bar ends there and stays open."""
    rows = []
    for _, row in opens.iterrows():
        median, low, high, seen = (row[f"days_{part}"] for part in ("median", "low", "high", "seen"))
        is_known, is_open_end = words.is_number(low), not words.is_number(high)
        far = seen if is_open_end else high
        if not is_known:
            text = _WHY[Status(row["days_status"])]
        else:
            middle = f"{median:.0f} days" if words.is_number(median) else f"over {seen:.0f} days"
            text = f"{middle} ({low:.0f} to {'over ' if is_open_end else ''}{far:.0f})"
        rows.append(
            {
                "stage": row["stage"],
                "low": low if is_known else float("nan"),
                "median": median if is_known else float("nan"),
                "high": far if is_known else float("nan"),
                "is_open_end": is_known and is_open_end,
                "text": text,
                "hover": f"{words.many(int(row['days_n']), 'stay')}, {int(row['days_ended']):,} of them over",
            }
        )
    return pd.DataFrame(rows, columns=["stage", "low", "median", "high", "is_open_end", "text", "hover"])


_TABLE = [
    "stage", "milestone", "reached", "moved_on", "won", "lost", "open", "gone", "skipped", "moved_back",
    "to_next_value", "to_next_lower", "to_next_upper", "to_next_plain",
    "to_won_value", "to_won_lower", "to_won_upper", "to_won_plain",
    "days_median", "days_low", "days_high", "days_n", "days_ended", "days_seen",
]  # fmt: skip


def _table(frame: pd.DataFrame) -> pd.DataFrame:
    named = frame["stage"].where(frame["stage_order"] > 0, FROM_CREATION)
    return frame.assign(stage=named)[_TABLE].reset_index(drop=True)


def _waiting(session: Session, ask: Ask, who: Who, pipeline: str, opens: pd.DataFrame) -> pd.DataFrame:
    """stage, deal_name, account, owner, amount, since, days, usual (the stage's median)."""
    asked = ask.seen_by(who)
    renamed = {
        "owner": "owners.owner",
        "team": "teams.team",
        "pipeline": "stages.pipeline",
        "segment": "attributes.segment",
        "source": "attributes.source",
        "product": "attributes.product",
    }
    sql = load_sql("kpi_engine.views", "waiting").format(condition=asked.condition(renamed))
    values = {"as_of": ask.as_of, "pipeline": pipeline, "most": MOST_WAITING} | asked.values()
    frame = session.frame(sql, values)
    usual = opens.set_index("stage")["days_median"]
    return frame.assign(
        usual=frame["stage"].map(usual).astype(float),
        deal_name=frame["deal_name"].fillna(frame["deal_id"]),
        since=pd.to_datetime(frame["since"]).dt.date,
    )


def _notes(whole: pd.Series, opens: pd.DataFrame, others: int, has_ways: bool) -> tuple[str, ...]:
    found = []
    if has_ways:
        found.append(
            "Open deals count for as long as they have been watched: neither lost nor left out. The numbers in "
            "brackets hold the truth in 8 of 10 cases."
        )
        found.append(
            "The share won is of all deals that ever reached a stage. The win chance on the tab Win chances is of the "
            "deals that are there now, which is lower: those that were won quickly have left."
        )
        skipped, back = int(opens["skipped"].sum()), int(opens["moved_back"].sum())
        if skipped or back:
            found.append(
                f"{words.many(skipped, 'time')} a stage was passed over, {words.many(back, 'time')} a deal moved back."
            )
        inferred = opens.loc[opens["to_next_status"] == Status.INFERRED, "stage"]
        if not inferred.empty:
            entered = words.listed(list(inferred))
            found.append(f"When deals entered {entered} is inferred from the day they were created.")
    if int(whole["gone"]):
        found.append(f"{words.many(int(whole['gone']), 'deal')} ended and nobody says how.")
    if others:
        found.append(f"This is the largest of {others + 1} pipelines; choose another in the filters above.")
    return tuple(found)


def _groups(frame: pd.DataFrame, by: By) -> pd.DataFrame:
    """The groups of one stage: quarters in order, others by name."""
    rows = []
    for _, row in frame.iterrows():
        n, is_open = int(row["reached"]), int(row["open"]) > 0
        is_known = words.is_number(row["to_won_value"])
        still = row["to_won_waiting"] if is_known else float("nan")
        text = _range(row, "to_won") if is_known else _WHY[Status(row["to_won_status"])]
        over = "" if not is_open else f", {int(row['open']):,} still open"
        rows.append(
            {
                "group": str(row["group"]) or _NO_VALUE,
                "value": row["to_won_value"],
                "lower": row["to_won_lower"],
                "upper": row["to_won_upper"],
                "waiting": still,
                "plain": row["to_won_plain"],
                "n": n,
                "open": int(row["open"]),
                "is_over": not is_open,
                "text": text,
                "short_text": words.share(row["to_won_value"]) if is_known else text.removesuffix(" to say"),
                "hover": f"{text} won of {words.many(n, 'deal')}{over}",
            }
        )
    columns = ["group", "value", "lower", "upper", "waiting", "plain", "n", "open", "is_over"]
    found = pd.DataFrame(rows, columns=[*columns, "text", "short_text", "hover"])
    return found if by == "cohort" else found.sort_values("group", key=lambda s: s.str.casefold(), ignore_index=True)


def _caption(cut: Cut, stage: str, rows: pd.DataFrame, drawn: pd.DataFrame) -> str:
    when = "were created in" if stage == FROM_CREATION else f"reached {stage} in"
    if cut in ("cohort", "rep"):
        return (
            f"Of the deals that {when} each quarter, the share that is won. Pale: not decided yet, so these quarters "
            "can still rise."
        )
    left_out = len(rows) - len(drawn)
    told = "Of the deals created" if stage == FROM_CREATION else f"Of the deals that reached {stage}"
    said = f"{told}, the share that is won, with its 80 % interval; by name."
    return said + (f" The {MOST_GROUPS} largest are drawn, the table has all." if left_out else "")
