"""Opening a store for a question, and what the question is narrowed to."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from kpi_engine import workspace
from kpi_engine.errors import TidelineError, UnknownName
from kpi_engine.forecasting.parts import CUTS, names
from kpi_engine.metrics.slice import Slice
from kpi_engine.storage.store import Session, Store
from kpi_engine.views.ask import Who
from kpi_engine.views.options import options_view

SLICED_BY = ("owner", "team", "pipeline", "segment", "source", "product")
"""What a question can be narrowed to, each an option that may be given again."""

_LISTED = 6


@contextmanager
def writing(path: Path) -> Iterator[Store]:
    """The store at ``path``, made where there is none. What had to be mended or set aside is said on stderr: on opening
    it, and by what was done in it."""
    with workspace.open_store(path) as store:
        said = len(store.notices)
        _say(store.notices)
        try:
            yield store
        finally:
            _say(store.notices[said:])


@contextmanager
def deciding(path: Path) -> Iterator[Store]:
    """The store at ``path``, for a decision about what it holds. Raises TidelineError where there is none."""
    if not path.exists():
        raise TidelineError(f"There is no store at {path}. Import an export of deals first.")
    with writing(path) as store:
        yield store


@contextmanager
def reading(path: Path) -> Iterator[Store]:
    """The store at ``path``. Where there is none, an empty one in memory: a question makes no file. It is said on
    stderr, so that a mistyped path does not look like a team without deals."""
    if path.exists():
        with writing(path) as store:
            yield store
        return
    print(f"There is no store at {path}: nothing is known. Import an export of deals, or name another with --store.",
          file=sys.stderr)  # fmt: skip
    with Store.in_memory() as empty:
        yield empty


def _say(notices: list[str]) -> None:
    for notice in notices:
        print(notice, file=sys.stderr)


def asked(args: argparse.Namespace, session: Session) -> Slice:
    """The part of the business the options narrow a question to. '' stands for those that have none.

    Raises
    ------
    UnknownName
        Nobody and nothing in the store is called that; with the names that come nearest.
    """
    wanted: dict[str, tuple[str, ...]] = {field: tuple(getattr(args, field)) for field in SLICED_BY}
    if any(name for given in wanted.values() for name in given):
        there = options_view(session, Who()).values
        for field, given in wanted.items():
            known = {*there[field], *(names(session, field).values() if field in CUTS else ())} - {""}
            for name in given:
                if name and name not in known:
                    raise _unknown(field, name, sorted(known))
    return Slice(
        owners=wanted["owner"],
        teams=wanted["team"],
        pipelines=wanted["pipeline"],
        segments=wanted["segment"],
        sources=wanted["source"],
        products=wanted["product"],
    )


def _unknown(field: str, name: str, known: list[str]) -> UnknownName:
    """The sentence, with the nearest name; where none is near, with those there are."""
    said = UnknownName.of(field, name, known)
    if "Did you mean" in str(said):
        return said
    some = ", ".join(f"'{one}'" for one in known[:_LISTED])
    more = f" and {len(known) - _LISTED} more" if len(known) > _LISTED else ""
    return UnknownName(f"{said} There {'is' if len(known) == 1 else 'are'} {some}{more}." if known else
                       f"{said} The store knows no {field} at all.")  # fmt: skip


def say_how_far(session: Session, as_of: date | None) -> None:
    """Say on stderr where the day asked for lies after the data end: what is shown is of their last day."""
    last = workspace.store_as_of(session)
    if as_of is not None and last is not None and as_of > last:
        print(f"The data reach to {last}: what is shown is as of that day, not of {as_of}.", file=sys.stderr)
