"""How win chances and the decisions about them are told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from kpi_engine.agreements.versions import Version, standing
from kpi_engine.views import words

HOW = {
    "automatic": "taken automatically",
    "accepted": "accepted",
    "override": "set by hand",
    "not_accepted": "new stage, not accepted yet",
    "stand_in": "stand-in",
}
"""How a chance came into force."""

RESTS_ON = {
    "history": "ended deals",
    "crm": "the CRM's own",
    "between": "between its neighbours",
    "ladder": "a plain ladder",
    "mix": "the mix of open deals",
    "hand": "set by hand",
}
"""What a chance rests on."""

_NAMED = 2
"""So many pipelines of one decision are named; more are counted."""


def decided(version: Version, versions: Sequence[Version] = ()) -> str:
    """What a decision was, in a few words. ``versions``: all of them, to say what a withdrawal took back."""
    named = list(dict.fromkeys(chance.pipeline for chance in version.rows))
    several = f"{len(named)} pipelines" if len(named) > _NAMED else " and ".join(named) if all(named) else ""
    where = version.stage or version.pipeline or several or "All stages"
    if version.how == "override":
        return f"{where} set by hand to {words.share(float(version.rows[0].probability))}"
    if version.how == "withdrawn":
        taken = next((v for v in versions if v.version_id == version.takes_back), None)
        return f"Taken back: {decided(taken)}" if taken else f"Taken back: {where}"
    return f"{where} taken automatically" if version.how == "automatic" else f"{where} accepted"


def state_of(version: Version, versions: Sequence[Version], day: date) -> str:
    """Whether a decision counts on a day: in part, where a newer one has taken some of its stages over."""
    if version.how == "withdrawn":
        return ""
    if version.since > day:
        return f"begins {words.day(version.since)}"
    held = standing(versions, day)
    if version not in held:
        return "taken back"
    newer = held[held.index(version) + 1 :]
    # What is set by hand lies over a table and does not end it; only the same stage, set or accepted, ends it.
    is_by_hand = version.how == "override"
    ends = [v for v in newer if (v.how == "override" or v.stage is not None if is_by_hand else v.how != "override")]
    over = {chance.key for v in ends for chance in v.rows}
    left = [chance for chance in version.rows if chance.key not in over]
    return "in force" if len(left) == len(version.rows) else "in force, in part" if left else "followed by a newer one"


def opening_sentence(stages: pd.DataFrame, currency: str | None) -> str:
    """Whether the chances in force are right, as far as the ended deals can tell.

    ``stages``: the open ones, with stage, in_force, estimate, lower, upper, n, source, how, can_accept, open_value,
    value_now, value_then, crm_probability.
    """
    learned = stages[stages["can_accept"] & (stages["source"] == "history")]
    if learned.empty:
        rests = [RESTS_ON[source] for source in dict.fromkeys(stages["rests_on"]) if source in ("crm", "ladder")]
        meanwhile = f"Meanwhile expected value is made with {' and '.join(rests) or 'what stands in'} chances."
        return f"Too few deals have ended to say how sure we are. {meanwhile}"
    too_high = learned[learned["in_force"] > learned["upper"].fillna(1)]
    too_low = learned[learned["in_force"] < learned["lower"].fillna(0)]
    if too_high.empty and too_low.empty:
        return " ".join(filter(None, (_right(learned), _crm(learned, currency))))
    many = words.many(len(too_high) + len(too_low), "stage")
    way = "too rosy" if too_low.empty else "too gloomy" if too_high.empty else "off"
    off = pd.concat([too_high, too_low])
    by_effect = (off["open_value"].fillna(0) * (off["estimate"] - off["in_force"])).abs()
    worst = off.loc[by_effect.idxmax()]
    is_by_hand = worst["how"] == "override"
    return (
        f"Our win chances are {way} in {many}. {worst['stage']} counts at {words.share(worst['in_force'])}, and "
        f"{words.many(int(worst['n']), 'ended deal')} say {words.share(worst['estimate'])} "
        f"({words.share_span(worst['lower'], worst['upper'])})." + (" It was set by hand." if is_by_hand else "")
    )


def _right(learned: pd.DataFrame) -> str:
    by_hand = int((learned["how"] == "override").sum())
    but = f", with {words.many(by_hand, 'stage')} set by hand" if by_hand else ""
    return f"The win chances in force are what our own ended deals say{but}."


def _crm(learned: pd.DataFrame, currency: str | None) -> str:
    """What expected value would be if the CRM were believed."""
    told = learned.dropna(subset=["crm_probability"])
    ours = (told["open_value"].fillna(0) * told["in_force"]).sum()
    theirs = (told["open_value"].fillna(0) * told["crm_probability"]).sum()
    if told.empty or words.money(ours) == words.money(theirs):
        return ""
    return (
        f"At the CRM's chances the same deals would count {words.money(theirs, currency)} instead of "
        f"{words.money(ours, currency)}."
    )
