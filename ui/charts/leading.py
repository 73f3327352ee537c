"""What leads to what: little, some and much of a KPI; the board of all pairs; one pair side by side and by lag."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from kpi_engine.stats.lead_lag import Verdict
from kpi_engine.views.leading import Pair
from kpi_engine.views.scale import money_scale
from ui.charts.look import Look, amounts_axis, axis, layout, note, plain, weeks_axis, zero_line

_ROW_HEIGHT = 27


def groups_figure(groups: pd.DataFrame, later: str, colours: Look) -> go.Figure:
    """The result after weeks with little, some and much of a KPI. ``groups``: see kpi_engine.views.leading.Lead."""
    figure = go.Figure(
        layout=layout(
            colours,
            210,
            margin={"l": 4, "r": 4, "t": 30, "b": 4},
            bargap=0.35,
            xaxis=axis(colours, showgrid=False),
            yaxis=axis(colours, visible=False, rangemode="tozero", showgrid=False),
        )
    )
    marks = [
        f"<b>{group}</b><br>{plain(level)}" for group, level in zip(groups["group"], groups["level_text"], strict=True)
    ]
    figure.add_bar(
        x=marks,
        y=groups["value"],
        error_y={
            "type": "data",
            "symmetric": False,
            "array": groups["upper"] - groups["value"],
            "arrayminus": groups["value"] - groups["lower"],
            "color": colours.text,
            "thickness": 1.5,
            "width": 5,
        },
        marker={"color": [colours.ramp[3], colours.ramp[3], colours.won]},
        customdata=groups["weeks"],
        hovertemplate="%{y:,.2f} on average after %{customdata} weeks; the line is the 80 % interval<extra></extra>",
    )
    figure.add_scatter(
        x=marks,
        y=groups["upper"],
        mode="text",
        text=[f"<b>{plain(text)}</b>" for text in groups["text"]],
        textposition="top center",
        textfont={"color": colours.text, "size": 14},
        cliponaxis=False,
        hoverinfo="skip",
    )
    figure.add_annotation(
        note(plain(later), colours, xref="paper", x=0, yref="paper", y=1, yshift=26, xanchor="left", yanchor="top")
    )
    figure.update_yaxes(range=[0, float(groups["upper"].max()) * 1.18 or 1])
    return figure


def board_figure(cells: pd.DataFrame, chosen: tuple[str, str], colours: Look) -> go.Figure:
    """Every KPI against every result as squares to click. ``cells``: see kpi_engine.views.leading.Leading."""
    rows = list(dict.fromkeys(cells["kpi"]))
    columns = list(dict.fromkeys(cells["result"]))
    names = dict(zip(cells["kpi"], cells["kpi_label"], strict=True)) | dict(
        zip(cells["result"], cells["result_label"], strict=True)
    )
    fill = {
        Verdict.LEADS: colours.won,
        Verdict.OTHER_WAY: colours.down,
        Verdict.NO_EVIDENCE: colours.line,
        Verdict.NOT_ENOUGH_WEEKS: "rgba(0,0,0,0)",
    }
    is_chosen = [(x, y) == chosen for x, y in zip(cells["kpi"], cells["result"], strict=True)]
    figure = go.Figure(
        layout=layout(
            colours,
            60 + _ROW_HEIGHT * len(rows),
            margin={"l": 8, "r": 8, "t": 44, "b": 8},
            hovermode="closest",
            xaxis=axis(
                colours,
                side="top",
                showgrid=False,
                showline=False,
                range=[-0.5, len(columns) - 0.5],
                tickvals=list(range(len(columns))),
                ticktext=[plain(names[name]) for name in columns],
            ),
            yaxis=axis(
                colours,
                showgrid=False,
                showline=False,
                range=[len(rows) - 0.5, -0.5],
                tickvals=list(range(len(rows))),
                ticktext=[plain(names[name]) for name in rows],
            ),
        )
    )
    figure.add_scatter(
        x=[columns.index(name) for name in cells["result"]],
        y=[rows.index(name) for name in cells["kpi"]],
        mode="markers+text",
        marker={
            "symbol": "square",
            "size": 21,
            "opacity": 1,
            "color": [fill[verdict] for verdict in cells["verdict"]],
            "line": {
                "width": [2.5 if one else 1 for one in is_chosen],
                "color": [colours.text if one else colours.line for one in is_chosen],
            },
        },
        text=[f"<b>{text}</b>" for text in cells["text"]],
        textfont={"color": colours.page, "size": 12},
        customdata=[f"{x}|{y}" for x, y in zip(cells["kpi"], cells["result"], strict=True)],
        hovertext=[_wrapped(text) for text in cells["hover"]],
        hovertemplate="%{hovertext}<extra></extra>",
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}, "textfont": {"color": colours.page}},
    )
    return figure


def side_by_side_figure(pair: Pair, names: tuple[str, str], colours: Look, symbol: str) -> go.Figure:
    """Two weekly series above one another, moved together by the lag."""
    weeks, lag, are_amounts = pair.weeks, pair.lag, pair.are_amounts
    figure = go.Figure(
        layout=layout(
            colours,
            320,
            margin={"l": 8, "r": 8, "t": 28, "b": 8},
            hovermode="x",
            bargap=0.15,
            xaxis=weeks_axis(colours, anchor="y2"),
            yaxis=_pane(colours, weeks["leading"], are_amounts[0], symbol, domain=[0.57, 1]),
            yaxis2=_pane(colours, weeks["result"], are_amounts[1], symbol, domain=[0, 0.43]),
        )
    )
    earlier = f", {lag} week{'' if lag == 1 else 's'} earlier" if lag else ""
    panes = (
        ("leading", f"<b>{plain(names[0])}</b> per week{earlier}", colours.expected_value, "y", 1.0),
        ("result", f"<b>{plain(names[1])}</b> per week", colours.won, "y2", 0.43),
    )
    for column, title, colour, pane, top in panes:
        figure.add_bar(
            x=weeks["week_end"],
            y=weeks[column],
            yaxis=pane,
            marker={"color": colour},
            customdata=weeks[f"{column}_text"],
            hovertemplate="%{customdata}<extra></extra>",
        )
        figure.add_annotation(
            note(title, colours, xref="paper", x=0, yref="paper", y=top, xanchor="left", yanchor="bottom")
        )
    return figure


def _pane(colours: Look, values: pd.Series, is_amount: bool, symbol: str, domain: list[float]) -> dict[str, Any]:
    """The axis of one of the two series."""
    if is_amount:
        return amounts_axis(colours, money_scale(values, symbol, wanted=3), domain=domain)
    return axis(colours, domain=domain, rangemode="tozero", nticks=4, **zero_line(colours))


def lag_figure(lags: pd.DataFrame, chance: float, colours: Look) -> go.Figure:
    """How strongly the result follows, by weeks in between, over the band of chance. ``lags``: lag, strength,
    is_found."""
    reach = max(float(lags["strength"].abs().max()), chance) * 1.3
    figure = go.Figure(
        layout=layout(
            colours,
            260,
            margin={"l": 8, "r": 8, "t": 12, "b": 8},
            xaxis=axis(colours, showgrid=False, title="weeks from the one to the other", dtick=1),
            yaxis=axis(
                colours,
                title="strength of the link",
                nticks=5,
                tickformat=".1f",
                range=[-reach, reach],
                **zero_line(colours),
            ),
        )
    )
    figure.add_shape(
        type="rect",
        xref="paper",
        x0=0,
        x1=1,
        y0=-chance,
        y1=chance,
        fillcolor=colours.line,
        opacity=0.45,
        line={"width": 0},
        layer="below",
    )
    tones = [
        colours.total_value if not found else colours.won if strength > 0 else colours.down
        for found, strength in zip(lags["is_found"], lags["strength"], strict=True)
    ]
    figure.add_bar(
        x=lags["lag"],
        y=lags["strength"],
        marker={"color": tones},
        hovertemplate="%{x} weeks later: %{y:.2f}<extra></extra>",
    )
    figure.add_annotation(
        note(
            "inside the band: no more than chance",
            colours,
            xref="paper",
            x=1,
            y=-reach,
            xanchor="right",
            yanchor="bottom",
        )
    )
    return figure


def _wrapped(text: str, width: int = 62) -> str:
    """A sentence over several lines, harmless."""
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] += f"{word} "
    return "<br>".join(plain(line.strip()) for line in lines)
