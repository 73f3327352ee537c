"""Kill a process in the middle of importing and undoing, again and again, and look whether the store is whole.

    python -m tests.soundness.kill_during_import [KILLS] [SEED]

A child process imports a file or takes an import back, over and over; it is killed (SIGKILL) after a random time. After
each kill the store is opened again and must hold whole imports only: every import with exactly the rows its file has,
facts that agree with the raw rows, and no import lost that was told as done.
"""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from kpi_engine import workspace
from kpi_engine.ingest.shapes import Upload
from kpi_engine.ingest.stage import stage

ROOT = Path(__file__).resolve().parents[2]
N_FILES, N_DEALS = 4, 1500


def write_files(folder: Path) -> list[Path]:
    """Deals files of different sources, so that none is a newer export of another."""
    paths = []
    for n in range(N_FILES):
        stages, days = ("Lead", "Proposal", "Won"), [f"{day:02d}" for day in range(1, 29)]
        rows = [
            f"{n}-{i},Deal {i},Rep {i % 7},{stages[i % 3]},{i}.50,2025-01-{days[i % 28]},2025-02-{days[i % 28]}"
            for i in range(N_DEALS)
        ]
        path = folder / f"deals{n}.csv"
        header = "Deal ID,Deal Name,Owner,Stage,Amount,Created Date,Closed Date"
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        paths.append(path)
    return paths


def work(store_path: str, folder: str, seed: str) -> None:
    """What the child does until it is killed: import and undo at random, saying what is done."""
    chance = random.Random(int(seed))
    files = sorted(Path(folder).glob("*.csv"))
    with workspace.open_store(Path(store_path)) as store:
        print(json.dumps({"ready": True}), flush=True)
        while True:
            file = chance.choice(files)
            held = {row.file_name: row.import_id for row in workspace.imports(store)}
            if file.name in held:
                workspace.undo_import(store, held[file.name])
                print(json.dumps({"undone": file.name}), flush=True)
            else:
                workspace.import_files(store, [Upload(file, file.name)], reader=stage)
                print(json.dumps({"done": file.name}), flush=True)


def what_is_wrong(store_path: Path, certain: dict[str, bool], doubtful: str | None) -> tuple[list[str], set[str]]:
    """Everything that is not whole in a store after a kill, and the files it holds.

    ``certain``: file → whether the child had told that it is in the store. ``doubtful``: None; any one file may differ,
    because the child may have been killed between doing and telling.
    """
    wrong = []
    with workspace.open_store(store_path) as store:
        session = store.read()
        rows = workspace.imports(store)
        names = [row.file_name for row in rows]
        if len(set(names)) != len(names):
            wrong.append(f"an import stands twice: {sorted(names)}")
        by_import = dict(session.rows("select import_id, count(*) from raw_deals group by import_id"))
        expected = {row.import_id: N_DEALS for row in rows}
        if by_import != expected:
            wrong.append(f"rows by import are {by_import}, not {expected}")
        n_facts = session.value("select count(*) from fct_deals")
        if n_facts != N_DEALS * len(rows):
            wrong.append(f"{n_facts} facts for {len(rows)} imports")
        changed = [name for name, is_in in certain.items() if (name in names) != is_in]
        if len(changed) > 1:
            wrong.append(f"more than the one open step is lost: {changed}")
        if store.originals is not None:
            kept = {row.sha256 for row in rows}
            missing = [sha for sha in kept if not (store.originals / sha).exists()]
            if missing:
                wrong.append(f"originals are missing: {missing}")
    return wrong, set(names)


def run(kills: int, seed: int = 1) -> list[str]:
    """Kill a working child ``kills`` times; what was wrong afterwards, and nothing where all was whole."""
    chance = random.Random(seed)
    failures: list[str] = []
    with tempfile.TemporaryDirectory(prefix="tideline-kill-") as scratch:
        folder, store_path = Path(scratch), Path(scratch) / "t.duckdb"
        files = write_files(folder)
        with workspace.open_store(store_path) as store:
            workspace.rebuild(store)
        certain = {file.name: False for file in files}
        for n in range(kills):
            done = _killed(store_path, folder, chance)
            for step in done:
                if "done" in step:
                    certain[step["done"]] = True
                if "undone" in step:
                    certain[step["undone"]] = False
            wrong, names = what_is_wrong(store_path, certain, None)
            failures += [f"kill {n}: {w}" for w in wrong]
            certain = {file.name: file.name in names for file in files}
    return failures


def _killed(store_path: Path, folder: Path, chance: random.Random) -> list[dict]:
    """Start a child, let it work for a moment, kill it; the steps it told of."""
    command = [sys.executable, "-m", "tests.soundness.kill_during_import", "work", str(store_path), str(folder)]
    child = subprocess.Popen([*command, str(chance.randrange(10**9))], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    told = [json.loads(child.stdout.readline() or "{}")]
    if "ready" not in told[0]:
        raise RuntimeError(f"the child did not start (exit {child.wait()})")
    time.sleep(chance.uniform(0, 1.5))
    child.send_signal(signal.SIGKILL)
    rest, _ = child.communicate()
    whole = rest if rest.endswith("\n") else rest[: rest.rfind("\n") + 1]
    return [json.loads(line) for line in whole.splitlines()]


def main(arguments: list[str]) -> int:
    """Run and print; 0 where the store was always whole."""
    if arguments and arguments[0] == "work":
        work(*arguments[1:])
    kills, seed = (int(a) for a in (*arguments, *("200", "1")[len(arguments) :]))
    failures = run(kills, seed)
    print("\n".join(failures) or f"{kills} kills: nothing lost, doubled, partial or unopenable")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
