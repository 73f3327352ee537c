"""How far the win chances could be trusted so far."""

from kpi_engine.metrics import examples_followed
from kpi_engine.metrics.kinds import Additivity, Computed, Direction, Example, Role, Unit, define

# At 1 March each of 30 open deals was given 1/5, for one in five of the deals before was won; 12 of them were won.
_PROMISED, _OPEN, _WON = 1 / 5, 30, 12

define(Computed(
    name="brier_score",
    label="Score of win chances",
    topic="quality", unit=Unit.TIMES,
    description="How far the win chances given to open deals at the start of each month lay from what happened within "
                "90 days: the mean square of the difference. 0 is perfect; saying 50 % of everything gets 0.25. Months "
                "whose 90 days are not over are not among them.",
    why_key="A forecast is worth as much as the chances it is made of.",
    performance="Mean of (chance - won)² over deals open at past month starts, chances as they would have been given "
                "then.",
    indicates="Whether the chances tell deals that will be won from those that will not. Compare it with itself, not "
              "with other teams': a team that wins half its deals has a harder task.",
    role=Role.LAGGING, direction=Direction.DOWN, additivity=Additivity.NONE,
    compute="kpi_engine.forecasting.calibration:brier_score_of",
    example=Example(
        given=examples_followed.ONE_IN_FIVE, as_of=examples_followed.AFTER_90_DAYS, n=_OPEN,
        expect=(_WON * (1 - _PROMISED) ** 2 + (_OPEN - _WON) * _PROMISED**2) / _OPEN,
    ),
))

define(Computed(
    name="calibration_gap",
    label="Promised less happened",
    topic="quality", unit=Unit.SHARE,
    description="The mean win chance given to open deals at the start of each month, less the share of them that was "
                "won within 90 days. Above zero: too much was promised. Months whose 90 days are not over are not "
                "among them.",
    why_key="Chances that promise too much, or too little, make every plan wrong in the same direction.",
    performance="Mean chance less share won, over deals open at past month starts.",
    indicates="Whether the chances have to come down or may go up. Look at it stage by stage before accepting new "
              "ones.",
    role=Role.LAGGING, direction=Direction.NEITHER, additivity=Additivity.NONE,
    compute="kpi_engine.forecasting.calibration:calibration_gap_of",
    example=Example(
        given=examples_followed.ONE_IN_FIVE, as_of=examples_followed.AFTER_90_DAYS, n=_OPEN,
        expect=_PROMISED - _WON / _OPEN,
    ),
))
