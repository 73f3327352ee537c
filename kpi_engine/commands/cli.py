"""What can be asked on the command line, and how it ends.

0: done. 1: an error, told in one sentence. 2: a file needs an answer.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from kpi_engine.agreements.qualification import KINDS, NEEDS
from kpi_engine.commands import agreed, catalogue, chances, files, forecast, months, numbers, quality, targets
from kpi_engine.commands.backtest import run_win_probability_backtest
from kpi_engine.commands.lead_lag import run_lead_lag
from kpi_engine.commands.milestones import run_milestones
from kpi_engine.commands.one_on_one import run_one_on_one
from kpi_engine.commands.options import Parser, as_of, bounds, command, day, moment, sliced
from kpi_engine.commands.worklist import run_worklist
from kpi_engine.errors import TidelineError
from kpi_engine.forecasting.leads import RESULTS
from kpi_engine.forecasting.months_ahead import GRAINS
from kpi_engine.names import Kind


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    try:
        args = _parser().parse_args(argv)
    except SystemExit as end:
        return int(end.code or 0)
    try:
        code = int(args.run(args))
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except TidelineError as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(f"{error.filename or 'A file'} cannot be used: {error.strerror or error}.", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="python -m kpi_engine",
        description="What is the team's work worth? From any CRM's export to TV, EV and EV/TV.",
        epilog="Example: python -m kpi_engine import deals.csv",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=Parser)
    _files(commands)
    _numbers(commands)
    _one_on_one(commands)
    _quality(commands)
    _worklist(commands)
    _chances(commands)
    _lead_lag(commands)
    _backtest(commands)
    _months(commands)
    _forecast(commands)
    _targets(commands)
    return parser


def _files(commands: argparse._SubParsersAction[Parser]) -> None:
    """Files, in and out again, and how the team counts."""
    one = command(commands, "import", files.run_import, "read files into the store", "import deals.csv calls.xlsx")
    one.add_argument("files", nargs="+", type=Path, metavar="FILE")
    one.add_argument("--kind", choices=[kind.value for kind in Kind], help="what the files hold")
    one.add_argument("--as-of", type=day, metavar="DATE", help="the day the export shows (YYYY-MM-DD)")
    one.add_argument("--map", action="append", default=[], metavar="canonical=Header", help="which column is which")
    one.add_argument("--date-order", choices=["dmy", "mdy", "ymd"], help="how to read 03/04/2025")
    one.add_argument("--repeats", choices=["versions", "lines"], help="what rows that repeat a deal are")
    one.add_argument("--key", action="append", default=[], metavar="HEADER", help="columns that name a deal; or: row")
    one.add_argument(
        "--answer",
        action="append",
        default=[],
        metavar="QUESTION=VALUE",
        help="answer to a question, as printed with it; identical=drop drops rows without an id that repeat another",
    )

    one = command(commands, "undo", files.run_undo, "take one import back, exactly", "undo 3")
    one.add_argument("import_id", type=int, metavar="IMPORT_ID")

    command(commands, "imports", files.run_imports, "list what was imported", "imports --json")

    one = command(
        commands, "settings", agreed.run_settings, "how the team counts", "settings --set week_start=sunday --json"
    )
    one.add_argument(
        "--set", action="append", default=[], metavar="name=value", help="change one, and count anew; may be repeated"
    )


def _numbers(commands: argparse._SubParsersAction[Parser]) -> None:
    """The KPIs, and expected value: over time, why it moved, and where deals get stuck."""
    one = command(
        commands, "kpis", numbers.run_kpis, "the KPIs", "kpis --kpi won_value --by month --from 2025-01-01 --json"
    )
    as_of(one)
    bounds(one)
    one.add_argument("--by", action="append", default=[], metavar="DIMENSION", help="cut by owner, team, month, …")
    one.add_argument("--kpi", action="append", metavar="NAME", help="only these; without it all that have the cut")
    words = "say what the KPIs are (all, or those named) instead of measuring them"
    one.add_argument("--describe", nargs="*", metavar="NAME", help=words)
    sliced(one)

    words = "every KPI: what it is, what it comes to, what it indicates here, where it is used"
    one = command(commands, "catalogue", catalogue.run_catalogue, words, "catalogue --json")
    as_of(one)
    bounds(one)
    one.add_argument("--kpi", action="append", metavar="NAME", help="only these")
    sliced(one)

    one = command(commands, "trend", numbers.run_trend, "TV, EV and EV/TV over time", "trend --grain month --json")
    one.add_argument("--grain", choices=["week", "month"], default="week")
    one.add_argument(
        "--chances",
        choices=["today", "then"],
        default="today",
        help="EV at today's win chances or at those of the time",
    )
    bounds(one)
    sliced(one)

    one = command(
        commands, "movement", numbers.run_movement, "why EV moved", "movement --from 2025-01-31 --to 2025-02-28"
    )
    one.add_argument("--from", dest="date_from", type=day, required=True, metavar="DATE", help="start: its end")
    one.add_argument("--to", dest="date_to", type=day, required=True, metavar="DATE", help="end: its end")
    sliced(one)

    words = "how deals go from stage to stage, and where they get stuck"
    one = command(commands, "milestones", run_milestones, words, "milestones --by source --json")
    as_of(one)
    one.add_argument("--by", choices=["cohort", "segment", "source", "owner"], help="cohort: by quarter of reaching it")
    sliced(one)


def _one_on_one(commands: argparse._SubParsersAction[Parser]) -> None:
    """The sheet of one rep."""
    name = "one-on-one"
    words = "one rep's sheet for a one-on-one, on one page"
    one = command(commands, name, run_one_on_one, words, f'{name} --owner "Ann Lee" --pdf ann.pdf')
    one.add_argument("--owner", required=True, metavar="NAME", help="the rep")
    one.add_argument("--pdf", type=Path, metavar="FILE", help="write it as PDF")
    one.add_argument("--html", type=Path, metavar="FILE", help="write it as one self-contained web page")
    one.add_argument("--with-notes", action="store_true", help="with the manager's notes of the last meeting")
    as_of(one)


def _quality(commands: argparse._SubParsersAction[Parser]) -> None:
    """Quality beside quantity, and the rule by which meetings are judged."""
    name = "quality"
    words = "how much is done and how good it is, with intervals and the five ways meetings ended"
    one = command(commands, name, quality.run_quality, words, f"{name} --by owner --from 2026-01-01 --json")
    one.add_argument("--by", choices=list(quality.BY), help="cut by one of these")
    example = "won_deals/qualified_meetings"
    one.add_argument("--ratio", action="append", default=[], metavar="KPI/KPI", help=f"any two counts, as {example}")
    _rule(one)
    bounds(one)
    sliced(one)

    name = "exceptions"
    words = "whether exceptions and hosted visits paid, beside meetings that met the rule"
    one = command(commands, name, quality.run_exceptions, words, f"{name} --json")
    _rule(one)
    bounds(one)
    sliced(one)

    name = "qualification"
    example = f'{name} set --needs authority --needs need --exception "Strategic account" --inside Inge --field Fred'
    words = "the agreed rule for a qualified meeting: show it, or agree on another"
    one = command(commands, name, quality.run_qualification, words, example)
    one.add_argument("action", choices=["show", "set"], nargs="?", default="show", help="default: show")
    one.add_argument("--needs", action="append", default=[], choices=NEEDS, help="must be known; may be repeated")
    one.add_argument("--for", dest="kinds", action="append", default=[], choices=KINDS, help="which kinds of meeting")
    one.add_argument(
        "--exception", action="extend", nargs="*", metavar="REASON", help="allowed reasons; none given: any reason"
    )
    one.add_argument("--hosted-visit", choices=["yes", "no"], help="whether a hosted visit qualifies itself")
    one.add_argument("--from", dest="date_from", type=day, metavar="DATE", help="first day; else the newest import's")
    one.add_argument("--inside", default="", metavar="NAME", help="who agreed for inside sales; needed to set")
    one.add_argument("--field", default="", metavar="NAME", help="who agreed for field sales; needed to set")
    one.add_argument("--by", action="append", default=[], help=argparse.SUPPRESS)  # refused: it names no side
    one.add_argument("--note", metavar="WORDS", help="why")
    one.add_argument("--recorded-at", type=moment, metavar="TIME", help="when it was agreed (YYYY-MM-DDTHH:MM)")


def _rule(one: argparse.ArgumentParser) -> None:
    words = "judge meetings by the rule in force then, or all by today's (default: then)"
    one.add_argument("--rule", choices=["then", "today"], default="then", help=words)


def _targets(commands: argparse._SubParsersAction[Parser]) -> None:
    """Targets: what was agreed with whom, and how likely it is."""
    words = "what was agreed with each person"
    group = commands.add_parser(
        "targets", help=words, description=f"{words[:1].upper()}{words[1:]}.",
        epilog="Example: python -m kpi_engine targets list --json",
    )  # fmt: skip
    inside = group.add_subparsers(dest="what", required=True, metavar="WHAT", parser_class=Parser)
    name = "targets list"
    one = command(inside, name, targets.run_list, "the targets that count, how far and how likely", f"{name} --json")
    _about(one, is_needed=False)
    as_of(one)
    one.add_argument("--all", action="store_true", help="also of periods that are over or to come")
    one.add_argument("--history", action="store_true", help="every decision that was made, instead")

    name, which = "targets set", '--owner "Ann Meyer" --kpi qualified_meetings --period 2026-Q3'
    example = f'{name} {which} --target 24 --agreed-with Mia --why "two new partners" --review 2026-08-03'
    one = command(inside, name, targets.run_set, "agree on a target", example)
    _about(one)
    one.add_argument("--target", required=True, metavar="NUMBER", help="shares between 0 and 1: 0.45 is 45 %%")
    _agreement(one)

    name = "targets review"
    example = f'{name} {which} --agreed-with Mia --review 2026-09-01 --why "it still holds"'
    one = command(inside, name, targets.run_review, "look at a target together and keep it", example)
    _about(one)
    _agreement(one)

    name = "targets withdraw"
    one = command(inside, name, targets.run_withdraw, "take one back", f"{name} {which} --agreed-with Mia")
    _about(one)
    _agreement(one, has_review=False)

    name = "feasibility"
    one = command(
        commands, name, targets.run_feasibility, "how likely a target is", f"{name} {which} --target 24 --json"
    )
    _about(one)
    one.add_argument("--target", required=True, metavar="NUMBER", help="shares between 0 and 1: 0.45 is 45 %%")
    as_of(one)


def _about(one: argparse.ArgumentParser, is_needed: bool = True) -> None:
    one.add_argument("--owner", required=is_needed, metavar="NAME", help="whose target")
    one.add_argument("--kpi", required=is_needed, metavar="NAME", help="of which KPI, as `kpis` lists them")
    one.add_argument("--period", required=is_needed, metavar="PERIOD", help="2026-Q3, 2026-08, 2026-W33, 2026")


def _agreement(one: argparse.ArgumentParser, has_review: bool = True) -> None:
    one.add_argument("--agreed-by", metavar="NAME", help="the person (default: the owner)")
    one.add_argument("--agreed-with", required=True, metavar="NAME", help="the other one who agrees")
    one.add_argument("--on", type=day, metavar="DATE", help="the day they agreed; else the day the data reach to")
    one.add_argument("--why", metavar="WORDS", help="why; it stands beside the target")
    if has_review:
        one.add_argument("--review", type=day, metavar="DATE", help="when they look at it again")
    one.add_argument("--by", metavar="NAME", help="who types this")
    one.add_argument("--recorded-at", type=moment, metavar="TIME", help="when it is typed (YYYY-MM-DDTHH:MM)")
    one.add_argument("--expect", type=int, metavar="VERSION", help="refuse if another version was made since this one")


def _worklist(commands: argparse._SubParsersAction[Parser]) -> None:
    """What is to be done next."""
    words = "the open deals that need somebody, and why"
    one = command(commands, "worklist", run_worklist, words, 'worklist --owner "Ann Lee" --json')
    as_of(one)
    sliced(one)


def _chances(commands: argparse._SubParsersAction[Parser]) -> None:
    """Win chances: what the history says, and what the team works with."""
    name = "probabilities"
    one = command(commands, name, chances.run_probabilities, "win chances by stage", f"{name} --json")
    one.add_argument("--as-of", type=day, metavar="DATE", help="from what was known at the end of this day")
    one.add_argument("--pipeline", action="append", default=[], metavar="NAME", help="only this pipeline")

    name = "accept-probabilities"
    one = command(commands, name, chances.run_accept, "work with the estimated win chances", f"{name} --by Ann")
    one.add_argument("--pipeline", metavar="NAME", help="only this pipeline")
    one.add_argument("--stage", metavar="NAME", help="only this stage")
    _decision(one)

    name = "override-probability"
    example = f'{name} --pipeline Sales --stage Proposal --probability 0.4 --reason "new price list"'
    one = command(commands, name, chances.run_override, "set one stage's win chance by hand", example)
    one.add_argument("--pipeline", metavar="NAME", help="where several have a stage of that name")
    one.add_argument("--stage", required=True, metavar="NAME")
    one.add_argument("--probability", required=True, metavar="SHARE", help="between 0 and 1: 0.4 is 40 %%")
    one.add_argument("--reason", required=True, metavar="WORDS", help="why; it stands beside the number")
    _decision(one)

    name = "withdraw-probabilities"
    words = "take the last decision back, an acceptance or a stage set by hand"
    one = command(commands, name, chances.run_withdraw, words, name)
    one.add_argument("--pipeline", metavar="NAME", help="with --stage: where several have one of that name")
    one.add_argument("--stage", metavar="NAME", help="the stage that was set by hand")
    _decision(one, has_effective=False)


def _lead_lag(commands: argparse._SubParsersAction[Parser]) -> None:
    """Leading and lagging, of the store's KPIs or of any weekly file."""
    one = command(
        commands,
        "lead-lag",
        run_lead_lag,
        "which KPI is followed by results, weeks later",
        "lead-lag --leading qualified_meetings --lagging won_deals --json; "
        "or of any file with a row per week: lead-lag --csv weeks.csv --date Week --x Calls Meetings --y Orders",
    )
    several = {"nargs": "+", "action": "extend"}
    one.add_argument("--leading", **several, metavar="KPI", help="KPIs of the store; else all leading ones")  # type: ignore[arg-type]
    results = f"the results; else {', '.join(RESULTS)}"
    one.add_argument("--lagging", **several, metavar="KPI", help=results)  # type: ignore[arg-type]
    one.add_argument("--csv", type=Path, metavar="FILE", help="a file with a row per week, instead of the store")
    one.add_argument("--x", **several, metavar="COLUMN", help="with --csv: columns that may lead")  # type: ignore[arg-type]
    one.add_argument("--y", **several, metavar="COLUMN", help="with --csv: columns that may follow")  # type: ignore[arg-type]
    one.add_argument("--date", metavar="COLUMN", help="with --csv: the column that says which week")
    one.add_argument("--date-order", choices=["dmy", "mdy"], help="with --csv: how to read 03/04/2025")
    as_of(one)
    sliced(one)


