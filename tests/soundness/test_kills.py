"""A store survives being killed in the middle of an import or an undo."""

import sys

import pytest

from tests.soundness.kill_during_import import run


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is a signal of Unix")
def test_a_few_kills_during_import_and_undo_leave_the_store_whole():
    assert run(kills=5, seed=7) == []
