"""The sheet: one page whatever is on it, nothing fetched, nothing of a file taken for markup, no sign swallowed."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi_engine.names import Status
from kpi_engine.views.coaching import Question
from kpi_engine.views.one_on_one import Action, Meeting, OneOnOne
from kpi_engine.views.one_on_one_facts import Deal, Indicator, Lagging, Quality, Span
from kpi_engine.views.sheet import safe_name, sheet_of
from kpi_engine.views.sheet_drawing import shares, sparkline
from kpi_engine.views.sheet_html import sheet_html
from kpi_engine.views.sheet_letters import LETTERS
from kpi_engine.views.sheet_pdf import sheet_pdf
from tests.views.one_on_ones import seen, small_store

HOSTILE = "<script>alert(1)</script>\" onload='x' #panic() $x$ @label *b* \\ & {{7*7}} https://evil.example/x.png"


def action(text: str, i: int = 0, state: str = "overdue") -> Action:
    return Action(f"a{i}", i, text, text, date(2025, 9, 1), "overdue since 1 Sep 2025", state)  # type: ignore[arg-type]


def crowded(text: str) -> OneOnOne:
    """As much of everything as there can be, with the same text in every place that comes from people or files."""
    met = "16,048 meetings held, 1,234.5 a week; 40 % of 999 qualified (30–50 %)"
    span = Span("Last 13 weeks", "1,234.5", 0.4, 0.3, 0.5, "of 999 (30–50 %)", met)
    indicator = Indicator(
        "meetings_held", "Hosted visits held", "1,234.5 a week", "1,234.5 usual for the time of the year", "+100 %",
        "up", True, True, 26, Status.OK, tuple(float(i % 7) for i in range(26)), 3.0,
        "Target, not agreed yet: 1,250 in 2026-Q3, too early to say", "1,000 of 1,250; 1,100 by now would be on pace",
    )  # fmt: skip
    won = Lagging("Won this quarter", "A$1.23M, 123 deals", "A$1.23M, 123 deals by the same day a year ago")
    return OneOnOne(
        owner=text,
        reps=(),
        as_of=date(2025, 9, 30),
        is_shared=False,
        since="No meeting is written down yet, so the last four weeks are looked at, from 31 Dec 2025.",
        moved="Expected value rose by A$1.23M to A$12.3M since 3 Aug 2026. " + "A$18k came from new deals. " * 9,
        counted="Since 3 Aug 2026: 1,234 new deals, 567 won and 890 lost.",
        done=tuple(action(text, i, "done") for i in range(12)),
        indicators=(indicator,) * 6,
        weeks_note="A week is the mean of the 4 whole weeks to 28 Sep, any other may be chance.",
        quality=Quality("", (span, span)),
        deals=tuple(Deal(str(i), text, text, "A$1.23M", text, text, text) for i in range(5)),
        more_deals=1234,
        lagging=(won, won),
        questions=tuple(Question("deal", f"What would bring “{text}” on?", text) for _ in range(5)),
        actions=tuple(action(text, i) for i in range(40)),
        meetings=(Meeting("m", 1, date(2025, 9, 1), "1 Sep 2025", "\n".join([text] * 50), ()),),
    )


def read(pdf: bytes) -> tuple[int, str]:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return len(pages), " ".join("".join(page.extract_text() for page in pages).split())


def test_the_pdf_is_one_page_of_a4_and_says_what_the_view_says() -> None:
    with small_store() as store:
        view = seen(store)
    made = sheet_pdf(view)
    pages, said = read(made)
    assert pages == 1
    box = pypdf.PdfReader(io.BytesIO(made)).pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (595, 842)
    for words in (
        "One-on-one: Ann Lee", "31 Aug 2025", "2 a week", "Harbour", "Next step 11 days overdue", "44 meetings held",
        "4 in the 26 weeks to 3 Aug", "17 weeks to 1 Jun", "Last 13 weeks, to 31 Aug",
        "own 26 weeks to 3 Aug. A change that is more than chance says so",
    ):  # fmt: skip
        assert words in said, words
    assert made == sheet_pdf(view)  # the same bytes: no clock in it


@pytest.mark.parametrize("text", ["w" * 400, "Wide Words " * 60, "x", HOSTILE * 5])
def test_it_stays_one_page_however_much_there_is_and_says_what_was_cut(text: str) -> None:
    pages, said = read(sheet_pdf(crowded(text), with_notes=True))
    assert pages == 1
    assert "and 1,234 more" in said
    assert "and 35 more" in said  # of 40 actions, five are shown
    assert "Won this quarter" in said  # nothing ran off the page
    assert said.rstrip().endswith(("any other may be chance.", "they are."))


def test_what_comes_from_people_is_never_code_in_the_pdf() -> None:
    _, said = read(sheet_pdf(crowded(HOSTILE), with_notes=True))
    assert "<script>alert(1)</script>" in said
    assert "#panic()" in said


def test_a_sign_the_typeface_lacks_is_told_by_its_number_and_that_is_said() -> None:
    _, said = read(sheet_pdf(replace(crowded("x"), owner="張 Zoë Жanna 😀")))
    assert "One-on-one: [U+5F35] Zoë Жanna [U+1F600]" in said
    assert "Signs this typeface lacks" in said
    assert "Signs this typeface lacks" not in read(sheet_pdf(crowded("Zoë Ω Ж")))[1]
    assert "張 Zoë Жanna 😀" in sheet_html(replace(crowded("x"), owner="張 Zoë Жanna 😀"))


def test_every_letter_that_is_called_writable_is_written() -> None:
    """PDF/A refuses a sign no typeface has: none of ours is refused, and the neighbours of ours are."""
    import typst

    source = b'#set text(font: "Libertinus Serif")\n#for c in json(bytes(sys.inputs.data)) [#c ]'

    def set_them(signs: list[str]) -> None:
        data = {"data": json.dumps(signs)}
        typst.compile(source, format="pdf", sys_inputs=data, ignore_system_fonts=True, pdf_standards="a-2u")

    set_them([chr(code) for first, last in LETTERS for code in range(first, last + 1)])
    with pytest.raises(typst.TypstError, match="could not be displayed"):
        set_them(["張"])


@settings(max_examples=25)
@given(st.text(alphabet=st.characters(exclude_categories=("Cs",)), min_size=1, max_size=80))
def test_any_text_makes_a_sheet(text: str) -> None:
    assert read(sheet_pdf(crowded(text), with_notes=True))[0] == 1


class Parsed(HTMLParser):
    """The page as a browser would take it apart."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_the_page_fetches_nothing_and_takes_no_name_for_markup() -> None:
    page = sheet_html(crowded(HOSTILE), with_notes=True)
    parsed = Parsed(page)
    assert {tag for tag, _ in parsed.tags} <= {
        "html", "head", "meta", "title", "style", "body", "main", "header", "h1", "h2", "h3", "p", "div", "section",
        "table", "tr", "th", "td", "b", "span", "ul", "li", "svg", "line", "polyline", "circle", "text", "footer",
    }  # fmt: skip
    held = {name for _, attributes in parsed.tags for name in attributes}
    assert not held & {"src", "href", "srcset", "data", "action", "onload", "onclick", "style", "background"}
    assert "url(" not in page
    assert "@import" not in page
    values = {value for _, attributes in parsed.tags for value in attributes.values() if value and "//" in value}
    assert values == {"http://www.w3.org/2000/svg"}  # the name of SVG, which nobody fetches
    assert HOSTILE[:60] in "".join(parsed.text)


