"""What a file is recognised as, and what it leaves open."""

from decimal import Decimal

import pytest

from kpi_engine.ingest.detect import detect
from kpi_engine.ingest.shapes import Answers, Detection, Question, Staged
from kpi_engine.ingest.templates import template
from kpi_engine.ingest.validate import validate
from kpi_engine.names import COLUMNS, Kind
from tests.ingest.recognising import staged_text


def _question(detection: Detection, id_: str) -> Question | None:
    return next((q for q in detection.questions if q.id == id_), None)


def _headers(staged: Staged, detection: Detection) -> dict[str, str]:
    return {name: staged.header[position] for name, position in detection.mapping.items()}


@pytest.mark.parametrize("kind", list(Kind), ids=lambda k: k.value)
def test_every_template_is_recognised_as_its_kind_without_a_question(kind: Kind) -> None:
    file = staged_text(template(kind).decode("utf-8-sig"))
    seen = detect(file)
    assert seen.kind == kind
    assert seen.questions == ()
    assert set(seen.mapping) == {column.name for column in COLUMNS[kind]}


@pytest.mark.parametrize("kind", list(Kind), ids=lambda k: k.value)
def test_canonical_names_are_recognised_as_headers(kind: Kind) -> None:
    lines = template(kind).decode("utf-8-sig").splitlines()
    file = staged_text("\n".join([",".join(column.name for column in COLUMNS[kind]), *lines[1:]]))
    seen = detect(file)
    assert (seen.kind, seen.questions) == (kind, ())


def test_a_file_of_no_known_kind_is_said_to_be_none() -> None:
    seen = detect(staged_text("colour,weight\nred,12\nblue,13"))
    assert seen.kind is None
    assert seen.why_not


def test_a_file_that_lacks_a_needed_column_says_which() -> None:
    seen = detect(staged_text("Deal ID,Deal name,Owner,Amount\n1,A,Kim,10\n2,B,Lee,20"))
    assert seen.kind == Kind.DEALS
    needs = "Stage (or a status such as open, won or lost)"
    assert seen.why_not == (
        f"This looks like a file of deals, but it has no column for {needs}. "
        "Export it again with that, or say which column holds it."
    )


def test_a_list_of_deals_that_lacks_two_needed_columns_is_no_file_of_another_kind() -> None:
    seen = detect(staged_text("Deal ID,Deal name,Amount,Close date\n1,A,10,2026-01-05\n2,B,20,2026-01-06"))
    assert (seen.kind, bool(seen.why_not)) == (Kind.DEALS, True)
    assert "no column for Owner and Stage" in str(seen.why_not)


@pytest.mark.parametrize(
    "header",
    [
        "Account Name,Industry,Created Date,Last Activity,Employees",
        "Campaign Name,Status,Type,Start Date,Created Time",
        "product,series,sales_price",
    ],
)
def test_files_that_are_not_needed_are_said_not_to_be_and_nobody_is_sent_for_columns(header: str) -> None:
    seen = detect(staged_text(header + "\nA,b,c,d,e"[: 2 * len(header.split(","))]))
    assert seen.kind is None
    assert seen.why_not is not None
    assert seen.why_not.startswith("It is not needed here:")


def test_a_lone_close_date_is_both_the_expected_and_the_actual_one() -> None:
    seen = detect(staged_text("Deal ID,Owner,Stage,Close Date\n1,Kim,Lead,2025-01-31"))
    assert seen.mapping["closed_at"] == seen.mapping["expected_close_date"] == 3


def test_beside_an_expected_date_a_close_date_is_the_actual_one() -> None:
    seen = detect(staged_text("Deal ID,Owner,Stage,Expected close date,Close Date\n1,Kim,Lead,2025-01-31,"))
    assert (seen.mapping["expected_close_date"], seen.mapping["closed_at"]) == (3, 4)


@pytest.mark.parametrize("header", ["Weighted amount", "Weighted value", "Prorated Revenue"])
def test_a_weighted_amount_is_never_the_amount(header: str) -> None:
    seen = detect(staged_text(f"Deal ID,Owner,Stage,{header}\n1,Kim,Lead,10\n2,Lee,Won,20"))
    assert seen.kind == Kind.DEALS
    assert "amount" not in seen.mapping


