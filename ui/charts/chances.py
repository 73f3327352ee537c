"""What was told of each stage, and what came of it."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from ui.charts.look import LEGEND, Look, axis, layout, plain, told_apart

_TOLD = {
    "promised": "we said at the time",
    "in_force": "in force",
    "crm_probability": "the CRM says",
}
"""The columns that hold a chance told of a stage, and what stands for them in the legend."""


def promised_figure(frame: pd.DataFrame, colours: Look) -> go.Figure:
    """One line per stage, first stage on top: the chances told of it as points, what happened as a point with its 80 %
    interval.

    ``frame``: stage, any of promised, in_force and crm_probability, happened, lower, upper (shares; nan where there is
    none), text.
    """
    names = told_apart(frame["stage"], 24)
    figure = go.Figure(
        layout=layout(
            colours,
            90 + 44 * len(frame),
            showlegend=True,
            hovermode="closest",
            margin={"l": 8, "r": 24, "t": 8, "b": 8},
            legend=LEGEND,
            xaxis=axis(colours, range=[0, 1], tickformat=".0%", nticks=6),
            yaxis=axis(
                colours,
                type="category",
                categoryorder="array",
                categoryarray=names[::-1],
                range=[-0.6, len(names) - 0.4],
                showgrid=False,
                tickfont={"color": colours.text, "size": 13},
            ),
        )
    )
    looks = {
        "promised": (colours.expected_value, "circle"),
        "in_force": (colours.expected_value, "circle"),
        "crm_probability": (colours.total_value, "circle-open"),
    }
    for column, (colour, shape) in looks.items():
        if column in frame and frame[column].notna().any():
            figure.add_scatter(
                x=frame[column],
                y=names,
                mode="markers",
                name=_TOLD[column],
                marker={"color": colour, "size": 12, "symbol": shape, "line": {"width": 2.5, "color": colour}},
                hovertemplate=f"%{{y}}: {_TOLD[column]} %{{x:.0%}}<extra></extra>",
            )
    figure.add_scatter(
        x=frame["happened"],
        y=names,
        mode="markers",
        name="happened (80 % interval)",
        marker={"color": colours.won, "size": 11, "symbol": "diamond"},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": frame["upper"] - frame["happened"],
            "arrayminus": frame["happened"] - frame["lower"],
            "color": colours.won,
            "thickness": 5,
            "width": 0,
        },
        customdata=[plain(text) for text in frame["text"]],
        hovertemplate="%{y}: won %{customdata}<extra></extra>",
    )
    return figure
