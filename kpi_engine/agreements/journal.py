"""The decisions a team made, a second time, in files beside the kept originals: one book per kind of decision.

A store that has lost its log, or is filled again from its originals, gets the decisions back that only the log or the
old file held. Originals can be imported again; nobody can be asked to decide again what they decided last spring.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from kpi_engine.agreements.books import BOOKS, Book
from kpi_engine.storage.store import Session, Store

T = TypeVar("T")


def keep(store: Store) -> None:
    """Write every decision the store holds beside its originals, whole or not at all; a store in memory keeps none. A
    file that tells another past, or more of it, is not written over."""
    for book in BOOKS:
        _keep(store, book)


def _keep(store: Store, book: Book[Any]) -> None:
    decisions = book.read(store.read())
    if store.originals is None or not decisions:
        return
    set_aside(store, book, is_shorter=True)
    store.originals.mkdir(parents=True, exist_ok=True)
    arriving = store.originals / f"{book.file}.arriving"
    with arriving.open("w", encoding="utf-8") as file:
        json.dump([asdict(one) for one in decisions], file, default=str, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    arriving.replace(store.originals / book.file)


def kept(store: Store, book: Book[T]) -> list[T]:
    """The decisions in a book's file, oldest first; none where there is no file."""
    path = None if store.originals is None else store.originals / book.file
    if path is None or not path.exists():
        return []
    return [book.told(said) for said in json.loads(path.read_text(encoding="utf-8"))]


def set_aside(store: Store, book: Book[Any], is_shorter: bool = False) -> Path | None:
    """Where the file tells another past than the store, put it under another name, so that the next decision does not
    write over it; a notice says so.

    ``is_shorter``: also where the store holds less than the file. Returns the new name; None where nothing is lost.
    """
    written, held = kept(store, book), book.read(store.read())
    both = len(written) if is_shorter else min(len(written), len(held))
    if store.originals is None or written[:both] == held[:both]:
        return None
    taken = {path.name for path in store.originals.iterdir()}
    name = next(name for n in count(1) if (name := f"{book.file}.other-{n}") not in taken)
    aside = (store.originals / book.file).rename(store.originals / name)
    store.notices.append(
        f"The decisions about {book.about} kept beside the originals are others than those in this store. The store's "
        f"count; the others were set aside in {aside.name}."
    )
    return aside


def restore(session: Session, book: Book[T], written: Sequence[T]) -> int:
    """Add the decisions the store has lost, in the caller's transaction; returns how many. Those that tell another past
    than the store are not taken (:func:`set_aside`)."""
    held = book.read(session)
    if list(written[: len(held)]) != held:
        return 0
    lost = written[len(held) :]
    for one in lost:
        book.write(session, one)
    return len(lost)
