"""The facts as one rep may show them on a shared screen: nobody else by name, and amounts as an index where wished.

In front of each fact table stands a view of the session's own, so that whatever is asked of the session, by whatever
page, comes without other people's names. Which rows are asked for at all is the viewer's scope (views.ask.Who).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kpi_engine.storage.store import Session, load_sql

A_COLLEAGUE = "a colleague"
"""What stands in a text in place of anybody else's name (shared_views/masked.sql)."""

RELATIONS = (
    "key_owners", "dim_owners", "fct_deals", "fct_activities", "fct_activity_day", "fct_targets", "deal_days",
    "deal_stays", "open_days", "chance_versions", "fct_contacts", "qualification_rules", "target_versions",
    "meeting_versions", "action_versions", "raw_deals", "key_attributes", "key_stages", "dim_stages",
    "dim_stage_probability", "dim_stage_probability_history", "dim_stage_estimate", "chance_version_rows",
)  # fmt: skip
"""The tables that know names, amounts or notes. All other relations are built on these or know none of them."""


def share(session: Session, owner: str, factor: float = 1.0, money_kpis: Sequence[str] = ()) -> Session:
    """Make a session show the facts as ``owner`` may share them, and give it back.

    Parameters
    ----------
    session : Session
        One for reading, used for nothing else: what stands in front of its tables stays there.
    owner : str
        Who is named. Everybody else is 'Colleague' with a number; in texts of deals and activities, and where a source,
        segment, product or pipeline is called after them, 'a colleague'.
    factor : float
        What every amount is multiplied by, to the cent.
    money_kpis : sequence of str
        The KPIs, as targets call them in small letters, whose targets are amounts.
    """
    others = session.rows(_sql("other_names"), {"owner": owner})
    session.run(_sql("others"), {"pattern": _pattern([name for (name,) in others])})
    session.run(_sql("masked"))
    session.run(_sql("sharing"), {"owner": owner, "factor": factor, "money_kpis": list(money_kpis)})
    session.run(_sql("shared_names"), {"owner": owner})
    session.run(_sql("shared_pipelines"))
    session.run(_sql("shown_pipeline"))
    for relation in RELATIONS:
        session.run(_sql(relation).replace("{whole}", session.catalog))
    return session.alone()


def _pattern(names: Sequence[str]) -> str:
    """What finds any of these names where it stands by itself: "Ann" in "with Ann's", not in "Annual".

    The signs beside a name are its first and second group. A name whose writing has no capitals, and so most often no
    spaces between words either, is found anywhere: better too much is hidden than too little.
    """
    by_itself = [name for name in names if _has_capitals(name[0]) and _has_capitals(name[-1])]
    anywhere = [name for name in names if name not in by_itself]
    parts = [rf"(^|\PL)(?:{_any_of(by_itself)})($|\PL)"]
    if anywhere:
        parts.append(_any_of(anywhere))
    return f"(?i)(?:{'|'.join(parts)})"


def _has_capitals(sign: str) -> bool:
    return not sign.isalpha() or sign.lower() != sign.upper()


def _any_of(names: Sequence[str]) -> str:
    # The longest first: of "Ann" and "Ann Lee" the whole. With nobody: what never is.
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)) or r"\b\B"


def _sql(name: str) -> str:
    return load_sql("kpi_engine.model.shared_views", name)
