"""Imports read again from their originals under the same numbers: their times belong into another time zone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kpi_engine.errors import UserFileError
from kpi_engine.ingest import history, keep
from kpi_engine.ingest.apart import kept_apart
from kpi_engine.ingest.child import batches, stage_together
from kpi_engine.ingest.commit import FileFacts, commit, source_key
from kpi_engine.ingest.detect import detect
from kpi_engine.ingest.shapes import Staged
from kpi_engine.ingest.undo import undo
from kpi_engine.ingest.validate import validate
from kpi_engine.storage.store import Session, Store


@dataclass(frozen=True)
class Reread:
    """An import and its file as it stands, before anything in it is understood."""

    kept: keep.Kept
    sha256: str
    staged: Staged


def read_originals(store: Store) -> list[Reread]:
    """Every import's original, oldest first. Writes nothing.

    Raises
    ------
    UserFileError
        An original is no longer there (a store in memory keeps none), or cannot be read any more.
    """
    kept = {original.path.name: original for original in keep.kept(store)}
    rows = sorted(history.import_rows(store.read()), key=lambda row: row.import_id)
    for row in rows:
        if row.sha256 not in kept:
            raise UserFileError(
                f"{row.file_name} would have to be read again, and its original is not kept beside the store. "
                "Undo that import first, and import the file again afterwards."
            )
    originals = [kept[row.sha256] for row in rows]
    found: dict[int, Staged] = {}
    for batch in batches([original.path.stat().st_size for original in originals]):
        read = stage_together([(originals[i].path, originals[i].name) for i in batch])
        for i, staged in zip(batch, read, strict=True):
            if isinstance(staged, UserFileError):
                raise staged
            found[i] = staged
    return [Reread(original, original.path.name, found[i]) for i, original in enumerate(originals)]


def put_again(session: Session, files: Sequence[Reread]) -> None:
    """Put each import's rows in the place of those it has, understood under the settings as they are now.

    The caller holds the transaction, and rebuilds the facts.

    Raises
    ------
    UserFileError
        A file leaves a question open that it did not when it was imported.
    """
    zone = history.timezone(session)
    for file in files:
        answers = file.kept.answers
        detection = detect(file.staged, answers)
        validated = validate(file.staged, detection, answers, zone)
        if detection.open_questions or any(question.must for question in validated.questions):
            raise UserFileError(f"{file.kept.name} raises a question it did not raise before. Undo its import first.")
        validated = kept_apart(session, detection.kind, detection.crm, validated)
        undo(session, file.kept.import_id)
        facts = FileFacts(
            name=file.kept.name,
            sha256=file.sha256,
            source_key=source_key(file.staged, detection),
            answers=answers,
            as_of=validated.as_of,
            is_complete=answers.filtered != "filtered",
        )
        commit(session, facts, detection, validated, file.kept.import_id)
