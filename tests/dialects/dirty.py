"""A seeded generator of dirty exports of deals, with the truth beside them.

What it damages is what people's exports are damaged by: encodings, delimiters, decimal commas, date orders, titles,
footers, repeated headers, totals, blank lines, ragged rows, quoted newlines, cells that are no number and no date.
Every file carries the deals it was made from, so that a reader can be held to them: each deal read exactly, or named in
the report.
"""

from __future__ import annotations

import csv
import io
import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

STAGES = ("Prospecting", "Qualification", "Proposal", "Negotiation", "Closed Won", "Closed Lost")
OWNERS = ("Zoë Lütt", "Ana Núñez", "Bo Ek", "D'Arcy, Jim", "李娜")
ACCOUNTS = (
    "Acme, Inc.",
    'The "Best" Shop',
    "Café Größe",
    "Smith & Sons",
    "=Formula Ltd",
    "North\nSouth Trading",
    "000123",
    "Total Energies",
)

HEADERS = {
    "salesforce_report": (
        "Opportunity ID",
        "Opportunity Name",
        "Account Name",
        "Opportunity Owner",
        "Stage",
        "Amount",
        "Created Date",
        "Close Date",
    ),
    "salesforce_export": ("Id", "Name", "AccountId", "OwnerId", "StageName", "Amount", "CreatedDate", "CloseDate"),
    "hubspot": (
        "Record ID",
        "Deal Name",
        "Associated Company (Primary)",
        "Deal owner",
        "Deal Stage",
        "Amount",
        "Create Date",
        "Close Date",
    ),
    "pipedrive": (
        "Deal - ID",
        "Deal - Title",
        "Deal - Organization",
        "Deal - Owner",
        "Deal - Stage",
        "Deal - Value",
        "Deal - Deal created",
        "Deal - Deal closed on",
    ),
    "zoho": ("Record Id", "Deal Name", "Account Name", "Deal Owner", "Stage", "Amount", "Created Time", "Closing Date"),
    "plain": ("deal_id", "deal_name", "account", "owner", "stage", "amount", "created_at", "closed_at"),
}

DATE_FORMATS = {
    "iso": ("%Y-%m-%d", "ymd"),
    "iso_time": ("%Y-%m-%d 00:00:00", "ymd"),
    "slash_mdy": ("%m/%d/%Y", "mdy"),
    "slash_dmy": ("%d/%m/%Y", "dmy"),
    "dots": ("%d.%m.%Y", "dmy"),
    "short": ("%d-%m-%y", "dmy"),
    "words": ("%d %b, %Y", "dmy"),
}


@dataclass(frozen=True)
class Deal:
    """The truth about one deal."""

    deal_id: str
    name: str
    account: str
    owner: str
    stage: str
    amount: Decimal | None
    created: date
    closed: date | None


@dataclass
class DirtyFile:
    """A file's bytes and what is true of it.

    ``spoiled``: ids of deals whose row was damaged beyond honest reading: they have to be reported.
    ``records``: rows after the header that hold anything at all, or are blank lines between rows.
    """

    seed: int
    data: bytes
    deals: dict[str, Deal]
    date_order: str
    decimal_mark: str
    spoiled: set[str] = field(default_factory=set)
    repeated: int = 0
    faults: list[str] = field(default_factory=list)


def _deals(rng: random.Random, n: int, id_style: str) -> list[Deal]:
    start = date(2023, 1, 1)
    made = []
    for i in range(n):
        created = start + timedelta(days=rng.randrange(700))
        stage = rng.choice(STAGES)
        closed = created + timedelta(days=rng.randrange(1, 200)) if stage.startswith("Closed") else None
        amount = None if rng.random() < 0.06 else Decimal(rng.randrange(100, 9_999_999)) / 100
        if amount is not None and rng.random() < 0.04:
            amount = -amount
        deal_id = {
            "number": str(1000 + i),
            "zeros": f"{i:07d}",
            "long": str(9_007_199_254_740_993_000 + i),
            "letters": f"D-{i:04d}",
        }[id_style]
        account = rng.choice(ACCOUNTS)
        made.append(Deal(deal_id, f"Deal {i}", account, rng.choice(OWNERS), stage, amount, created, closed))
    return made


def _number(amount: Decimal | None, style: str) -> str:
    if amount is None:
        return ""
    plain = f"{abs(amount):.2f}"
    grouped = f"{abs(amount):,.2f}"
    european = grouped.replace(",", " ").replace(".", ",").replace(" ", ".")
    sign = "-" if amount < 0 else ""
    return {
        "plain": sign + plain,
        "grouped": sign + grouped,
        "dollar": sign + "$" + grouped,
        "brackets": f"({grouped})" if amount < 0 else grouped,
        "european": sign + european,
        "euro": f"{sign}€ {european}",
        "euro_after": f"{sign}{european} €",
        "comma": sign + plain.replace(".", ","),
        "spaces": sign + grouped.replace(",", "\u00a0").replace(".", ","),
        "swiss": sign + grouped.replace(",", "'"),
    }[style]


