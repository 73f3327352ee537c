"""Reading a file in a process of its own, with bounds on memory and time: a hostile file can only harm that process.

Run as ``python -m kpi_engine.ingest.child FOLDER`` with the files' paths and names on standard input (JSON); writes a
table and a JSON for each into the folder. The parent calls :func:`stage_in_child` or :func:`stage_together`.
Starting such a process costs as much as reading some ten MB (Arrow has to be loaded), so small files share one.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa

from kpi_engine.errors import UserFileError
from kpi_engine.ingest.shapes import Issue, Staged
from kpi_engine.ingest.stage import stage
from kpi_engine.ingest.text import size_checked

_BASE_MEMORY = 4 * 1024**3
_MEMORY_PER_BYTE = 6
_SECONDS = 900
_TOGETHER = 20 * 1000**2
_TABLE, _REST = "staged-{}.arrow", "staged-{}.json"


def stage_in_child(path: Path, name: str) -> Staged:
    """Like :func:`kpi_engine.ingest.stage.stage`, in a child process with limits.

    The table is mapped from a file that is already deleted: it costs memory only where it is read.
    """
    size_checked(path, name)
    folder = Path(tempfile.mkdtemp(prefix="tideline-"))
    try:
        done = _run([(path, name)], folder)
        found = _answer(folder, 0)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if found is None:
        raise _failure(name, done)
    if isinstance(found, UserFileError):
        raise found
    return found


def stage_together(files: Sequence[tuple[Path, str]]) -> list[Staged | UserFileError]:
    """Several files (path and name) in one child process, each as :func:`stage_in_child` would stage it, or refuse it.

    What a child cannot finish because of one of them is read again, in a child for each file.
    """
    folder = Path(tempfile.mkdtemp(prefix="tideline-"))
    try:
        if len(files) > 1:
            _run(files, folder)
        found = [_answer(folder, number) for number in range(len(files))]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return [_alone(*file) if staged is None else staged for file, staged in zip(files, found, strict=True)]


def batches(sizes: Sequence[int]) -> list[list[int]]:
    """Which files (by position) to read in one child: small ones together, up to 20 MB in all; a large one alone.

    >>> batches([5_000_000, 300_000_000, 10_000_000, 9_000_000])
    [[0, 2], [1], [3]]
    """
    made: list[list[int]] = []
    small: list[int] = []
    for i, size in enumerate(sizes):
        if size > _TOGETHER:
            made.append([i])
        elif small and sum(sizes[j] for j in small) + size <= _TOGETHER:
            small.append(i)
        else:
            small = [i]
            made.append(small)
    return made


def _alone(path: Path, name: str) -> Staged | UserFileError:
    try:
        return stage_in_child(path, name)
    except UserFileError as refusal:
        return refusal


def _run(files: Sequence[tuple[Path, str]], folder: Path) -> subprocess.CompletedProcess[str] | None:
    """Run one child over some files. None: it took too long and was stopped."""
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")])}
    try:
        return subprocess.run(
            [sys.executable, "-m", "kpi_engine.ingest.child", str(folder)],
            input=json.dumps([(str(path.resolve()), name) for path, name in files]),
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None


def _answer(folder: Path, number: int) -> Staged | UserFileError | None:
    """What the child made of a file; None where it did not come to an end with it."""
    rest = folder / _REST.format(number)
    if not rest.exists():
        return None
    answer: dict[str, Any] = json.loads(rest.read_text(encoding="utf-8"))
    if "refused" in answer:
        return UserFileError(answer["refused"])
    with pa.memory_map(str(folder / _TABLE.format(number))) as source:
        table = pa.ipc.open_file(source).read_all()
    return _staged(answer, table)


def _failure(name: str, done: subprocess.CompletedProcess[str] | None) -> Exception:
    """Why a child that read one file alone left no answer: the file's size, or our mistake."""
    if done is None:
        return UserFileError(f"{name} takes longer than {_SECONDS // 60} minutes to read. Export a shorter period.")
    if done.returncode < 0 or "memory" in done.stderr or "MemoryError" in done.stderr:
        return UserFileError(
            f"{name} needs more memory than one file may take. "
            "Export a shorter period or fewer columns and upload that."
        )
    return RuntimeError(f"reading {name} failed in the child process:\n{done.stderr}")


def _staged(answer: dict[str, Any], table: pa.Table) -> Staged:
    return Staged(
        header=tuple(answer["header"]),
        table=table,
        set_aside=tuple(Issue(**issue) for issue in answer["set_aside"]),
        read=answer["read"],
        encoding=answer["encoding"],
        delimiter=answer["delimiter"],
        sheet=answer["sheet"],
        native=answer["native"],
        short={int(line): n for line, n in answer["short"].items()},
        name=answer["name"],
        notes=tuple(Issue(**issue) for issue in answer["notes"]),
    )


def _limit(size: int) -> None:
    """Bound this process's memory and processor time, where the system can."""
    if importlib.util.find_spec("resource") is None:  # Windows has no such limits; the parent's time limit stays
        return
    import resource

    memory = _BASE_MEMORY + _MEMORY_PER_BYTE * size
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))


def main(folder: str) -> None:
    """Stage the files named on standard input and write each result, or the sentence of its refusal."""
    files = [(Path(path), name) for path, name in json.loads(sys.stdin.read())]
    _limit(sum(path.stat().st_size for path, _ in files))
    for number, (path, name) in enumerate(files):
        _write(path, name, Path(folder), number)


def _write(path: Path, name: str, out: Path, number: int) -> None:
    """One file's result. The part that says it is complete comes into being last, and at once."""
    rest: dict[str, Any]
    try:
        staged = stage(path, name)
    except UserFileError as refusal:
        rest = {"refused": str(refusal)}
    else:
        target = str(out / _TABLE.format(number))
        with pa.OSFile(target, "wb") as sink, pa.ipc.new_file(sink, staged.table.schema) as writer:
            writer.write_table(staged.table)
        rest = {
            "header": staged.header,
            "set_aside": [asdict(issue) for issue in staged.set_aside],
            "read": staged.read,
            "encoding": staged.encoding,
            "delimiter": staged.delimiter,
            "sheet": staged.sheet,
            "native": staged.native,
            "short": staged.short,
            "name": staged.name,
            "notes": [asdict(issue) for issue in staged.notes],
        }
    half = out / f"half-{number}.json"
    half.write_text(json.dumps(rest), encoding="utf-8")
    half.replace(out / _REST.format(number))


if __name__ == "__main__":
    main(*sys.argv[1:])
