"""Grains and identities the facts must keep: checked at every build, loudly."""

from __future__ import annotations

from kpi_engine.errors import TidelineError
from kpi_engine.storage.store import Session, load_sql


class ModelError(TidelineError):
    """A fact table breaks a promise: a mistake of ours, so nothing is kept."""


def check(session: Session) -> None:
    """Raise ModelError with every broken promise; return where all hold."""
    broken = session.rows(load_sql("kpi_engine.model", "broken_promises"))
    if broken:
        said = "; ".join(f"{promise} ({n})" for promise, n in broken)
        raise ModelError(f"The facts do not add up, so nothing was changed. This is a mistake in Tideline: {said}.")