def test_expected_revenue_of_an_unknown_crm_is_asked_about() -> None:
    file = staged_text("Deal ID,Owner,Stage,Expected Revenue\n1,Kim,Lead,10\n2,Lee,Won,20")
    question = _question(detect(file), "mapping:amount")
    assert question is not None
    assert question.must
    answered = detect(file, Answers(mapping={"amount": "Expected Revenue"}))
    assert answered.questions == ()
    assert answered.mapping["amount"] == 3


def test_a_header_that_is_only_like_a_known_one_is_asked_about_where_it_matters() -> None:
    file = staged_text("Deal ID,Owner,Stage,Deal Vallue,Lead Sorce\n1,Kim,Lead,10,Fair\n2,Lee,Won,20,Web")
    seen = detect(file)
    amount, source = _question(seen, "mapping:amount"), _question(seen, "mapping:source")
    assert amount is not None
    assert source is not None
    assert (amount.must, source.must) == (True, False)
    assert amount.suggested == "Deal Vallue"


def test_two_headers_that_mean_the_same_are_asked_about_when_they_differ() -> None:
    differ = detect(staged_text("Deal ID,Owner,Stage,Deal value,Contract value\n1,Kim,Lead,10,11\n2,Lee,Won,20,20"))
    question = _question(differ, "mapping:amount")
    assert question is not None
    assert question.must
    assert {option.value for option in question.options} == {"Deal value", "Contract value", ""}
    same = detect(staged_text("Deal ID,Owner,Stage,Deal value,Contract value\n1,Kim,Lead,10,10\n2,Lee,Won,20,20"))
    assert _question(same, "mapping:amount") is None


def test_an_empty_column_gives_way_to_a_filled_one() -> None:
    file = staged_text("Deal ID,Owner,Stage,Deal value,Contract value\n1,Kim,Lead,,11\n2,Lee,Won,,20")
    seen = detect(file)
    assert _headers(file, seen)["amount"] == "Contract value"
    assert seen.questions == ()


def test_a_column_called_a_date_that_holds_words_is_asked_about_and_never_dropped_in_silence() -> None:
    file = staged_text("Deal ID,Owner,Stage,Created\n1,Kim,Lead,by phone\n2,Lee,Won,by mail")
    assert [(q.id, q.suggested) for q in detect(file).open_questions] == [("mapping:created_at", "Created")]
    assert "created_at" not in detect(file, Answers(mapping={"created_at": ""})).mapping


def test_a_person_may_say_which_column_is_which() -> None:
    file = staged_text("Vorgang,Mensch,Stand,Geld\n1,Kim,Lead,10")
    assert detect(file).kind is None
    answers = Answers(
        kind=Kind.DEALS, mapping={"deal_id": "Vorgang", "owner": "mensch", "stage": "Stand", "amount": "Geld"}
    )
    seen = detect(file, answers)
    assert (seen.kind, seen.why_not, seen.open_questions) == (Kind.DEALS, None, ())
    assert _headers(file, seen) == {"deal_id": "Vorgang", "owner": "Mensch", "stage": "Stand", "amount": "Geld"}


def test_a_mapping_alone_tells_the_kind() -> None:
    file = staged_text("Vorgang,Mensch,Stand\n1,Kim,Lead")
    assert detect(file, Answers(mapping={"deal_id": "Vorgang", "owner": "Mensch", "stage": "Stand"})).kind == Kind.DEALS


def test_a_mapping_to_a_column_that_is_not_there_is_asked_again() -> None:
    file = staged_text("Deal ID,Owner,Stage\n1,Kim,Lead")
    question = _question(detect(file, Answers(mapping={"amount": "Betrag"})), "mapping:amount")
    assert question is not None
    assert "'Betrag'" in question.text


def test_a_mapping_can_take_a_column_away() -> None:
    file = staged_text("Deal ID,Owner,Stage,Amount\n1,Kim,Lead,5")
    assert "amount" not in detect(file, Answers(mapping={"amount": ""})).mapping


def test_a_quota_file_without_a_kpi_means_won_value() -> None:
    seen = detect(staged_text("rep_name,quarter,quota_amount\nKim,2025-Q1,1000"))
    assert (seen.kind, seen.constants) == (Kind.TARGETS, {"kpi": "won_value"})


