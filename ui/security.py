"""What a browser may load and run on our pages, only what comes from this very server; and how it is known again."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from functools import cache
from pathlib import Path
from typing import Any

import streamlit

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Handler = Callable[[Message, Receive, Send], Awaitable[None]]

BROWSER = "tideline_browser"
"""The cookie by which a browser is known again when a page is loaded anew: a random word that says nothing, which no
script can read, no other site is sent, and the browser forgets when it is closed."""

_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


@cache
def policy() -> str:
    """The Content-Security-Policy.

    Streamlit's page carries one small inline script; it is allowed by its hash, computed from the installed file, so
    that no
    other inline script is. Styles are written inline by its components, which cannot be told apart in advance.
    """
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in _INLINE.findall(page)]
    scripts = " ".join(["'self'", *(f"'sha256-{digest}'" for digest in hashes)])
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src {scripts}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )
    )


class SafeHeaders:
    """ASGI middleware that sends the policy with every answer."""

    def __init__(self, app: Handler) -> None:
        self._app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass everything on; add the headers where an answer begins."""
        added = [
            (b"content-security-policy", policy().encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"no-referrer"),
        ]

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                names = {name for name, _ in added}
                kept = [(name, value) for name, value in message.get("headers", []) if name.lower() not in names]
                message = {**message, "headers": [*kept, *added, *_known_again(scope)]}
            await send(message)

        await self._app(scope, receive, with_headers)


def _known_again(scope: Message) -> list[tuple[bytes, bytes]]:
    """The cookie for a browser that has none yet."""
    sent = b";".join(value for name, value in scope.get("headers", ()) if name.lower() == b"cookie")
    if f"{BROWSER}=".encode() in sent:
        return []
    cookie = f"{BROWSER}={secrets.token_urlsafe(24)}; Path=/; HttpOnly; SameSite=Strict"
    return [(b"set-cookie", cookie.encode())]
