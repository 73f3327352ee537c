"""A file as far as it can be understood before anything is written: its report, its questions, or rows ready to be
stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kpi_engine.ingest import history, report
from kpi_engine.ingest.apart import kept_apart
from kpi_engine.ingest.commit import source_key
from kpi_engine.ingest.decided import laid_over
from kpi_engine.ingest.detect import detect
from kpi_engine.ingest.shapes import Answers, Detection, ImportReport, Question, Staged, Upload, Validated
from kpi_engine.ingest.validate import validate
from kpi_engine.names import Kind
from kpi_engine.storage.store import Session


@dataclass(frozen=True)
class Ready:
    """A file that can be committed if the store raises no question."""

    upload: Upload
    sha256: str | None
    staged: Staged
    detection: Detection
    validated: Validated
    answers: Answers
    given: Answers
    source_key: str


def understand(
    session: Session, upload: Upload, staged: Staged, given: Answers
) -> tuple[Ready | ImportReport, Detection, Answers, Validated | None]:
    """Detect and validate, as far as the answers allow; an answer remembered of the same header counts where none is
    given. Returns the file ready to be stored, or the report that says why it is not, and what led there."""
    detection = detect(staged, given)
    before = history.remembered(session, detection.header_signature)
    answers = laid_over(given, before)
    if answers != given:
        detection = detect(staged, answers)
    if detection.kind is None or detection.why_not:
        return _not_judged(upload, staged, detection), detection, answers, None
    validated = validate(staged, detection, answers, history.timezone(session))
    ready = Ready(upload, None, staged, detection, validated, answers, given, source_key(staged, detection))
    must = (*detection.open_questions, *(q for q in validated.questions if q.must))
    if must:
        return _asking(ready, must), detection, answers, validated
    if validated.accepted == 0:
        none = replace(
            report_of(ready, None),
            status="rejected",
            message=f"None of the {validated.read:,} rows of {upload.name} can be used: {_main_reason(validated)}",
        )
        return none, detection, answers, validated
    return ready, detection, answers, validated


def _main_reason(validated: Validated) -> str:
    reasons = [issue.why for issue in validated.issues if issue.effect == "rejected"]
    return max(reasons, key=reasons.count) if reasons else "every row is blank, a title or a total."


def set_apart(session: Session, ready: Ready) -> Ready:
    """The file with its deals kept apart from another CRM's that have the same ids."""
    detection = ready.detection
    return replace(ready, validated=kept_apart(session, detection.kind, detection.crm, ready.validated))


def in_order(session: Session, ready: Mapping[int, Ready]) -> list[int]:
    """In which order files are stored. Older exports first; where deals of several CRMs meet, deals first: what belongs
    to them goes by their ids."""
    crms = {one.detection.crm for one in ready.values() if one.detection.kind is Kind.DEALS and one.detection.crm}
    crms |= {row.crm for row in history.import_rows(session) if row.kind is Kind.DEALS and row.crm}
    later = {i: len(crms) > 1 and one.detection.kind is not Kind.DEALS for i, one in ready.items()}
    return sorted(ready, key=lambda i: (later[i], ready[i].validated.as_of or date.min, i))


def asked_by_store(session: Session, ready: Ready) -> ImportReport | None:
    """The question only earlier imports can raise."""
    question = history.key_question(
        session, ready.source_key, ready.staged.header, ready.detection, ready.answers
    ) or history.store_question(session, ready.source_key, ready.validated, ready.answers)
    return None if question is None else _asking(ready, (question,))


def refused(upload: Upload, sentence: str) -> ImportReport:
    """The report of a file that cannot be read."""
    return ImportReport(upload.name, None, None, None, "rejected", message=sentence)


def same_again(upload: Upload, first: ImportReport) -> ImportReport:
    """The report of a file whose bytes were given twice at once: what became of the first, and that it is the same."""
    if first.status not in ("committed", "already_imported"):
        return replace(first, file=upload.name)
    message = f"The same file was given twice; it is import {first.import_id}."
    return replace(first, file=upload.name, status="already_imported", issues=(), questions=(), message=message)


def _not_judged(upload: Upload, staged: Staged, detection: Detection) -> ImportReport:
    """A file of no known kind, or without a column it needs: none of its rows was looked at."""
    return ImportReport(
        file=upload.name,
        kind=detection.kind,
        crm=detection.crm,
        import_id=None,
        status="rejected" if detection.kind else "not_used",
        read=staged.read,
        skipped=staged.read,
        questions=detection.questions,
        message=detection.why_not or "It is of no known kind.",
    )


def _asking(ready: Ready, must: Sequence[Question]) -> ImportReport:
    others = tuple(q for q in ready.detection.questions if not q.must)
    several = f"{len(must)} questions are open about {ready.upload.name}. Nothing was written."
    message = must[0].text if len(must) == 1 else several
    return replace(report_of(ready, None), status="needs_answer", questions=(*must, *others), message=message)


def report_of(ready: Ready, import_id: int | None) -> ImportReport:
    """The report of a file that is stored, or would be where ``import_id`` is None."""
    validated, detection = ready.validated, ready.detection
    return ImportReport(
        file=ready.upload.name,
        kind=detection.kind,
        crm=detection.crm,
        import_id=import_id,
        status="committed",
        read=validated.read,
        accepted=validated.accepted,
        rejected=validated.rejected,
        duplicate=validated.duplicate,
        blank=validated.blank,
        skipped=validated.skipped,
        as_of=validated.as_of,
        questions=tuple(q for q in (*detection.questions, *validated.questions) if not q.must),
        issues=validated.issues,
        message=report.said(detection.kind, validated) if detection.kind else "",
    )