def test_first_and_last_name_are_read_together() -> None:
    seen = detect(staged_text("User ID,First Name,Last Name,Email,Role\n1,Kim,Tran,k@example.com,rep"))
    assert seen.kind == Kind.PEOPLE
    assert seen.joined["owner"] == (1, 2)


def test_the_signature_is_the_same_for_the_same_headers_only() -> None:
    first = detect(staged_text("Deal ID,Owner,Stage\n1,Kim,Lead")).header_signature
    again = detect(staged_text("deal_id,OWNER,Stage\n7,Lee,Won")).header_signature
    other = detect(staged_text("Owner,Deal ID,Stage\nKim,1,Lead")).header_signature
    assert first == again != other


@pytest.mark.parametrize(
    ("headers", "form"),
    [
        ("OpportunityId,StageName,Amount,CloseDate,CreatedDate", "events"),
        ("OpportunityId,Field,OldValue,NewValue,CreatedDate", "field_history"),
        ("deal_id,change_time,changed_field_key,new_value", "change_log"),
        ("Deal ID,From stage,To stage,Changed at", "events"),
        ("Deal ID,Changed at,Field,Old value,New value", "field_history"),
        ("Deal ID,Timestamp,Property,Value", "change_log"),
    ],
)
def test_stage_changes_are_recognised_in_every_form(headers: str, form: str) -> None:
    seen = detect(staged_text(headers + "\n" + ",".join("" for _ in headers.split(","))))
    assert (seen.kind, seen.form, seen.why_not) == (Kind.STAGE_CHANGES, form, None)
    if form in ("field_history", "change_log"):
        assert {"deal_id", "changed_at", "field", "new_value"} <= seen.field_columns.keys()


def test_salesforces_list_of_history_fields_is_no_history() -> None:
    assert (
        detect(staged_text("Id,TableEnumOrId,FieldEnumOrId,CreatedById,CreatedDate\n1,Case,Asset,2,2018-10-13")).kind
        is None
    )


@pytest.mark.parametrize(
    ("headers", "type_"),
    [
        ("Call Owner,Call Start Time,Subject,Call Duration (in seconds)", "call"),
        ("Event Owner,Start DateTime,End DateTime,Subject", "meeting"),
        ("Task Owner,Subject,Due Date,Status", "task"),
        ("Id,Subject,OwnerId,WhatId,StartDateTime,EndDateTime,DurationInMinutes", "meeting"),
    ],
)
def test_an_export_of_one_type_of_activity_says_so_for_every_row(headers: str, type_: str) -> None:
    seen = detect(staged_text(headers + "\n" + ",".join("" for _ in headers.split(","))))
    assert (seen.kind, seen.constants["activity_type"], seen.why_not) == (Kind.ACTIVITIES, type_, None)


def test_a_companys_own_columns_stand_beside_those_of_its_crm() -> None:
    header = "Deal Owner,Deal Name,Stage,Amount,Created Time,Expected Close Date,Closed Date,Budget"
    file = staged_text(header + "\nKim,A,New,5,2025-01-01,2025-05-01,,yes")
    seen = detect(file)
    assert seen.crm == "zoho"
    mapped = _headers(file, seen)
    assert mapped["budget"] == "Budget"
    assert (mapped["expected_close_date"], mapped["closed_at"]) == ("Expected Close Date", "Closed Date")


def test_seconds_become_minutes() -> None:
    seen = detect(staged_text("Call Owner,Call Start Time,Call Duration (in seconds)\nKim,2025-01-01 10:00,90"))
    assert seen.factors == {2: 1 / 60}


def test_hubspots_probability_is_a_share_and_others_are_per_cents() -> None:
    header = "Deal Name,Deal Stage,Deal owner,Record ID,Deal probability"
    shares = detect(staged_text(header + "\nA,New,Kim,1,0.2\nB,Won,Lee,2,1"))
    assert (shares.crm, shares.percent) == ("hubspot", frozenset())
    cents = detect(staged_text("Deal ID,Owner,Stage,Probability\n1,Kim,New,20\n2,Lee,Won,100"))
    assert cents.percent == frozenset({3})
    plain = detect(staged_text("Deal ID,Owner,Stage,Probability\n1,Kim,New,0.2\n2,Lee,Won,1"))
    assert plain.percent == frozenset()


