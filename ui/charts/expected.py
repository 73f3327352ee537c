"""Open value by the month it is expected in, stacked by stage."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from ui.charts.look import Look, axis, layout, plain, short, zero_line


def expected_figure(frame: pd.DataFrame, colours: Look, symbol: str) -> go.Figure:
    """Stacked bars; the earliest stage palest, the last before the order darkest.

    ``frame``: bucket (what stands under the bar), bucket_order, is_apart (overdue and no date), stage, stage_order,
    value, text.
    """
    buckets = frame.drop_duplicates("bucket").sort_values("bucket_order")
    stages = frame.drop_duplicates("stage").sort_values("stage_order")["stage"].tolist()
    figure = go.Figure(
        layout=layout(
            colours,
            360,
            barmode="stack",
            showlegend=True,
            margin={"l": 8, "r": 8, "t": 8, "b": 8},
            legend={
                "orientation": "h",
                "x": 0,
                "y": 1.02,
                "yanchor": "bottom",
                "traceorder": "normal",
                "itemclick": False,
                "itemdoubleclick": False,
                "font": {"size": 13},
            },
            xaxis=axis(
                colours,
                showgrid=False,
                type="category",
                categoryorder="array",
                categoryarray=buckets["bucket"].tolist(),
                tickangle=0,
            ),
            yaxis=axis(colours, tickprefix=symbol, tickformat="~s", nticks=5, **zero_line(colours)),
        )
    )
    ramp = _steps(colours.ramp, len(stages))
    for stage, colour in zip(stages, ramp, strict=True):
        part = frame[frame["stage"] == stage]
        figure.add_bar(
            x=part["bucket"],
            y=part["value"],
            name=short(stage),
            marker={"color": colour, "line": {"width": 0.5, "color": colours.page}},
            customdata=part["text"],
            hovertemplate=f"{plain(stage)}, %{{x}}<br>%{{customdata}}<extra></extra>",
        )
    return figure


def _steps(ramp: tuple[str, ...], wanted: int) -> list[str]:
    """Colours from pale to strong, leaving out the palest, which would not stand out from the page."""
    usable = ramp[2:]
    if wanted <= 1:
        return [usable[-2]] * wanted
    return [usable[i * (len(usable) - 1) // (wanted - 1)] for i in range(wanted)]
