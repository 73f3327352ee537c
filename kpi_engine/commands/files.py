"""import, undo, imports: files into the store and out again."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from kpi_engine import workspace
from kpi_engine.commands.output import print_json, print_table, printable
from kpi_engine.commands.stores import reading, writing
from kpi_engine.errors import UnknownName, UserFileError
from kpi_engine.ingest import keep
from kpi_engine.ingest.identical import ONLY_REPEATS
from kpi_engine.ingest.report import NO_DAY, is_undated
from kpi_engine.ingest.shapes import Answers, Effect, ImportReport, Issue, Upload
from kpi_engine.names import COLUMNS, Kind
from kpi_engine.storage.store import Store
from kpi_engine.views.store import remarks, undone

_COUNTS = ("read", "accepted", "rejected", "duplicate", "blank", "skipped")
_BAR, _REMARKS = 30, 10


def run_import(args: argparse.Namespace) -> int:
    """Import files: 0 where each is committed, known already or not used; else 2 where one needs an answer; else 1."""
    answers = _answers(args)
    there = [path for path in args.files if path.is_file()]
    uploads = [Upload(path, path.name) for path in there]
    with writing(args.store) as store:
        try:
            reports = workspace.import_files(store, uploads, {u.name: answers for u in uploads}, _progress())
        finally:
            _end_progress()
        by_path = dict(zip(there, reports, strict=True))
        rows = [_row(store, path, by_path.get(path) or _missing(path)) for path in args.files]
    if args.json:
        print_json(rows)
    else:
        _print_reports(rows)
        for report in reports:
            if is_undated(report):
                print(f"\n{report.file}: {NO_DAY} Take it back (undo {report.import_id}) and give --as-of DATE.")
    status = {row["status"] for row in rows}
    if status <= {"committed", "already_imported", "not_used"}:
        return 0
    return 2 if "needs_answer" in status else 1


def run_undo(args: argparse.Namespace) -> int:
    """Take one import back."""
    with reading(args.store) as store:
        before = workspace.store_as_of(store.read())
        workspace.undo_import(store, args.import_id)
        told = undone(store.read(), before)
    if args.json:
        print_json([{"import_id": args.import_id, "status": "undone"}])
    else:
        print(f"Import {args.import_id} was taken back. {told}".rstrip())
    return 0


def run_imports(args: argparse.Namespace) -> int:
    """List the imports, newest first."""
    with reading(args.store) as store:
        rows = [
            {"import_id": row.import_id, "file": row.file_name, "kind": row.kind.value}
            | {"crm": row.crm, "as_of": row.as_of}
            | {name: getattr(row, name) for name in _COUNTS}
            for row in workspace.imports(store)
        ]
    if args.json:
        print_json(rows)
    else:
        print_table(rows, ["import_id", "file", "kind", "crm", "as_of", *_COUNTS])
    return 0


def _answers(args: argparse.Namespace) -> Answers:
    """What was said on the command line, for every file of it. Raises UserFileError for what cannot be understood."""
    said: dict[str, Any] = {
        "kind": Kind(args.kind) if args.kind else None,
        "as_of": args.as_of,
        "date_order": args.date_order,
        "repeats": args.repeats,
        "key": tuple(args.key) or None,
    }
    mapping = dict(pair("--map", text, "canonical=Header") for text in args.map)
    for question, value in (pair("--answer", text, "QUESTION=VALUE") for text in args.answer):
        if question.startswith("mapping:"):
            mapping[question.removeprefix("mapping:")] = value
        elif question in ("date_order", "decimal_mark", "repeats", "identical", "filtered"):
            said[question] = value
        elif question == "key":
            said["key"] = (*(said["key"] or ()), value)
        elif question == "kind" and value in list(Kind):
            said["kind"] = Kind(value)
        else:
            raise UserFileError(f"--answer {question}={value}: there is no such question or answer.")
    known = {column.name for columns in COLUMNS.values() for column in columns}
    for canonical in mapping:
        if canonical not in known:
            raise UserFileError(f"--map {canonical}=…: {_columns_there_are(canonical, said['kind'])}")
    return Answers(mapping=mapping, **said)


def _columns_there_are(canonical: str, kind: Kind | None) -> str:
    """That no column has this name, with the nearest that has, and the columns of the kind (of deals, where none is
    said)."""
    of_kind = Kind.DEALS if kind is None else kind
    every = dict.fromkeys(column.name for columns in COLUMNS.values() for column in columns)
    there = ", ".join(column.name for column in COLUMNS[of_kind])
    said = str(UnknownName.of("canonical column", canonical, every))
    return f"{said[:1].lower()}{said[1:]} The columns of {of_kind.value}: {there}."


def pair(option: str, text: str, form: str) -> tuple[str, str]:
    """An option written as name=value, in its two parts. Raises UserFileError where it is not."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UserFileError(f"{option} {text}: write it as {form}.")
    return name, value


