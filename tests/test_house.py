"""The house stands: every module has a floor, imports go down, and nobody writes what nobody may write."""

import ast
from pathlib import Path

import pytest

from tests import house_rules as rules
from tests.conftest import PROJECT

SKIPPED = {"node_modules", "data"}


def _files(suffix: str) -> list[Path]:
    """The project's own files of a kind; hidden folders (environments, caches) are not part of it."""
    found = (path.relative_to(PROJECT) for path in PROJECT.rglob(f"*{suffix}"))
    return sorted(p for p in found if p.parts[0] not in SKIPPED and not any(part.startswith(".") for part in p.parts))


def _module(path: Path) -> tuple[str, ast.Module, bool]:
    """(dotted name, syntax tree, whether it is a package's __init__) of a file."""
    is_package = path.name == "__init__.py"
    parts = path.parent.parts if is_package else path.with_suffix("").parts
    return ".".join(parts), ast.parse((PROJECT / path).read_text(encoding="utf-8"), str(path)), is_package


PYTHON = _files(".py")
SQL = _files(".sql")
HOUSE = [path for path in PYTHON if path.parts[0] not in rules.OUTSIDE]
ENGINE = [path for path in PYTHON if path.parts[0] == "kpi_engine"]


def test_the_files_are_found() -> None:
    assert Path("tests/test_house.py") in PYTHON
    assert ENGINE, "the engine has no Python file, so the rules below would hold for nothing"


@pytest.mark.parametrize("path", HOUSE, ids=str)
def test_a_module_has_a_floor_and_imports_only_downwards(path: Path) -> None:
    module, tree, is_package = _module(path)
    assert rules.broken_imports(module, tree, is_package=is_package) == []


@pytest.mark.parametrize("path", ENGINE, ids=str)
def test_the_engine_never_reads_the_clock(path: Path) -> None:
    module, tree, _ = _module(path)
    assert rules.clock_readings(module, tree) == []


@pytest.mark.parametrize("path", [path for path in PYTHON if path.parts[0] != "tests"], ids=str)
def test_nobody_writes_raw_html_a_bare_except_or_formatted_sql(path: Path) -> None:
    module, tree, _ = _module(path)
    assert rules.unsafe_writing(module, tree) == []


@pytest.mark.parametrize("path", SQL, ids=str)
def test_a_relation_says_its_grain_or_purpose_first(path: Path) -> None:
    assert rules.sql_without_purpose(str(path), (PROJECT / path).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", SQL, ids=str)
def test_no_relation_reads_the_clock(path: Path) -> None:
    assert rules.clock_in_sql(str(path), (PROJECT / path).read_text(encoding="utf-8")) == []


# The rules themselves can fail: each is tried on a small source that breaks it, and on one that does not.


@pytest.mark.parametrize(
    ("module", "source", "word"),
    [
        ("kpi_engine.stats.rank", "from kpi_engine.storage import Store", "higher floor"),
        ("kpi_engine.model.build", "def f():\n    import kpi_engine.views", "higher floor"),
        ("kpi_engine.views.overview", "from ui.charts import trend", "higher floor"),
        ("ui.charts.trend", "from ..session import ask", "higher floor"),
        ("kpi_engine.storage.store", "from ..model.build import build", "higher floor"),
        ("kpi_engine.ingest.stage", "import importlib\nimportlib.import_module('kpi_engine.metrics')", "higher floor"),
        ("kpi_engine.helpers", "x = 1", "no floor"),
        ("kpi_engine", "x = 1", "no floor"),
        ("leftover", "x = 1", "no floor"),
        ("ui.blocks", "from kpi_engine import Store", "no floor"),
        ("kpi_engine.views.overview", "import streamlit as st", "streamlit"),
        ("ui.charts.trend", "from streamlit import columns", "streamlit"),
        ("ui.blocks", "import plotly.graph_objects as go", "plotly"),
        ("ui.charts.trend", "import plotly.express as px", "plotly.express"),
        ("ui.charts.trend", "from plotly import express", "plotly.express"),
        ("kpi_engine.metrics.frames", "import duckdb", "duckdb"),
        ("app", "import duckdb", "duckdb"),
        ("pages.overview", "from kpi_engine.metrics import METRICS", "views only"),
        ("pages.overview", "from kpi_engine import workspace", "views only"),
        ("kpi_engine.workspace", "import sample", "outside"),
        ("ui.session", "from benchmarks.speed import run", "outside"),
        ("ui.session", "from kpi_engine.commands import main", "way in"),
    ],
)
def test_a_wrong_import_is_found(module: str, source: str, word: str) -> None:
    assert any(word in sentence for sentence in rules.broken_imports(module, ast.parse(source)))


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("kpi_engine.views.overview", "from kpi_engine.metrics import ask\nfrom kpi_engine.stats.rank import rank"),
        ("kpi_engine.model.build", "from kpi_engine.ingest import kinds\nfrom .relations import RELATIONS"),
        ("kpi_engine.storage", "import duckdb"),
        ("kpi_engine.__main__", "from kpi_engine.commands import main"),
        ("pages.overview", "import streamlit\nfrom kpi_engine.views import overview\nfrom ui.blocks import kpi_row"),
        ("sample.ferry", "import duckdb\nfrom kpi_engine.names import KINDS"),
        ("app", "import streamlit as st\nfrom ui.session import ask"),
    ],
)
def test_a_right_import_is_left_alone(module: str, source: str) -> None:
    assert rules.broken_imports(module, ast.parse(source)) == []