def dirty_file(seed: int) -> DirtyFile:
    """The dirty export of this seed: the same seed gives the same bytes."""
    rng = random.Random(seed)
    dialect = rng.choice(sorted(HEADERS))
    number_style = rng.choice(
        (
            "plain",
            "plain",
            "grouped",
            "dollar",
            "brackets",
            "european",
            "euro",
            "euro_after",
            "comma",
            "spaces",
            "swiss",
        )
    )
    date_style = rng.choice(sorted(DATE_FORMATS))
    delimiter = rng.choice((",", ",", ";", "\t", "|"))
    encoding = rng.choice(("utf-8", "utf-8", "utf-8-sig", "cp1252", "utf-16"))
    newline = rng.choice(("\r\n", "\n"))
    quoting = rng.choice((csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    deals = _deals(rng, rng.choice((3, 8, 25, 60)), rng.choice(("number", "zeros", "long", "letters")))
    if encoding == "cp1252":
        deals = [d for d in deals if d.owner != "李娜"] or deals[:1]
        if any(d.owner == "李娜" for d in deals):
            encoding = "utf-8"
    pattern, order = DATE_FORMATS[date_style]
    made = DirtyFile(
        seed,
        b"",
        {d.deal_id: d for d in deals},
        order,
        "," if number_style in ("european", "euro", "euro_after", "comma", "spaces") else ".",
    )

    def written(deal: Deal) -> list[str]:
        closed = deal.closed.strftime(pattern) if deal.closed else ""
        return [
            deal.deal_id,
            deal.name,
            deal.account,
            deal.owner,
            deal.stage,
            _number(deal.amount, number_style),
            deal.created.strftime(pattern),
            closed,
        ]

    header = list(HEADERS[dialect])
    rows = [written(d) for d in deals]
    _spoil_cells(rng, made, deals, rows)
    lines = _lines_around(rng, made, header, rows, dialect)
    text = _text(rng, made, lines, delimiter, newline, quoting)
    made.data = text.encode(encoding)
    made.faults += [dialect, number_style, date_style, encoding, repr(delimiter)]
    return made


def _spoil_cells(rng: random.Random, made: DirtyFile, deals: list[Deal], rows: list[list[str]]) -> None:
    """Cells that are no number and no date: the row has to be reported, not read as something else."""
    if rng.random() < 0.5:
        return
    for index in rng.sample(range(len(rows)), k=min(len(rows), rng.choice((1, 1, 2, 3)))):
        fault = rng.choice(("#REF!", "31/02", "n/a?", "12,34,56x", "no id", "extra cells", "short row"))
        deal, row = deals[index], rows[index]
        if fault == "#REF!":
            row[5] = "#REF!"
        elif fault == "31/02":
            row[6] = made_impossible(row[6])
        elif fault == "n/a?":
            row[6] = "n/a?"
        elif fault == "12,34,56x":
            row[5] = "12,34,56x"
        elif fault == "no id":
            row[0] = ""
        elif fault == "extra cells":
            row.insert(2, "oops")
            row.append("more")
        else:
            del row[4:]
        made.spoiled.add(deal.deal_id)
        made.faults.append(fault)


def made_impossible(text: str) -> str:
    """The same date format with a day that does not exist."""
    if text[:4].isdigit():
        return text[:5] + "02-31" + text[10:]
    if " " in text:
        return "31 Feb, 2024"
    separator = next(c for c in "/.-" if c in text)
    year = text.split(separator)[2]
    return separator.join(("31", "02", year))


def _lines_around(
    rng: random.Random, made: DirtyFile, header: list[str], rows: list[list[str]], dialect: str
) -> list[list[str]]:
    """Titles, repeated headers, repeated rows, blank lines, totals and footers."""
    body: list[list[str]] = []
    for row in rows:
        body.append(row)
        if rng.random() < 0.02:
            body.append(list(row))
            made.repeated += 1
            made.faults.append("repeated row")
        if rng.random() < 0.02:
            body.append([])
            made.faults.append("blank line")
    if rng.random() < 0.12:
        body.insert(rng.randrange(len(body) + 1), list(header))
        made.faults.append("repeated header")
    if rng.random() < 0.15:
        body.append(["Total" if rng.random() < 0.5 else "Grand Total", "", "", "", "", "9999999.99", "", ""])
        made.faults.append("total")
    if dialect == "salesforce_report" and rng.random() < 0.6:
        body += [
            [],
            ["Pipeline by owner"],
            ["Copyright (c) 2000-2024 salesforce.com, inc. All rights reserved."],
            ["Confidential Information - Do Not Distribute"],
        ]
        made.faults.append("footer")
    lines = [header, *body]
    if rng.random() < 0.12:
        lines = [["Deals of our team"], [], *lines]
        made.faults.append("title")
    return lines


def _text(
    rng: random.Random, made: DirtyFile, lines: list[list[str]], delimiter: str, newline: str, quoting: int
) -> str:
    out = io.StringIO()
    if delimiter == ";" and rng.random() < 0.2:
        out.write("sep=;" + newline)
        made.faults.append("sep=")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=newline, quoting=quoting)  # type: ignore[arg-type]
    for line in lines:
        if line:
            writer.writerow(line)
        else:
            out.write(newline)
    text = out.getvalue()
    return text.rstrip("\r\n") if rng.random() < 0.2 else text
