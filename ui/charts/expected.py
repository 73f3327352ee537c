"""Open value by the month it is expected in, stacked by stage."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from kpi_engine.views.scale import money_scale
from ui.charts.look import LEGEND, Look, amounts_axis, axis, layout, plain, steps, told_apart

_ROOM_FOR = 6
_LONGEST = 30
_PALEST = 3
"""The colours before it would not stand out from the page."""


def expected_figure(frame: pd.DataFrame, colours: Look, symbol: str, picked: str | None = None) -> go.Figure:
    """Stacked bars; the earliest stage palest, the last before the order darkest.

    ``frame``: bar (what names it, for a click), bucket (what stands under it), bucket_order, stage, stage_order,
    value, text. ``picked``: the bar whose deals are listed; the others stand back.
    """
    buckets = frame.drop_duplicates("bucket").sort_values("bucket_order")
    stages = frame.drop_duplicates("stage").sort_values("stage_order")["stage"].tolist()
    figure = go.Figure(
        layout=layout(
            colours,
            360,
            barmode="stack",
            clickmode="event+select",
            showlegend=True,
            margin={"l": 8, "r": 8, "t": 8, "b": 8},
            legend=LEGEND,
            xaxis=axis(
                colours,
                showgrid=False,
                type="category",
                categoryorder="array",
                categoryarray=buckets["bucket"].tolist(),
                tickangle=0,
                # A few bars stay bars, and do not grow into walls.
                range=[-0.5, max(len(buckets), _ROOM_FOR) - 0.5],
            ),
            yaxis=amounts_axis(colours, money_scale(_heights(frame), symbol)),
        )
    )
    is_picked = picked in set(frame["bar"])
    ramp = steps(colours.ramp[_PALEST:], len(stages))
    for stage, name, colour in zip(stages, told_apart(stages, _LONGEST), ramp, strict=True):
        part = frame[frame["stage"] == stage]
        figure.add_bar(
            x=part["bucket"],
            y=part["value"],
            name=name,
            marker={"color": colour, "line": {"width": 1, "color": colours.edge}},
            # Picked is the whole bar, and not the part of it that was clicked.
            selectedpoints=[i for i, bar in enumerate(part["bar"]) if bar == picked] if is_picked else None,
            selected={"marker": {"opacity": 1}},
            unselected={"marker": {"opacity": 0.45}},
            customdata=part[["bar", "text"]],
            hovertemplate=f"{plain(stage)}, %{{x}}<br>%{{customdata[1]}}<extra></extra>",
        )
    return figure


def _heights(frame: pd.DataFrame) -> list[float]:
    """How high each stack goes, and how deep: what is owed stands beneath the line."""
    ups, downs = (frame["value"].clip(lower=0), frame["value"].clip(upper=0))
    return [*ups.groupby(frame["bucket"]).sum(), *downs.groupby(frame["bucket"]).sum()]


