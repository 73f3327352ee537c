"""The decisions about win chances a second time, in a file beside the kept originals.

A store that has lost its log, or is filled again from its originals, gets the decisions back that only the log or the
old file held. Originals can be imported again; nobody can be asked to decide again what they decided last spring.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

from kpi_engine.agreements.versions import Chance, Version, read_versions, record
from kpi_engine.storage.store import Session, Store

_FILE = "win_chances.decisions"


def keep(store: Store) -> None:
    """Write every decision the store holds beside its originals, whole or not at all; a store in memory keeps none. A
    file that tells another past, or more of it, is not written over."""
    versions = read_versions(store.read())
    if store.originals is None or not versions:
        return
    set_aside(store, is_shorter=True)
    store.originals.mkdir(parents=True, exist_ok=True)
    arriving = store.originals / f"{_FILE}.arriving"
    with arriving.open("w", encoding="utf-8") as file:
        json.dump([asdict(version) for version in versions], file, default=str, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    arriving.replace(store.originals / _FILE)


def kept(store: Store) -> list[Version]:
    """The decisions in the file, oldest first; none where there is no file."""
    path = None if store.originals is None else store.originals / _FILE
    return [] if path is None or not path.exists() else _read(path)


def set_aside(store: Store, is_shorter: bool = False) -> Path | None:
    """Where the file tells another past than the store, put it under another name, so that the next decision does not
    write over it; a notice says so.

    ``is_shorter``: also where the store holds less than the file. Returns the new name; None where nothing is lost.
    """
    written, held = kept(store), read_versions(store.read())
    both = len(written) if is_shorter else min(len(written), len(held))
    if store.originals is None or written[:both] == held[:both]:
        return None
    taken = {path.name for path in store.originals.iterdir()}
    name = next(name for n in count(1) if (name := f"{_FILE}.other-{n}") not in taken)
    aside = (store.originals / _FILE).rename(store.originals / name)
    store.notices.append(
        "The decisions about win chances kept beside the originals are others than those in this store. The store's "
        f"count; the others were set aside in {aside.name}."
    )
    return aside


def restore(session: Session, written: Sequence[Version]) -> int:
    """Add the decisions the store has lost, in the caller's transaction; returns how many. Those that tell another past
    than the store are not taken (:func:`set_aside`)."""
    held = read_versions(session)
    if list(written[: len(held)]) != held:
        return 0
    lost = written[len(held) :]
    for version in lost:
        record(session, version)
    return len(lost)


def _read(path: Path) -> list[Version]:
    return [_version(said) for said in json.loads(path.read_text(encoding="utf-8"))]


def _version(said: dict[str, Any]) -> Version:
    days = {name: date.fromisoformat(said[name]) if said[name] else None for name in ("effective_date", "as_of")}
    at = datetime.fromisoformat(said["recorded_at"]) if said["recorded_at"] else None
    return Version(**{**said, **days, "recorded_at": at, "rows": tuple(_chance(row) for row in said["rows"])})


def _chance(said: dict[str, Any]) -> Chance:
    shares = {name: None if said[name] is None else Decimal(said[name]) for name in ("probability", "lower", "upper")}
    return Chance(**{**said, **shares})