def test_an_empty_package_needs_no_floor() -> None:
    assert rules.broken_imports("kpi_engine", ast.parse('"""The engine."""'), is_package=True) == []


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import date\ndate.today()",
        "import datetime as dt\ndt.datetime.now(dt.UTC)",
        "import pandas as pd\npd.Timestamp.utcnow()",
        "import pandas as pd\npd.Timestamp('now')",
        "import numpy as np\nnp.datetime64('today')",
        "import time\ntime.time()",
        "from time import time",
        "from datetime import date\ndefault = date.today",
        "query = 'select * from fct_deals where created_at < current_date'",
        "query = 'select NOW()'",
    ],
)
def test_a_reading_of_the_clock_is_found(source: str) -> None:
    assert rules.clock_readings("kpi_engine.x", ast.parse(source))


@pytest.mark.parametrize(
    "source",
    [
        '"""Nothing here calls today() or now()."""',
        "import time\nstarted = time.perf_counter()",
        "message = 'a deal is open today'",
        "from datetime import date\ndate(2024, 1, 1)",
    ],
)
def test_time_that_is_passed_in_is_left_alone(source: str) -> None:
    assert rules.clock_readings("kpi_engine.x", ast.parse(source)) == []


@pytest.mark.parametrize(
    "source",
    [
        "st.markdown(x, unsafe_allow_html=True)",
        "try:\n    x()\nexcept:\n    pass",
        "run(f'select * from {table}')",
        "run(f'SELECT {columns} FROM deals')",
        "run('delete from raw_deals where import_id = %s' % x)",
        "run('create table {} (a int)'.format(x))",
        "run('select sum(amount) from fct_deals where owner = ' + owner)",
        "run(f'drop table if exists {name}')",
        "run(f'{head} group by {keys}')",
    ],
)
def test_unsafe_writing_is_found(source: str) -> None:
    assert rules.unsafe_writing("kpi_engine.x", ast.parse(source))


def test_only_the_one_place_for_metric_sql_may_assemble_it() -> None:
    source = ast.parse("run(f'select {expression} from {table}')")
    assert rules.unsafe_writing("kpi_engine.metrics.query", source) == []
    assert rules.unsafe_writing("kpi_engine.metrics.movement", source)


@pytest.mark.parametrize(
    "source",
    [
        "run('select * from fct_deals where owner = $owner', {'owner': owner})",
        "say(f'Select a file from the list of {n}.')",
        "say('Rows: {}'.format(n))",
        "try:\n    x()\nexcept ValueError:\n    raise",
        "total = 'a' + 'b'",
        "n = left % 2",
    ],
)
def test_honest_writing_is_left_alone(source: str) -> None:
    assert rules.unsafe_writing("kpi_engine.x", ast.parse(source)) == []


@pytest.mark.parametrize("text", ["select 1", "-- deals\nselect 1", "\n-- One row per deal.\nselect 1", ""])
def test_a_relation_without_its_grain_is_found(text: str) -> None:
    assert rules.sql_without_purpose("a.sql", text)


def test_a_relation_with_its_grain_is_left_alone() -> None:
    assert rules.sql_without_purpose("a.sql", "-- One row per deal. Grain: deal_id.\nselect 1") == []


@pytest.mark.parametrize("text", ["select today()", "select *\nfrom d where at < CURRENT_DATE", "select 'now'::date"])
def test_a_relation_that_reads_the_clock_is_found(text: str) -> None:
    assert rules.clock_in_sql("a.sql", text)


def test_a_comment_may_speak_of_the_clock() -> None:
    assert rules.clock_in_sql("a.sql", "select $as_of  -- never today()") == []