def test_the_page_has_a_policy_that_forbids_everything_but_its_own_style() -> None:
    assert "default-src 'none'; style-src 'unsafe-inline'" in sheet_html(crowded("x"))


def test_the_file_is_named_by_us() -> None:
    assert safe_name(replace(crowded("x"), owner="../../etc/passwd\n"), "html") == "one-on-one-2025-09-30.html"


def test_short_lists_are_whole_and_say_nothing_of_more() -> None:
    with small_store() as store:
        sheet = sheet_of(seen(store))
    assert [one.text for one in sheet.deals] == ["Harbour"]
    assert sheet.actions == ()
    assert sheet.notes == ()


def test_notes_are_on_a_sheet_only_where_they_were_asked_for() -> None:
    view = crowded("x")
    noted = replace(view, meetings=(replace(view.meetings[0], notes="Seems tired"),))
    assert "Seems tired" not in sheet_html(noted) + read(sheet_pdf(noted))[1]
    assert "Seems tired" in sheet_html(noted, with_notes=True)
    assert "Seems tired" in read(sheet_pdf(noted, with_notes=True))[1]


def test_pictures_are_drawn_to_scale() -> None:
    drawn = sparkline([0.0, 5.0, 10.0], 5.0)
    # 26 high with 2 at either end: 0 lies at 24, 5 at 13, 10 at 2; across 120 in steps of 58.
    assert 'points="2.0,24.0 60.0,13.0 118.0,2.0"' in drawn
    assert 'y1="13.0"' in drawn
    assert sparkline([1.0], 1.0) == ""
    assert 'cx="88.0"' in shares([Span("", "", 0.4, 0.3, 0.5, "", "")])  # 40 % of 220
    assert shares([Span("", "", None, None, None, "", "")]) == ""


def test_each_bar_has_its_name_and_number_and_stands_over_a_scale() -> None:
    before = Span("26 weeks <to> 1 Jun", "", 0.4, 0.3, 0.5, "", "")
    drawn = shares([before, Span("Last 13 weeks", "", 0.07, 0, 0.2, "", "")])
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", drawn)
    assert texts == ["26 weeks &lt;to&gt; 1 Jun", "40 %", "Last 13 weeks", "7 %", "0 %", "50 %", "100 %"]
    assert drawn.count("Libertinus Serif") == 1, "the one typeface a PDF has"
    _, said = read(sheet_pdf(crowded("x")))
    assert "0 % 50 % 100 %" in said
