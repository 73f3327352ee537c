"""The originals: every imported file, untouched, under the hash of its bytes, with what was decided about it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from kpi_engine.ingest.decided import answers_from_json, answers_to_json
from kpi_engine.ingest.shapes import Answers
from kpi_engine.storage.store import Store


@dataclass(frozen=True)
class Kept:
    """An original and how it was imported."""

    path: Path
    name: str
    answers: Answers
    import_id: int


def sha256_of(path: Path) -> str:
    """The hash of a file's bytes, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def keep(store: Store, path: Path, sha256: str | None = None) -> str:
    """Copy a file to the store's originals under its hash, whole or not at all; a store in memory keeps none.

    Returns
    -------
    str
        The hash (worked out here where it is not given). The name a person gave the file is never used for a path.
    """
    sha256 = sha256 or sha256_of(path)
    if store.originals is None or (store.originals / sha256).exists():
        return sha256
    store.originals.mkdir(parents=True, exist_ok=True)
    arriving = store.originals / f"{sha256}.arriving"
    shutil.copyfile(path, arriving)
    _settle(arriving, store.originals / sha256)
    return sha256


def remember(store: Store, sha256: str, name: str, answers: Answers, import_id: int) -> None:
    """Write beside an original what it was called and what was decided, so that it can be imported again."""
    if store.originals is None:
        return
    note = {"name": name, "answers": answers_to_json(answers), "import_id": import_id}
    arriving = store.originals / f"{sha256}.json.arriving"
    arriving.write_text(json.dumps(note), encoding="utf-8")
    _settle(arriving, store.originals / f"{sha256}.json")


def forget(store: Store, sha256: str) -> None:
    """Remove an original whose import was undone."""
    if store.originals is not None:
        (store.originals / f"{sha256}.json").unlink(missing_ok=True)
        (store.originals / sha256).unlink(missing_ok=True)


def kept(store: Store) -> list[Kept]:
    """All originals that were imported, in the order in which they were."""
    if store.originals is None or not store.originals.is_dir():
        return []
    found = []
    for note in sorted(store.originals.glob("*.json")):
        original = note.with_suffix("")
        if original.exists():
            said = json.loads(note.read_text(encoding="utf-8"))
            found.append(Kept(original, said["name"], answers_from_json(said["answers"]), said["import_id"]))
    return sorted(found, key=lambda k: k.import_id)


def _settle(arriving: Path, final: Path) -> None:
    """Make sure the bytes are on the disk before the name is."""
    with arriving.open("rb+") as file:
        os.fsync(file.fileno())
    arriving.replace(final)
