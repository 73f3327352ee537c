"""A small store made by the command line itself, and a way to run commands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kpi_engine.commands.cli import main

DEALS = """Deal ID,Deal Name,Owner,Stage,Amount,Create Date,Close Date,Is Won,Is Closed
D-1,Harbour,Ann,Won,1000.10,2025-01-02,2025-01-20,true,true
D-2,Pier,Ann,Lost,500.00,2025-01-05,2025-02-10,false,true
D-3,Quay,Bo,Proposal,2000.25,2025-01-06,2025-04-01,false,false
D-4,Dock,Bo,Lead,,2025-02-03,2025-05-01,false,false
"""
HISTORY = """Deal ID,Changed At,Stage,Amount
D-1,2025-01-02,Lead,1000.10
D-1,2025-01-10,Proposal,1000.10
D-1,2025-01-20,Won,1000.10
D-2,2025-01-05,Lead,500.00
D-2,2025-02-10,Lost,500.00
D-3,2025-01-06,Lead,1500.25
D-3,2025-02-12,Proposal,2000.25
D-4,2025-02-03,Lead,
"""


class Runner:
    """Runs commands in this process and keeps what they printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str], store: Path) -> None:
        self.capsys = capsys
        self.store = store

    def __call__(self, *argv: object) -> tuple[int, str, str]:
        self.capsys.readouterr()
        code = main([*map(str, argv), "--store", str(self.store)])
        said = self.capsys.readouterr()
        return code, said.out, said.err

    def json(self, *argv: object) -> Any:
        code, out, err = self(*argv, "--json")
        assert code == 0, (out, err)
        return json.loads(out)


def imported(folder: Path, files: dict[str, str]) -> Path:
    """A store of some files, by their names."""
    for name, text in files.items():
        (folder / name).write_text(text)
    store = folder / "own.duckdb"
    assert main(["import", *(str(folder / name) for name in files), "--store", str(store)]) == 0
    return store


@pytest.fixture(scope="session")
def filled(tmp_path_factory) -> Path:
    return imported(tmp_path_factory.mktemp("cli"), {"deals.csv": DEALS, "history.csv": HISTORY})


@pytest.fixture
def run(capsys, filled) -> Runner:
    """Commands on the small store; they only read it."""
    return Runner(capsys, filled)


@pytest.fixture
def fresh(capsys, tmp_path) -> Runner:
    """Commands on a store that is not there yet."""
    return Runner(capsys, tmp_path / "store" / "own.duckdb")
