"""The two little pictures of the sheet, drawn as SVG by hand. What words they have are set in the one typeface that is
there for a PDF."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from kpi_engine.views.one_on_one_facts import Span
from kpi_engine.views.words import share

WATER, LINE, MUTED = "#0a4a75", "#d3dbdf", "#8a939e"
"""The ink: the colours of the light theme."""

_WIDTH, _HEIGHT, _EDGE = 120.0, 26.0, 2.0
_BAR_WIDTH, _NUMBER_WIDTH, _BAR_AT, _ROW, _SCALE_HEIGHT = 220.0, 40.0, 18.0, 28.0, 14.0
_FONT = 'font-family="Libertinus Serif, Georgia, serif" font-size="9.5"'


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
    """One bar per span from 0 to 100 %: its name above, the share as a point and a number, its interval as a line; a
    scale below. '' where none is known."""
    known = [span for span in spans if span.share is not None]
    if not known:
        return ""
    rows = []
    for i, span in enumerate(known):
        at = _ROW * i + _BAR_AT
        low, middle, high = (_BAR_WIDTH * (end or 0.0) for end in (span.lower, span.share, span.upper))
        ink = WATER if i == len(known) - 1 else MUTED
        rows.append(
            f'{_text(0, at - 8, span.label, MUTED)}'
            f'<line x1="0" y1="{at:g}" x2="{_BAR_WIDTH:g}" y2="{at:g}" stroke="{LINE}" stroke-width="2"/>'
            f'<line x1="{low:.1f}" y1="{at:g}" x2="{high:.1f}" y2="{at:g}" stroke="{ink}" stroke-width="4"/>'
            f'<circle cx="{middle:.1f}" cy="{at:g}" r="4.5" fill="{ink}"/>'
            f'{_text(_BAR_WIDTH + 8, at + 3.5, share(span.share), ink)}'
        )
    opened = _svg(_BAR_WIDTH + _NUMBER_WIDTH, _ROW * len(known) + _SCALE_HEIGHT, _FONT)
    return f"{opened}{''.join(rows)}{_scale(known)}</svg>"


def _scale(known: Sequence[Span]) -> str:
    """What the ends and the middle of the bars are."""
    top, marks = _ROW * len(known), []
    for at, anchor in ((0.0, "start"), (0.5, "middle"), (1.0, "end")):
        x = _BAR_WIDTH * at
        marks.append(f'<line x1="{x:g}" y1="{top - 5:g}" x2="{x:g}" y2="{top:g}" stroke="{LINE}"/>')
        marks.append(_text(x, top + 9, share(at), MUTED, anchor))
    return "".join(marks)


def _text(x: float, y: float, said: str, ink: str, anchor: str = "start") -> str:
    return f'<text x="{x:g}" y="{y:g}" fill="{ink}" text-anchor="{anchor}">{escape(said)}</text>'


def _svg(width: float, height: float, more: str = "") -> str:
    size = f'width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="presentation"{f" {more}" if more else ""}>'
