"""Much, or good? Where a rep or a team was and is between the two, block by block of whole weeks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from kpi_engine.metrics.query import measure
from kpi_engine.metrics.rates import MIN_BASE
from kpi_engine.metrics.status import divided
from kpi_engine.model.settings import read_settings
from kpi_engine.stats.rates import Z95, difference_of_shares
from kpi_engine.stats.scale import round_step
from kpi_engine.stats.scores import wilson
from kpi_engine.storage import Session
from kpi_engine.views import words
from kpi_engine.views.ask import Ask, Who
from kpi_engine.views.quality import when_of
from kpi_engine.views.spans import end_of_whole_weeks

PAIRS: Mapping[str, tuple[str, str, str, str, str]] = {
    "meetings": ("meetings_held", "qualified_meetings", "Meetings held", "qualified", "qualified meetings"),
    "calls": ("dials", "connects", "Dials", "answered", "connects"),
}
"""Choice -> quantity, the good part of it, and their words."""

_BLOCK, _SHORT_BLOCK = 13, 4
"""Weeks in a block, about: as many whole ones as the period holds, all equally long; short ones in a short period."""

_LINES = 5
_MOST_POINTS = 8
"""Two years of quarters: a longer path is a tangle."""


@dataclass(frozen=True)
class Path:
    """``points``: label, since, until, quantity (a week and rep), quality, lower, upper, n, text. ``lines``: level,
    text, x, y: quantity times quality is the same all along. ``band``: x_low, x_high, y_low, y_high of the middle half
    of the team; None with fewer than five people."""

    sentence: str
    why_empty: str
    points: pd.DataFrame
    lines: tuple[tuple[str, tuple[float, ...], tuple[float, ...]], ...]
    band: tuple[float, float, float, float] | None
    band_words: str
    x_label: str
    y_label: str


def path_view(session: Session, ask: Ask, who: Who) -> Path:
    """The path of whoever is asked for: one rep, a team, or all, as the mean rep. ``ask.choice``: ``rule|pair``."""
    pair = ask.choice.split("|")[1]
    quantity, good, label, good_words, result = PAIRS[pair]
    weekly = _weekly(session, ask, who, quantity, good)
    points = _points(ask, weekly, read_settings(session).week_start)
    whose = "a week and rep" if len(ask.slice.owners) != 1 else "a week"
    x_label, y_label = f"{label} {whose}", f"share {good_words}"
    if len(points) < 2:
        why = f"Too few whole weeks with {label.lower()} to draw a path. Choose a longer period."
        return Path("", why, points, (), None, "", x_label, y_label)
    band = _band(_weekly(session, _everybody(ask), who, quantity, good))
    band_words = "Shaded: where the middle half of the team is, nobody named." if band else ""
    sentence = _sentence(points, label, good_words, result, whose)
    return Path(sentence, "", points, _lines(points, band, result), band, band_words, x_label, y_label)


def _everybody(ask: Ask) -> Ask:
    return replace(ask, slice=replace(ask.slice, owners=()))


def _weekly(session: Session, ask: Ask, who: Who, quantity: str, good: str) -> pd.DataFrame:
    """owner, week, quantity, good: whole weeks of the period only."""
    when = when_of(ask)
    last = end_of_whole_weeks(when.date_to or ask.date_to, read_settings(session).week_start)
    names = [quantity, good]
    frame = measure(
        session, names, ask.seen_by(who), ["owner", "week"], ask.date_from, last, ask.as_of, when.rule
    ).assign(owner=lambda f: f["owner"].fillna(""))
    if frame.empty:
        return pd.DataFrame(columns=["owner", "week", "quantity", "good", "is_known"])
    wide = frame.pivot_table(index=["owner", "week"], columns="kpi", values="value", dropna=False).reset_index()
    wide = wide.reindex(columns=["owner", "week", *names]).rename(columns={quantity: "quantity", good: "good"})
    whole = wide[(wide["week"] >= ask.date_from) & wide["quantity"].notna()]
    # A week of meetings of which nothing is known adds none that are good, as in the qualified rate.
    return whole.assign(is_known=whole["good"].notna() & (whole["quantity"] > 0), good=whole["good"].fillna(0))


def _points(ask: Ask, weekly: pd.DataFrame, week_start: int) -> pd.DataFrame:
    """One point per block of whole weeks, counted back from the end of the period."""
    columns = ["label", "since", "until", "quantity", "quality", "lower", "upper", "n", "text"]
    if weekly.empty:
        return pd.DataFrame(columns=columns)
    last = end_of_whole_weeks(min(ask.date_to, ask.as_of), week_start)
    first = min(weekly["week"])
    weeks = (last - first).days // 7 + 1
    length = weeks // round(weeks / _BLOCK) if weeks >= 2.5 * _BLOCK else _SHORT_BLOCK
    rows = []
    for n in range(min(weeks // length, _MOST_POINTS)):
        until = last - timedelta(weeks=n * length)
        since = until - timedelta(weeks=length, days=-1)
        block = weekly[(weekly["week"] >= since) & (weekly["week"] <= until)]
        working = block.groupby("owner")["quantity"].sum()
        rows.append(
            {
                "since": since,
                "until": until,
                "total": float(block["quantity"].sum()),
                "good": float(block["good"].sum()),
                "rep_weeks": float(length * max(int((working > 0).sum()), 1)),
                "is_known": bool(block["is_known"].any()),
            }
        )
    frame = pd.DataFrame(rows[::-1])
    if frame.empty:
        return pd.DataFrame(columns=columns)
    frame = frame[(frame["total"] >= MIN_BASE) & frame["is_known"]].reset_index(drop=True)
    quality = divided(frame["good"], frame["total"])
    lower, upper = wilson(quality.to_numpy(), frame["total"].to_numpy())
    labels = [_block_label(row.since, row.until) for row in frame.itertuples()]
    points = frame.assign(
        label=labels,
        quantity=divided(frame["total"], frame["rep_weeks"]),
        quality=quality,
        lower=lower,
        upper=upper,
        n=frame["total"].astype("int64"),
    )
    points["text"] = [
        f"{row.quantity:.1f} a week, {words.share(row.quality)} "
        f"({words.share_span(row.lower, row.upper)}, n = {row.n:,})"
        for row in points.itertuples()
    ]
    return points[columns]


def _block_label(since: date, until: date) -> str:
    """The months a block lies in."""
    first = f"{since:%b}" if since.year == until.year else f"{since:%b %Y}"
    return f"{first}–{until:%b %Y}"


def _band(weekly: pd.DataFrame) -> tuple[float, float, float, float] | None:
    """The middle half of the reps, over the whole period; none with fewer than five of them."""
    if weekly.empty:
        return None
    each = (
        weekly[weekly["owner"] != ""]
        .groupby("owner")
        .agg(
            quantity=("quantity", "sum"), good=("good", "sum"), weeks=("week", "nunique"), is_known=("is_known", "any")
        )
    )
    each = each[(each["quantity"] >= MIN_BASE) & each["is_known"]]
    if len(each) < words.MIN_TEAM:
        return None
    x = divided(each["quantity"], each["weeks"]).to_numpy()
    y = divided(each["good"], each["quantity"]).to_numpy()
    low_x, high_x = (float(v) for v in np.quantile(x, [0.25, 0.75]))
    low_y, high_y = (float(v) for v in np.quantile(y, [0.25, 0.75]))
    return low_x, high_x, low_y, high_y


def _lines(
    points: pd.DataFrame, band: tuple[float, float, float, float] | None, result: str
) -> tuple[tuple[str, tuple[float, ...], tuple[float, ...]], ...]:
    """Lines of equal result: so many good ones a week, however they come about."""
    far = max(float(points["quantity"].max()), band[1] if band else 0.0) * 1.25
    results = (points["quantity"] * points["quality"]).to_numpy()
    top = max(float(results.max()) * 1.5, 0.1)
    step = round_step(top / _LINES)
    levels = [step * n for n in range(1, _LINES + 1)]
    lines = []
    for level in levels:
        x = np.geomspace(max(level, far / 400), far, 40) if level < far else np.array([])
        if len(x):
            y = np.minimum(level / x, 1.0)
            text = f"{level:g} {result} a week" if level == levels[0] else f"{level:g}"
            lines.append((text, tuple(map(float, x)), tuple(map(float, y))))
    return tuple(lines)


def _compared(points: pd.DataFrame) -> pd.Series:
    """What the last block is compared with: the one a year before, as the year has seasons; else the first."""
    year_before = points["until"].iloc[-1] - timedelta(weeks=52)
    apart = (points["until"] - year_before).map(abs)
    near = int(apart.to_numpy().argmin())
    return points.iloc[near] if apart.iloc[near] <= timedelta(weeks=2) else points.iloc[0]


def _sentence(points: pd.DataFrame, label: str, good: str, result: str, whose: str) -> str:
    first, last = _compared(points), points.iloc[-1]
    low, high = difference_of_shares(last["quality"], last["n"], first["quality"], first["n"], z=Z95)
    better = "better" if low > 0 else "poorer" if high < 0 else "about as good"
    more = last["quantity"] - first["quantity"]
    # Counts of a Poisson kind: a change within twice its own scatter is none.
    scatter = 2 * np.sqrt(first["quantity"] ** 2 / max(first["n"], 1) + last["quantity"] ** 2 / max(last["n"], 1))
    amount = "about as many as" if abs(more) <= scatter else "more than" if more > 0 else "fewer than"
    was, now = (f"{row['quantity'] * row['quality']:.1f}" for row in (first, last))
    moved = f"stayed at {now}" if was == now else f"went from {was} to {now}"
    return (
        f"{label} {whose}: {amount} in {first['label']}, and {better}. "
        f"{first['quantity']:.1f} with {words.share(first['quality'])} {good} then, {last['quantity']:.1f} with "
        f"{words.share(last['quality'])} in {last['label']}: {result} {moved} {whose}."
    )