def _missing(path: Path) -> ImportReport:
    what = "is a folder, not a file" if path.is_dir() else "is not there"
    return ImportReport(path.name, None, None, None, "rejected", message=f"{path} {what}.")


def _row(store: Store, path: Path, report: ImportReport) -> dict[str, Any]:
    """One file's report in the words of the command line. Why a whole file was not read is an issue without a line."""
    issues = [asdict(issue) for issue in report.issues]
    if report.status in ("rejected", "not_used"):
        effect: Effect = "rejected" if report.status == "rejected" else "skipped"
        issues.insert(0, asdict(Issue(None, None, None, effect, report.message, "")))
    return {
        "file": report.file,
        "kind": report.kind.value if report.kind else None,
        "crm": report.crm,
        "import_id": report.import_id,
        "status": report.status,
        **{name: getattr(report, name) for name in _COUNTS},
        "questions": [asdict(question) for question in report.questions],
        "issues": issues,
        "rejects_file": _rejects_file(store, path, report),
    }


def _rejects_file(store: Store, path: Path, report: ImportReport) -> str | None:
    """Where the rejected rows were written: beside the store, named by its hash. None where none was rejected."""
    if store.path is None or report.rejected == 0 or report.status == "needs_answer":
        return None
    target = store.path.parent / "rejects" / f"{keep.sha256_of(path)}.csv"
    if report.status != "already_imported":
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(workspace.rejects_csv(report))
    elif report.import_id is not None and not target.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(workspace.rejects_csv(report.import_id, store))
    return str(target)


def _print_reports(rows: list[dict[str, Any]]) -> None:
    print_table(rows, ["file", "kind", "crm", "import_id", "status", *_COUNTS])
    for row in rows:
        for question in row["questions"]:
            if question["must"]:
                choices = " or ".join(option["value"] for option in question["options"])
                _say(row, question["text"])
                print(printable(f"  --answer {question['id']}={choices or '…'}"))
        if row["status"] in ("rejected", "not_used"):
            _say(row, row["issues"][0]["why"])
        if row["rejects_file"]:
            _say(row, f"{row['rejected']:,} rejected rows are in {row['rejects_file']}")
        said = [_with_option(remark) for remark in remarks([Issue(**issue) for issue in row["issues"]])]
        for remark in said[:_REMARKS]:
            _say(row, remark)
        if len(said) > _REMARKS:
            _say(row, f"{len(said) - _REMARKS:,} more remarks; --json lists them all.")


def _with_option(remark: str) -> str:
    return f"{remark}\n  --answer identical=drop" if remark.endswith(ONLY_REPEATS) else remark


def _say(row: dict[str, Any], text: str) -> None:
    """A paragraph about a file beneath the table."""
    print("\n" + "\n".join(printable(line) for line in f"{row['file']}: {text}".split("\n")))


def _progress() -> workspace.Progress | None:
    """A bar on stderr, only where a person watches."""
    if not sys.stderr.isatty():
        return None

    def show(done: float, words: str) -> None:
        bar = "#" * round(done * _BAR)
        print(f"\r\033[K[{bar:<{_BAR}}] {done:4.0%} {words}", end="", file=sys.stderr, flush=True)

    return show


def _end_progress() -> None:
    if sys.stderr.isatty():
        print(file=sys.stderr)
