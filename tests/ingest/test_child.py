"""Files read in processes of their own: small ones share one, and one that harms it harms no other."""

import subprocess

import pytest

from kpi_engine.errors import UserFileError
from kpi_engine.ingest import child
from kpi_engine.ingest.stage import stage
from tests.ingest.files import DEALS, HEADER, write


@pytest.fixture
def started(monkeypatch):
    """How many files each child got."""
    seen = []
    run = subprocess.run

    def counted(*args, **kwargs):
        seen.append(kwargs["input"].count('.csv", "'))
        return run(*args, **kwargs)

    monkeypatch.setattr(child.subprocess, "run", counted)
    return seen


def test_small_files_share_a_child_and_come_out_as_they_would_alone(tmp_path, started):
    texts = {"a.csv": DEALS, "b.csv": "", "c.csv": HEADER + '\nD9,"x\ny",Ana,Lead,1,,\n'}
    files = [(write(tmp_path, text, name), name) for name, text in texts.items()]
    a, b, c = child.stage_together(files)
    assert isinstance(b, UserFileError)
    for read, (path, name) in ((a, files[0]), (c, files[2])):
        assert (read.header, read.table.to_pylist()) == (stage(path, name).header, stage(path, name).table.to_pylist())
    assert started == [3]


def test_what_a_dying_child_leaves_undone_is_read_in_a_child_for_each(tmp_path, started, monkeypatch):
    files = [(write(tmp_path, DEALS, name), name) for name in ("a.csv", "b.csv", "c.csv")]
    run = child._run

    def dying(given, folder):
        done = run(given, folder)
        if len(given) > 1:
            (folder / "staged-1.json").unlink()
            (folder / "staged-2.json").unlink()
        return done

    monkeypatch.setattr(child, "_run", dying)
    assert [read.read for read in child.stage_together(files)] == [3, 3, 3]
    assert started == [3, 1, 1]


def test_a_large_file_gets_a_child_of_its_own():
    assert child.batches([1, 30_000_000, 2, 19_999_999, 3]) == [[0, 2], [1], [3], [4]]