def _backtest(commands: argparse._SubParsersAction[Parser]) -> None:
    """Win chances of the past, beside what came of them."""
    name = "win-probability-backtest"
    words = "what would have been said of open deals in past months, and what came of it"
    one = command(commands, name, run_win_probability_backtest, words, f"{name} --json")
    as_of(one)
    one.add_argument("--pipeline", action="append", default=[], metavar="NAME", help="only this pipeline")


def _months(commands: argparse._SubParsersAction[Parser]) -> None:
    """Strong and lean months, how they fill, and what has to be begun when."""
    one = command(commands, "seasons", months.run_seasons, "strong and lean months", "seasons --kpi won_value --json")
    one.add_argument("--kpi", default="won_value", metavar="NAME", help="what is counted by month (%(default)s)")
    one.add_argument("--by-delivery", action="store_true", help="place won deals in the month of their delivery")
    as_of(one)
    sliced(one)

    one = command(
        commands, "booking-curve", months.run_booking_curve, "how a month fills", "booking-curve --month 2026-12 --json"
    )
    one.add_argument("--month", type=months.month_of, required=True, metavar="YYYY-MM", help="the month that fills")
    as_of(one)
    sliced(one)

    one = command(
        commands, "plan", months.run_plan, "work backwards from a month", "plan --month 2026-12 --target 300000"
    )
    one.add_argument("--month", type=months.month_of, required=True, metavar="YYYY-MM", help="the month to fill")
    one.add_argument("--target", type=months.amount_of, required=True, metavar="AMOUNT", help="what it is to come to")
    as_of(one)
    sliced(one)


