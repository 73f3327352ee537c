"""What is known of TV and EV, and what an estimate would add, apart from it."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from kpi_engine.views.scale import money_scale
from ui.charts.look import LEGEND, Look, amounts_axis, axis, layout


def typical_figure(bars: pd.DataFrame, colours: Look, symbol: str) -> go.Figure:
    """A lying bar for each number: full where amounts are known, hatched where they are estimated.

    ``bars``: label, known, estimated, known_text, estimated_text, from top to bottom.
    """
    tones = [colours.total_value, colours.expected_value]
    figure = go.Figure(
        layout=layout(
            colours,
            190,
            barmode="stack",
            showlegend=True,
            legend=LEGEND,
            margin={"l": 8, "r": 8, "t": 8, "b": 8},
            xaxis=amounts_axis(colours, money_scale(bars["known"] + bars["estimated"], symbol, air=0.34)),
            yaxis=axis(
                colours,
                autorange="reversed",
                showgrid=False,
                type="category",
                tickfont={"color": colours.text, "size": 14},
            ),
        )
    )
    for part, name, pattern in (("known", "Known amounts", ""), ("estimated", "Estimated", "/")):
        figure.add_bar(
            x=bars[part],
            y=bars["label"],
            orientation="h",
            name=name,
            width=0.55,
            marker={
                "color": tones,
                "line": {"width": 1, "color": tones},
                "pattern": {"shape": pattern, "fillmode": "replace", "fgcolor": tones, "size": 7},
            },
            customdata=bars[f"{part}_text"],
            hovertemplate=f"%{{y}}, {name.lower()}: %{{customdata}}<extra></extra>",
        )
    for row in bars.to_dict("records"):
        figure.add_annotation(
            x=row["known"] + row["estimated"],
            y=row["label"],
            text=f"{row['known_text']} + about {row['estimated_text']}",
            xanchor="left",
            xshift=8,
            showarrow=False,
            font={"size": 14, "color": colours.text},
        )
    return figure
