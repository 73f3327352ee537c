"""The line of the last weeks beside a number."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from ui.charts.look import Look, axis, layout, note

_HEIGHT = 64


def spark_figure(
    values: Sequence[float], reach: tuple[float, float], kpi: str, since: str, colours: Look
) -> go.Figure:
    """A small line in the colour of its KPI, with a dot where it stands now.

    ``values``: oldest first. ``reach``: where the picture ends below and above, never so near to one another that a
    change nobody would speak of fills it. ``since``: how far back it goes, in words.
    """
    tones = {"total_value": colours.total_value, "expected_value": colours.expected_value}
    colour = tones.get(kpi, colours.ratio)
    hidden = axis(colours, visible=False, showgrid=False)
    figure = go.Figure(
        layout=layout(
            colours,
            _HEIGHT,
            margin={"l": 0, "r": 6, "t": 4, "b": 18},
            xaxis={**hidden, "range": [0, len(values) - 1]},
            yaxis={**hidden, "range": list(reach)},
            hovermode=False,
        )
    )
    figure.add_scatter(
        x=list(range(len(values))), y=list(values), mode="lines", line={"color": colour, "width": 2}, cliponaxis=False
    )
    figure.add_scatter(
        x=[len(values) - 1], y=[values[-1]], mode="markers", marker={"color": colour, "size": 7}, cliponaxis=False
    )
    figure.add_annotation(
        note(since, colours, xref="paper", x=0, yref="paper", y=0, xanchor="left", yanchor="top", yshift=-2)
    )
    return figure