def test_a_file_that_cannot_be_placed_says_what_it_comes_nearest_to_and_what_it_lacks() -> None:
    seen = detect(staged_text("Customer,Amount,Close date,Product\nBay Hotel,1000,2026-01-05,Charter"))
    assert seen.kind is None
    assert seen.why_not is not None
    assert seen.why_not.startswith("It comes nearest to a file of deals: it has the columns 'Customer', 'Amount'")
    assert "and none for Owner and Stage (or a status such as open, won or lost)." in seen.why_not
    far = detect(staged_text("Colour,Shape\nred,round"))
    assert far.why_not is not None
    assert far.why_not.startswith("It is not needed here:")


@pytest.mark.parametrize(
    "header",
    [
        "ID,Affaire,Client,Nom du contact,Suivi par,Étape,Probabilité,Revenu",
        "Id,Name,Account name,Related contacts,Deal pipeline,Deal stage,Lost reason,Salesman",
    ],
)
def test_a_list_with_stages_and_amounts_is_never_one_of_contacts(header: str) -> None:
    seen = detect(staged_text(f"{header}\n1,Quay,Quay Ltd,Ann,Kim,Lead,40,10"))
    assert seen.kind != Kind.CONTACTS


def test_a_stage_history_of_zoho_is_no_list_of_deals() -> None:
    header = "Record Id,Deal Name.id,Deal Name,Stage,Amount,Closing Date,Stage Duration (Calendar Days),Modified Time"
    file = staged_text(f"{header},Modified By\n7,1,Quay,Lead,10,2025-02-01,4,2025-01-01 10:00:00,Kim")
    seen = detect(file)
    assert (seen.kind, seen.form, seen.crm, seen.open_questions) == (Kind.STAGE_CHANGES, "events", "zoho", ())
    assert _headers(file, seen)["deal_id"] == "Deal Name.id"


HOME = "Record ID,Deal Name,Deal Stage,Deal owner,Amount,Amount in company currency,Currency"


def test_amounts_in_several_currencies_are_taken_in_the_companys_own() -> None:
    file = staged_text(f"{HOME}\n1,a,Lead,Kim,10,8,USD\n2,b,Lead,Kim,5,5,EUR\n3,c,Lead,Kim,7,9,GBP")
    seen = detect(file)
    assert (_headers(file, seen)["amount"], seen.constants["currency"]) == ("Amount in company currency", "EUR")
    assert ("currency" in seen.mapping, seen.open_questions) == (False, ())
    [question] = [q for q in seen.questions if q.id == "mapping:amount"]
    assert question.options[1].value == "Amount"
    own = detect(file, Answers(mapping={"amount": "Amount"}))
    assert (_headers(file, own)["amount"], _headers(file, own)["currency"]) == ("Amount", "Currency")


def test_a_currency_whose_amounts_are_only_sometimes_the_same_is_not_the_companys() -> None:
    seen = detect(staged_text(f"{HOME}\n1,a,Lead,Kim,10,10,USD\n2,b,Lead,Kim,5,4,USD\n3,c,Lead,Kim,7,9,GBP"))
    assert ("currency" in seen.constants, "currency" in seen.mapping) == (False, False)


@pytest.mark.parametrize(
    "rows", ["1,a,Lead,Kim,10,8,USD\n2,b,Lead,Kim,5,4,USD", "1,a,Lead,Kim,10,8,USD\n2,b,Lead,Kim,5,,EUR"]
)
def test_one_currency_or_an_amount_that_is_not_converted_leaves_the_amount_alone(rows: str) -> None:
    file = staged_text(f"{HOME}\n{rows}")
    assert _headers(file, detect(file))["amount"] == "Amount"


def test_a_column_of_a_crm_that_is_empty_gives_way_to_its_next_name() -> None:
    header = "Topic,Owner,Est. Revenue,Pipeline Phase,Status Reason,Status"
    file = staged_text(f"{header}\nQuay,Kim,10,,In Progress,Open\nPier,Kim,20,,Won,Won")
    assert _headers(file, detect(file))["stage"] == "Status Reason"