def _forecast(commands: argparse._SubParsersAction[Parser]) -> None:
    """What is to come, and how right that was before."""
    one = command(
        commands, "forecast", forecast.run_forecast, "what the next months will bring", "forecast --horizon 3 --json"
    )
    _forecast_of(one)
    one.add_argument("--horizon", type=int, default=3, metavar="MONTHS", help="months after this one (default: 3)")
    one.add_argument("--by", choices=["owner", "team"], help="a forecast for each")
    words = "month (default; without --json quarters and fiscal year as well), quarter (this and the next), fiscal year"
    one.add_argument("--grain", choices=GRAINS, default="month", help=words)
    sliced(one)

    one = command(
        commands, "accuracy", forecast.run_accuracy, "how past forecasts went, beside plain rules", "accuracy --json"
    )
    _forecast_of(one)
    sliced(one)


def _decision(one: argparse.ArgumentParser, has_effective: bool = True) -> None:
    one.add_argument("--by", metavar="NAME", help="who decides")
    one.add_argument("--recorded-at", type=moment, metavar="TIME", help="when it was decided (YYYY-MM-DDTHH:MM)")
    if has_effective:
        one.add_argument(
            "--effective", type=day, metavar="DATE", help="the first day it counts; else the newest import's day"
        )


def _forecast_of(one: argparse.ArgumentParser) -> None:
    one.add_argument("--as-of", type=day, metavar="DATE", help="forecast from the end of this day")
    one.add_argument("--kpi", choices=["won_value", "won_deals"], default="won_value", help="what is forecast")
