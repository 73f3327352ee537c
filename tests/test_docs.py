"""The generated pages say what the declarations say."""

import pytest

from scripts.generate_docs import PAGES
from tests.conftest import PROJECT


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_generated_page_is_up_to_date(name: str) -> None:
    path = PROJECT / name
    written = path.read_text(encoding="utf-8") if path.is_file() else None
    assert written == PAGES[name](), f"{name} is stale: run `make docs`"
