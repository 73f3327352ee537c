"""Reading a file in a process of its own, with bounds on memory and time: a hostile file can only harm that process.

Run as ``python -m kpi_engine.ingest.child FILE FOLDER`` with the file's name on standard input; writes
``staged.arrow`` and ``staged.json`` into the folder. The parent calls :func:`stage_in_child`.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
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
_TABLE, _REST = "staged.arrow", "staged.json"


def stage_in_child(path: Path, name: str) -> Staged:
    """Like :func:`kpi_engine.ingest.stage.stage`, in a child process with limits.

    The table is mapped from a file that is already deleted: it costs memory only where it is read.
    """
    size_checked(path, name)
    folder = Path(tempfile.mkdtemp(prefix="tideline-"))
    try:
        answer = _run(path, name, folder)
        if "refused" in answer:
            raise UserFileError(answer["refused"])
        with pa.memory_map(str(folder / _TABLE)) as source:
            table = pa.ipc.open_file(source).read_all()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return _staged(answer, table)


def _run(path: Path, name: str, folder: Path) -> dict[str, Any]:
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")])}
    command = [sys.executable, "-m", "kpi_engine.ingest.child", str(path.resolve()), str(folder)]
    try:
        done = subprocess.run(
            command,
            input=json.dumps(name),
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise UserFileError(
            f"{name} takes longer than {_SECONDS // 60} minutes to read. Export a shorter period."
        ) from error
    rest = folder / _REST
    if done.returncode == 0 and rest.exists():
        answer: dict[str, Any] = json.loads(rest.read_text(encoding="utf-8"))
        return answer
    if (
        done.returncode < 0
        or "MemoryError" in done.stderr
        or "ArrowMemoryError" in done.stderr
        or "memory" in done.stderr
    ):
        raise UserFileError(
            f"{name} needs more memory than one file may take. "
            "Export a shorter period or fewer columns and upload that."
        )
    raise RuntimeError(f"reading {name} failed in the child process:\n{done.stderr}")


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


def main(file: str, folder: str) -> None:
    """Stage one file and write the result, or the sentence of its refusal."""
    path, out = Path(file), Path(folder)
    _limit(path.stat().st_size)
    name = json.loads(sys.stdin.read())
    try:
        staged = stage(path, name)
    except UserFileError as refusal:
        (out / _REST).write_text(json.dumps({"refused": str(refusal)}), encoding="utf-8")
        return
    with pa.OSFile(str(out / _TABLE), "wb") as sink, pa.ipc.new_file(sink, staged.table.schema) as writer:
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
        "notes": [asdict(issue) for issue in staged.notes],
    }
    (out / _REST).write_text(json.dumps(rest), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
