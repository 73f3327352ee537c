"""Pages arrange, nothing else; and no answer leaves the server without its policy."""

import ast
import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.conftest import PROJECT
from ui.security import BROWSER, SafeHeaders, policy

PAGE_FILES = sorted((PROJECT / "pages").glob("*.py"))


@pytest.mark.parametrize("path", PAGE_FILES, ids=lambda p: p.stem)
def test_a_page_is_shorter_than_sixty_lines(path: Any) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < 60


@pytest.mark.parametrize("path", PAGE_FILES, ids=lambda p: p.stem)
def test_a_page_neither_divides_nor_rounds_nor_asks_the_clock(path: Any) -> None:
    code = re.sub(r'"[^"]*"', '""', path.read_text(encoding="utf-8"))
    assert not re.search(r"\bround\(|(?<!/)/(?!/)|timedelta|\.today\(|\.now\(", code)


def test_every_page_file_is_in_the_navigation() -> None:
    router = (PROJECT / "app.py").read_text(encoding="utf-8")
    assert all(f'"{path.stem}": (' in router for path in PAGE_FILES)


SCREEN_FILES = sorted([*(PROJECT / "ui").rglob("*.py"), *PAGE_FILES, PROJECT / "app.py"])


def test_a_download_starts_no_run() -> None:
    # A run makes what was offered anew and forgets the old offer, which the browser is asking for at that moment.
    offered = [
        (path.name, {word.arg: ast.unparse(word.value) for word in call.keywords}.get("on_click"))
        for path in SCREEN_FILES
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("download_button")
    ]
    assert len(offered) >= 6
    assert [name for name, on_click in offered if on_click != "'ignore'"] == []


def test_the_policy_lets_nothing_in_from_elsewhere() -> None:
    assert "default-src 'self'" in policy()
    scripts = next(part for part in policy().split("; ") if part.startswith("script-src"))
    assert "unsafe" not in scripts
    assert "*" not in policy()
    assert "http" not in policy()


def test_every_answer_carries_the_policy_once() -> None:
    sent: list[dict[str, Any]] = []

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        start = {"type": "http.response.start", "status": 200, "headers": [(b"Content-Security-Policy", b"none")]}
        await send(start)
        await send({"type": "http.response.body", "body": b""})

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {}

    # In a thread of its own: a browser that is open keeps a loop running in this one.
    with ThreadPoolExecutor(max_workers=1) as apart:
        apart.submit(asyncio.run, SafeHeaders(inner)({"type": "http"}, receive, send)).result()
        known = {"type": "http", "headers": [(b"cookie", f"a=b; {BROWSER}=x".encode())]}
        apart.submit(asyncio.run, SafeHeaders(inner)(known, receive, send)).result()
    first, again = (dict(one["headers"]).get(b"set-cookie", b"") for one in (sent[0], sent[2]))
    assert re.fullmatch(rf"{BROWSER}=[\w-]{{32}}; Path=/; HttpOnly; SameSite=Strict", first.decode())
    assert again == b"", "a browser that is known keeps its word"
    policies = [value for name, value in sent[0]["headers"] if name.lower() == b"content-security-policy"]
    assert policies == [policy().encode()]
    assert sent[1] == {"type": "http.response.body", "body": b""}
