"""Why expected value moved: the words and the bars."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from kpi_engine.metrics.movement import Movement
from kpi_engine.views import words

START, END, RE_SET = "start", "end", "recalibrated"


@dataclass(frozen=True)
class Cause:
    """``label`` stands under a bar; ``gained`` and ``shed`` follow an amount; ``happened`` stands behind a deal."""

    label: str
    gained: str
    shed: str
    happened: str


CAUSES: dict[str, Cause] = {
    "created": Cause("New", "came from new deals", "went with new deals", "new"),
    "advanced": Cause(
        "Moved forward", "came from deals that moved forward", "went with deals that moved forward", "moved forward"
    ),
    "moved_back": Cause(
        "Moved back", "came from deals that moved back", "went with deals that moved back", "moved back"
    ),
    "amount_changed": Cause(
        "Amount changed", "came from raised amounts", "went with lowered amounts", "amount changed"
    ),
    "reopened": Cause("Reopened", "came from reopened deals", "went with reopened deals", "reopened"),
    "won": Cause("Won", "came from wins taken back", "left because it was won", "won"),
    "lost": Cause("Lost", "came from losses taken back", "was lost", "lost"),
    "recalibrated": Cause(
        "Chances re-set", "came from new win chances", "went with new win chances", "win chance set anew"
    ),
    "gone": Cause(
        "Gone", "came back", "left with no outcome known", "missing from a newer export, or ended with no outcome"
    ),
    "transferred": Cause("Changed hands", "came with deals taken over", "left with deals handed over", "changed hands"),
}
"""In the order of the movement."""


def amounts_of(found: Movement | None) -> dict[str, float]:
    """Start, every cause and end, in cents, as the words and bars take them; all nought where there is no movement."""
    if found is None:
        return dict.fromkeys((START, *CAUSES, END), 0.0)
    cents = found.in_cents()
    return {
        START: float(cents.start),
        **{cause: float(value) for cause, value in cents.causes.items()},
        END: float(cents.end),
    }


def steps_frame(amounts: dict[str, float], deals: dict[str, int], currency: str | None, now: str = "") -> pd.DataFrame:
    """The bars of the movement, counted from where EV stood; causes that moved nothing are left out. The first bar
    has no height: it says what EV was.

    ``amounts`` has start, every cause and end; ``deals`` how many deals stand behind a cause. The last bar is
    the sum of all, and says what EV is; ``now`` is the day it stands for, where that is not the newest. Returns cause,
    label, base, height, level (where the bar ends), change, text, tone,
    hover, deals.
    """
    rows, level = [_bar(START, "Then", 0.0, 0.0, "total", 0, currency)], 0.0
    for cause, said in CAUSES.items():
        change, behind = amounts[cause], deals.get(cause, 0)
        if not change and not behind:
            continue
        tone = cause if cause in ("won", RE_SET) else "up" if change >= 0 else "down"
        rows.append(_bar(cause, said.label, level, change, tone, behind, currency))
        level += change
    rows.append(_bar(END, now or "Now", 0.0, amounts[END] - amounts[START], "total", sum(deals.values()), currency))
    rows[0]["text"] = words.money(amounts[START], currency)
    rows[-1]["text"] = f"{words.money(amounts[END], currency)} ({rows[-1]['text']})"
    return pd.DataFrame(rows)


def _bar(
    cause: str, label: str, base: float, change: float, tone: str, deals: int, currency: str | None
) -> dict[str, object]:
    text = words.money(change, currency, signed=True)
    hover = f"{label}: {text}" + (f", {words.many(deals, 'deal')}" if cause in CAUSES else "")
    return {
        "cause": cause,
        "label": label,
        "base": base,
        "height": change,
        "level": base + change,
        "change": change,
        "text": text,
        "tone": tone,
        "hover": hover,
        "deals": deals,
    }


def not_known_then(amounts: dict[str, float], currency: str | None, since: str, now: str = "") -> str:
    """Where expected value stands, when the day it would be compared with lies before the data begin. The bars show all
    of it as new, and the words say so."""
    was_or_is, until = ("stood", f" at the end of {now}") if now else ("stands", "")
    return (
        f"Expected value {was_or_is} at {words.money(amounts[END], currency)}{until}. "
        f"The data begin after {since}, so every deal counts as new: whether it rose or fell cannot be told yet."
    )


def told(amounts: dict[str, float], currency: str | None, since: str, now: str = "") -> str:
    """What moved EV, in two sentences: which way, and the two largest causes on each side; what re-set win chances did
    to it stands apart. ``now``: the day of the later number, where that is not the newest."""
    start, end = amounts[START], amounts[END]
    change = end - start
    was_or_is, until = ("stood", f" at the end of {now}") if now else ("stands", "")
    if words.money(change) == "0":
        first = f"Expected value {was_or_is} at {words.money(end, currency)}{until}, as it did on {since}."
    else:
        way = "rose" if change > 0 else "fell"
        by, to = words.money(abs(change), currency), words.money(end, currency)
        first = f"Expected value {way} by {by} to {to} " + (f"between {since} and {now}." if now else f"since {since}.")
    moved = sorted(
        (
            (amounts[cause], said)
            for cause, said in CAUSES.items()
            if words.money(amounts[cause]) != "0" and cause != RE_SET
        ),
        key=lambda one: -abs(one[0]),
    )
    gains = [f"{words.money(value, currency)} {said.gained}" for value, said in moved if value > 0][:2]
    sheds = [f"{words.money(abs(value), currency)} {said.shed}" for value, said in moved if value < 0][:2]
    told_parts = [words.listed(part) for part in (gains, sheds) if part]
    parts = [first, f"{'; '.join(told_parts)}." if told_parts else "", _re_set(amounts[RE_SET], currency)]
    return " ".join(filter(None, parts))


def _re_set(change: float, currency: str | None) -> str:
    """What new win chances did to EV, which nobody worked for."""
    if words.money(change) == "0":
        return ""
    amount = words.money(change, currency, signed=True)
    return f"In this change, {amount} comes from win chances that were re-set: changing the chances is not work."
