"""Pictures of the real app for the README: ``python -m tests.browser.gallery`` writes docs/images/*.png."""

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import Watched, start_app, start_browser, stop_app
from tests.conftest import PROJECT

IMAGES = PROJECT / "docs" / "images"
SHOTS = (
    ("overview-light", "", "light", (1440, 900), 0),
    ("overview-dark", "", "dark", (1440, 900), 0),
    ("movement", "", "light", (1280, 720), 1000),
    ("forecast", "forecast", "light", (1440, 900), 0),
    ("win-chances", "forecast?tab=Win+chances", "light", (1440, 900), 0),
    ("months", "months", "light", (1440, 900), 0),
    ("quality", "quality", "light", (1440, 900), 0),
    ("leading-signals", "leading", "light", (1440, 900), 0),
    ("follow-ups", "followups", "light", (1440, 900), 0),
    ("one-on-one", "one_on_one?rep=Aroha+Keating", "light", (1440, 900), 0),
    ("data", "data", "light", (1280, 720), 0),
)
"""File name, address, light, size, how far to scroll."""


def main() -> None:
    """Start the app in a home of its own, take every picture, end it."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        app = start_app(Path(home))
        try:
            with sync_playwright() as playwright:
                browser = start_browser(playwright)
                for name, path, light, (width, height), scroll in SHOTS:
                    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=light)  # type: ignore[arg-type]
                    seen = Watched(context.new_page(), app).open(path)
                    seen.page.mouse.move(width / 2, height / 2)
                    seen.page.mouse.wheel(0, scroll)
                    seen.page.mouse.move(width - 5, height - 5)
                    seen.page.wait_for_timeout(3000)
                    seen.page.screenshot(path=IMAGES / f"{name}.png")
                    context.close()
                browser.close()
        finally:
            stop_app(app)


if __name__ == "__main__":
    main()
