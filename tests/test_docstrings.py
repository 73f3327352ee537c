"""Every example in a docstring is true."""

import doctest
import importlib
from pathlib import Path

import pytest

from tests.conftest import PROJECT

WITH_EXAMPLES = sorted(
    path.relative_to(PROJECT)
    for path in [*(PROJECT / "kpi_engine").rglob("*.py"), PROJECT / "tests" / "house_rules.py"]
    if ">>> " in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=str)
def test_the_examples_of_a_module_hold(path: Path) -> None:
    parts = path.parent.parts if path.name == "__init__.py" else path.with_suffix("").parts
    result = doctest.testmod(importlib.import_module(".".join(parts)), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert result.attempted > 0
    assert result.failed == 0