@pytest.mark.parametrize(
    ("header", "cell", "amount"),
    [
        ("Amount (k€)", "12.5", "12500"),
        ("Betrag (T€)", "12.5", "12500"),
        ("Amount in thousands", "12.5", "12500"),
        ("Deal value ($M)", "1.25", "1250000"),
        ("Amount (k€)", "12.5K", "12500"),
        ("Amount (EUR)", "12.5", "12.5"),
    ],
)
def test_a_unit_in_the_header_makes_whole_amounts_and_is_said(header: str, cell: str, amount: str) -> None:
    file = staged_text(f"Deal ID,Owner,Stage,{header}\n1,Kim,Lead,{cell}\n2,Lee,Lead,2")
    seen = detect(file)
    assert seen.open_questions == ()
    read = validate(file, seen, Answers())
    assert read.tables["raw_deals"]["amount"].to_pylist()[0] == Decimal(amount)
    assert any("multiplied" in issue.why for issue in read.issues) == (seen.factors != {})


@pytest.mark.parametrize("prefix", ["Opportunity: ", "deal."])
def test_the_object_that_all_columns_are_of_is_no_part_of_their_names(prefix: str) -> None:
    names = ("ID", "Name", "Owner", "Stage", "Amount", "Created Date")
    file = staged_text(",".join(prefix + name for name in names) + "\n1,Quay,Kim,Lead,10,2025-01-02")
    seen = detect(file)
    assert (seen.kind, seen.open_questions) == (Kind.DEALS, ())
    assert {"deal_id", "owner", "stage", "amount", "created_at"} <= seen.mapping.keys()


def test_amounts_that_say_several_currencies_are_each_in_their_own() -> None:
    file = staged_text("Deal ID,Owner,Stage,Amount\n1,Kim,Lead,€ 10\n2,Lee,Lead,USD 20\n3,Lee,Lead,30\n4,Lee,Lead,CA$5")
    read = validate(file, detect(file), Answers())
    assert read.tables["raw_deals"]["currency"].to_pylist() == ["EUR", "USD", None, "CAD"]
    assert any("several currencies (CAD, EUR, USD)" in issue.why for issue in read.issues)


def test_one_sign_for_all_amounts_names_no_currency() -> None:
    file = staged_text("Deal ID,Owner,Stage,Amount\n1,Kim,Lead,$10\n2,Lee,Lead,$20")
    assert "currency" not in validate(file, detect(file), Answers()).tables["raw_deals"].column_names


@pytest.mark.parametrize(
    "header",
    [
        "hs_object_id,dealname,hubspot_owner_id,dealstage,amount,closedate,createdate",
        "id,title,owner_name,stage_id,value,close_time,add_time,status",
        "Opportunity-Inhaber,Accountname,Opportunity-Name,Phase,Betrag,Schlusstermin,Erstelldatum",
        "Propriétaire de l'opportunité,Nom du compte,Nom de l'opportunité,Étape,Montant,Date de clôture",
        "Opportunity,SDR,AE,Stage,Amount,Create Date,Close Date",
        "RecordId,OpportunityName,OpportunityValue,CurrentStage,OpportunityState,ResponsibleUser,DateCreated",
        "Deal name,Owner,Stage,Estimated value,Added On",
        "Propietario de oportunidad,Nombre de la cuenta,Nombre de la oportunidad,Etapa,Importe,Fecha de cierre",
    ],
)
def test_what_an_interface_or_another_language_calls_the_columns_is_known(header: str) -> None:
    seen = detect(staged_text(header))
    assert (seen.kind, seen.why_not, seen.open_questions) == (Kind.DEALS, None, ())
    assert {"owner", "stage", "amount", "deal_name"} <= seen.mapping.keys()


def test_how_many_dates_prove_an_order_is_counted_as_people_count() -> None:
    rows = "1,Kim,Lead,13/01/2026\n2,Kim,Lead,01/14/2026\n3,Kim,Lead,01/15/2026"
    (question,) = detect(staged_text("Deal ID,Owner,Stage,Created\n" + rows)).open_questions
    assert [option.label.split("(")[1] for option in question.options] == [
        "1 date can only be read so)",
        "2 dates can only be read so)",
    ]


def test_a_day_that_is_in_no_calendar_raises_no_question_of_order() -> None:
    rows = "1,Kim,Lead,2026-01-13\n2,Kim,Lead,31/02/2026\n3,Kim,Lead,2026-01-15"
    assert detect(staged_text("Deal ID,Owner,Stage,Created\n" + rows)).questions == ()
