"""The two little pictures of the sheet, drawn as SVG by hand: no words in them, so no typeface is needed."""

from __future__ import annotations

from collections.abc import Sequence

from kpi_engine.views.one_on_one_facts import Span

WATER, LINE, MUTED = "#0a4a75", "#d3dbdf", "#8a939e"
"""The ink: the colours of the light theme."""

_WIDTH, _HEIGHT, _EDGE = 120.0, 26.0, 2.0
_BAR_WIDTH, _BAR_HEIGHT, _ROW = 220.0, 9.0, 17.0


def sparkline(values: Sequence[float], level: float | None) -> str:
    """Week by week as a line, the newest week as a point, the usual level as a thin line; '' below two weeks."""
    if len(values) < 2:
        return ""
    top = max(*values, level or 0.0, 1e-9)

    def place(i: int, value: float) -> tuple[float, float]:
        across = _EDGE + (_WIDTH - 2 * _EDGE) * i / (len(values) - 1)
        return across, _HEIGHT - _EDGE - (_HEIGHT - 2 * _EDGE) * value / top

    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(i, value) for i, value in enumerate(values)))
    x, y = place(len(values) - 1, values[-1])
    usual = ""
    if level is not None:
        at = place(0, level)[1]
        usual = f'<line x1="0" y1="{at:.1f}" x2="{_WIDTH:g}" y2="{at:.1f}" stroke="{MUTED}" stroke-dasharray="2 2"/>'
    return (
        f"{_svg(_WIDTH, _HEIGHT)}{usual}"
        f'<polyline points="{points}" fill="none" stroke="{WATER}" stroke-width="1.4"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2" fill="{WATER}"/></svg>'
    )


def shares(spans: Sequence[Span]) -> str:
    """One bar per span from 0 to 100 %: the share as a point, its interval as a line; '' where none is known."""
    known = [span for span in spans if span.share is not None]
    if not known:
        return ""
    rows = []
    for i, span in enumerate(known):
        at = _ROW * i + _BAR_HEIGHT
        low, middle, high = (_BAR_WIDTH * (end or 0.0) for end in (span.lower, span.share, span.upper))
        ink = WATER if i == len(known) - 1 else MUTED
        rows.append(
            f'<line x1="0" y1="{at:g}" x2="{_BAR_WIDTH:g}" y2="{at:g}" stroke="{LINE}" stroke-width="2"/>'
            f'<line x1="{low:.1f}" y1="{at:g}" x2="{high:.1f}" y2="{at:g}" stroke="{ink}" stroke-width="4"/>'
            f'<circle cx="{middle:.1f}" cy="{at:g}" r="4.5" fill="{ink}"/>'
        )
    return f"{_svg(_BAR_WIDTH, _ROW * len(known))}{''.join(rows)}</svg>"


def _svg(width: float, height: float) -> str:
    size = f'width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="presentation">'
