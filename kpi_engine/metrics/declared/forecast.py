"""How good the forecasts are."""

from kpi_engine.metrics import examples
from kpi_engine.metrics.kinds import Additivity, Computed, Direction, Example, Role, Unit, define
from kpi_engine.names import Status

# Three won deals are no history to forecast from: the arithmetic of both is worked out in stats.accuracy.
_NONE = Example(given=examples.DEALS, as_of=examples.AS_OF, expect=None, n=0, status=Status.NO_DATA)

define(Computed(
    name="forecast_wape",
    label="Forecast error (WAPE)",
    topic="results", unit=Unit.SHARE,
    description="By how much the forecasts of won value missed, as a share of what came: one, two and three months "
                "ahead, each as it would have been made then, over the whole months of the period.",
    why_key="A plan stands on the forecast; how far it can be trusted is known before it is needed.",
    performance="Sum of the absolute misses over the sum of what came.",
    indicates="How far ahead anybody can promise. Compare it with the plain rules beside it: only less is skill.",
    role=Role.LAGGING, direction=Direction.DOWN, additivity=Additivity.NONE, min_n=6,
    compute="kpi_engine.forecasting.track_record:forecast_wape",
    example=_NONE,
))

define(Computed(
    name="forecast_bias",
    label="Forecast bias",
    topic="results", unit=Unit.SHARE,
    description="Whether the forecasts of won value said too much (above 0) or too little (below 0) all in all, as a "
                "share of what came.",
    why_key="Misses to both sides cancel out over a year; a forecast that leans never does.",
    performance="Sum of the misses with their signs over the sum of what came.",
    indicates="Whether the market or the team has changed faster than its history.",
    role=Role.LAGGING, direction=Direction.NEITHER, additivity=Additivity.NONE, min_n=6,
    compute="kpi_engine.forecasting.track_record:forecast_bias",
    example=_NONE,
))
