"""What people call the canonical columns in files no CRM wrote: a spreadsheet, a report, a database export.

For each canonical column two lists: names that mean it and little else, and names that may mean it.
The canonical name itself and its label always mean it.
"""

from __future__ import annotations

from functools import cache

from kpi_engine.ingest.headers import normal
from kpi_engine.names import COLUMNS, Kind

_OWNER = (
    "owner name|sales owner|ae|closer|"
    "responsible user|responsible person|sales agent|sales rep|sales representative|salesperson"
    "|sales person|rep|rep name|account executive|sales executive|seller|assigned to"
    "|deal owner|opportunity owner|lead owner|account manager|verkäufer|"
    "vertriebsmitarbeiter|commercial|vendedor|verkoper|betreuer|kundenbetreuer|responsable commercial|venditore"
    "|owned by|comercial|eigentümer|deal eigentümer|datensatzeigentümer|zugewiesen an|zuständiger mitarbeiter"
    "|propriétaire de l'affaire|propietario del trato|asignado a|assigné à|attribué à|assegnato a",
    "owner id|sales rep id|rep id|salesperson id|agent|user|user name|owner email|assigned|"
    "assignee|responsible|employee|user id|account owner|besitzer|zuständig|propriétaire|propietario|proprietário"
    "|responsable|responsável|eigenaar|proprietario",
)
_DEAL_ID = (
    "deal number|deal no|deal ref|opportunity id|opp id|opportunity number|opportunity no|"
    "oppty id|potential id|deal key|quote id|quote number|item id auto generated|pulse id|deal nr|deal nummer"
    "|id opportunité|id de l'opportunité|id affaire|id de l'affaire|numéro d'affaire|id negocio|id del negocio"
    "|id oportunidad|id de la oportunidad|id oportunidade|id do negócio|id opportunità|id trattativa|verkaufschance id",
    "record id|datensatz id|id de registro|id do registro|id|ref|reference|number|no|key|deal"
    "|opportunity|nr|nummer|numéro|número|angebotsnummer|vorgangsnummer",
)
_ACCOUNT = (
    "account name|company|company name|customer|customer name|client|client name|"
    "organization|organisation|firma|kunde|société|cliente|klant|empresa",
    "account id|customer id|company id|prospect|lead",
)
_CONTACT = ("contact name|contact person|primary contact|ansprechpartner|person", "contact id|email")
_PIPELINE = ("pipeline name|sales pipeline|sales process|funnel", "record type|pipeline id|business unit")
_STAGE = (
    "deal stage|sales stage|stage name|opportunity stage|pipeline stage|current stage|"
    "funnel stage|phase|verkaufsphase|étape|etapa|fase",
    "stage id|step|milestone|state|stage label",
)
_AMOUNT = (
    "deal value|deal amount|value|estimated value|est value|auftragswert|dealwert|valor del negocio|valor do negócio"
    "|montant ht|opportunity amount|opportunity value|opp amount|"
    "close value|deal size|contract value|total contract value|tcv|acv"
    "|order value|betrag|montant|importe|bedrag|sales amount",
    "revenue|price|total|total amount|net amount|total value|total price|quote amount|arr|"
    "wert|valor|umsatz|gross amount|valeur|valore|waarde|importo|angebotswert|auftragssumme|angebotssumme",
)
_CURRENCY = ("currency code|deal currency|currency iso code|amount currency|iso code|währung|devise|moneda|valuta", "")
_CREATED = (
    "created date|create date|added on|creation date|date created|created on|created at|created time|"
    "date opened|open date|opened on|opened date|engage date|erstellungszeit|erstellt um"
    "|lead acquisition date|erstellt am|erstelldatum|date de création|fecha de creación|"
    "aanmaakdatum|erstellt|erstellungsdatum|angelegt am|créé le|creado el|creado|fecha creación|criado em"
    "|data de criação"
    "|data creazione|data di creazione|aangemaakt op",
    "start date|date entered|date added|added|add time|entry date|acquisition date|first contact date"
    "|first contact|opened",
)
_EXPECTED = (
    "expected close date|expected closing|expected closing date|estimated close date|"
    "est close date|forecast close date|forecast date|target close date"
    "|projected close date|planned close date|expected order date|expected date|"
    "anticipated close date|due to close|erwarteter abschluss|erwartetes abschlussdatum|voraussichtlicher abschluss"
    "|voraussichtliches abschlussdatum|geplanter abschluss|date de clôture prévue|clôture prévue"
    "|date de signature prévue"
    "|fecha prevista de cierre|fecha de cierre prevista|fecha estimada de cierre|cierre previsto|cierre estimado"
    "|data prevista de fechamento|data de fechamento prevista|previsão de fechamento|data di chiusura prevista"
    "|verwachte sluitingsdatum",
    "expected|estimated close|decision date",
)
_CLOSED = (
    "closed date|closed on|date closed|actual close date|actual closing date|closed time|"
    "close timestamp|deal closed on|order date|date of closing|geschlossen am|abgeschlossen am|clôturé le|fermé le"
    "|cerrado el|fecha de cierre real|fechado em|chiuso il|gesloten op",
    "end date|completed date|decided on",
)
LONE_CLOSE = tuple(
    normal(h)
    for h in (
        "close date",
        "closing date",
        "close",
        "date close",
        "closedate",
        "abschlussdatum",
        "date de clôture",
        "date de fermeture",
        "data de fechamento",
        "data di chiusura",
        "fecha de cierre",
        "sluitingsdatum",
    )
)
"""A close date that says neither expected nor actual: the one while the deal is open, the other afterwards."""

FIRST_NAMES = tuple(normal(h) for h in ("first name", "vorname", "prénom", "voornaam"))
LAST_NAMES = tuple(normal(h) for h in ("last name", "surname", "nachname", "familienname", "nom", "achternaam"))
"""The two parts of a person's name, where it stands in two columns."""

_BANT = {
    "budget": ("has budget|budget confirmed|budget ok", ""),
    "authority": ("has authority|decision maker|authority confirmed", ""),
    "need": ("has need|need confirmed|pain", ""),
    "timing": ("timeline|has timing|timeframe|time frame|timing confirmed", ""),
    "exception_reason": ("exception|reason for exception|allowed exception|exception note", ""),
}

SYNONYMS: dict[Kind, dict[str, tuple[str, str]]] = {
    Kind.DEALS: {
        "deal_id": _DEAL_ID,
        "deal_name": (
            "deal title|opportunity name|opp name|opportunity|deal|potential name|project name|"
            "quote name|projekt|projet|proyecto|vorhaben|geschäft|bezeichnung",
            "name|title|subject|project|description",
        ),
        "account": _ACCOUNT,
        "contact": _CONTACT,
        "owner": _OWNER,
        "team": ("sales team|team name|owner team|sales office", "department|regional office|owner role|division"),
        "pipeline": _PIPELINE,
        "stage": _STAGE,
        "status": (
            "deal status|deal state|opportunity state|outcome|deal outcome|opportunity status|won lost|result"
            "|won or lost|statut|estado"
            "|stato|situação",
            "closed status",
        ),
        "is_won": ("won flag|closed won|is closed won", ""),
        "is_closed": ("closed flag", ""),
        "stage_order": ("stage sequence|stage number|stage sort order|stage position", ""),
        "amount": _AMOUNT,
        "currency": _CURRENCY,
        "crm_probability": (
            "probability|win probability|win chance|close probability|confidence|chance|"
            "wahrscheinlichkeit|probabilité|probabilidad|probabilidade|probabilità|kans",
            "likelihood",
        ),
        "source": (
            "lead source|deal source|lead origin|source name|marketing source|channel|origin",
            "campaign|distribution channel",
        ),
        "product": ("product name|product type|product line|service|offering", "item|package|solution|sku"),
        "segment": (
            "industry|sector|market segment|customer segment|deal type|opportunity type|customer type",
            "type|region|territory|vertical|organization size|category",
        ),
        "created_at": _CREATED,
        "stage_changed_at": (
            "last stage change date|last stage update|stage changed at|stage change date|"
            "stage entered|stage since|in stage since|date last stage update",
            "",
        ),
        "expected_close_date": _EXPECTED,
        "closed_at": _CLOSED,
        "won_at": ("won date|date won|won time|won on", ""),
        "lost_at": ("lost date|date lost|lost time|lost on", ""),
        "delivery_date": (
            "service date|event date|departure date|charter date|travel date|date of service|"
            "installation date|go live date|arrival date",
            "delivery|ship date",
        ),
        "last_activity_at": (
            "last activity date|last contacted|last contact date|last contact|last touch|last touched",
            "",
        ),
        "next_step": ("next action|next activity|follow up", ""),
        "next_step_date": (
            "next action date|next activity date|follow up date|followup date|next follow up|"
            "next contact date|next contact",
            "",
        ),
        "lost_reason": ("loss reason|reason lost|reason for loss|closed lost reason|lost because", "close reason"),
        **_BANT,
    },
    Kind.STAGE_CHANGES: {
        "deal_id": _DEAL_ID,
        "changed_at": (
            "changed date|change date|changed on|change time|changed time|stage change date|"
            "stage changed at|stage changed on|date of change|entered at"
            "|entered date|entered on|date entered|stage entered at|stage entered date|stage date|"
            "transition date|transition time|moved at|moved on|entered|stage updated at|geändert am|phase geändert am"
            "|modifié le|date de changement|fecha de cambio|data da mudança|gewijzigd op",
            "timestamp|event time|date|time|when|modified time|modified date|effective date",
        ),
        "stage": (
            "to stage|new stage|stage after|stage to|stage entered|neue phase|nach phase|nouvelle étape|nueva etapa"
            "|nova etapa|nieuwe fase|" + _STAGE[0],
            _STAGE[1] + "|to",
        ),
        "old_stage": (
            "from stage|old stage|previous stage|prior stage|stage from|alte phase|von phase|vorherige phase"
            "|ancienne étape|étape précédente|etapa anterior|vorige fase",
            "from",
        ),
        "amount": _AMOUNT,
        "expected_close_date": (_EXPECTED[0] + "|close date|closing date", _EXPECTED[1]),
        "owner": _OWNER,
        "pipeline": _PIPELINE,
        "status": ("deal status|outcome", ""),
        "created_at": ("deal created|deal created at|created date|created at", ""),
        "lost_reason": ("loss reason|reason lost", ""),
        "old_amount": ("old amount|previous amount|prior amount|amount from", ""),
        "old_owner": ("old owner|previous owner|prior owner|owner from", ""),
        "old_expected_close_date": ("old close date|previous close date|prior close date|close date from", ""),
    },
    Kind.ACTIVITIES: {
        "activity_id": ("task id|event id|call id|meeting id|engagement id|interaction id", "id|record id"),
        "deal_id": (
            _DEAL_ID[0] + "|associated deal ids|deal|opportunity",
            "what id|related to|deal name|opportunity name",
        ),
        "account": _ACCOUNT,
        "contact": _CONTACT,
        "owner": ("activity owner|done by|performed by|" + _OWNER[0], _OWNER[1] + "|created by|mitarbeiter|medewerker"),
        "activity_type": (
            "activity|type of activity|interaction type|engagement type|task type|event type|"
            "activity kind|kind of activity|aktivität|aktivitätsart|aktivitätstyp|art der aktivität|type d'activité"
            "|tipo de actividad|tipo de atividade|tipo di attività",
            "type|kind|channel|action|art|typ|tipo",
        ),
        "subject": (
            "title|activity subject|description|topic|betreff|objet|asunto|oggetto|onderwerp",
            "note|notes|name|comment|comments|notiz|bemerkung|commentaire|nota",
        ),
        "occurred_at": (
            "activity date|activity time|activity datetime|occurred on|occurred|date time|datetime|"
            "start time|start date|meeting date|call date|due to|done at|done on|datum|fecha|data|aktivitätsdatum"
            "|date de l'activité|date d'activité|fecha de la actividad|fecha de actividad|data da atividade"
            "|anrufbeginn|startzeit|beginn",
            "due date|timestamp|created date|created at|created time|when|day|time|completed date",
        ),
        "outcome": (
            "result|call result|call outcome|meeting outcome|disposition|call disposition|activity outcome"
            "|ergebnis|résultat|resultado|risultato|resultaat",
            "status",
        ),
        "minutes": (
            "duration|duration minutes|duration in minutes|duration min|call duration|length|dauer|dauer min"
            "|dauer in minuten|dauer minuten|durée|duración|duração|durata|duur",
            "",
        ),
        "direction": ("call direction|inbound outbound|inbound or outbound|call type|richtung", ""),
        "done": ("is done|completed|is completed|closed|is closed|task status|activity status|erledigt", "held"),
        "touches": ("number of touches|contact attempts|call attempts|no of contacts|times contacted", "attempts"),
        "contact_level": ("seniority|level|decision level|contact seniority|contact role", "job title"),
        **_BANT,
    },
    Kind.CONTACTS: {
        "contact_id": ("lead id|person id|connection id|prospect id|kontakt id|kontaktnummer", "id|record id"),
        "name": ("full name|contact name|lead name|person|contact", "last name|title"),
        "account": _ACCOUNT,
        "owner": ("contact owner|" + _OWNER[0], _OWNER[1]),
        "status": ("lead status|contact status|lifecycle stage|lead stage", "stage"),
        "level": ("seniority|contact level|executive|job level|management level", "job title|position|title|role"),
        "source": ("lead source|contact source|origin|channel", "campaign"),
        "created_at": (_CREATED[0] + "|connected on|connected at", _CREATED[1]),
        "converted_at": ("converted date|conversion date|converted on|date converted|converted time", ""),
    },
    Kind.TARGETS: {
        "owner": (
            _OWNER[0] + "|quota owner id|quota owner|goal owner",
            _OWNER[1] + "|name|team|mitarbeiter|nom|nombre|member",
        ),
        "kpi": (
            "metric|measure|indicator|target type|goal type|goal metric|kennzahl|indicateur|indicador",
            "type|goal",
        ),
        "period": (
            "quarter|month|fiscal quarter|target period|target month|period start|quota period|"
            "fiscal period|year month|monat|quartal|zeitraum|periode|mois|trimestre|période|mes|período|mese|periodo"
            "|maand|kwartaal|mês",
            "year|date|week|start date|from|jahr|année|año|anno|jaar|datum|fiscal year",
        ),
        "target": (
            "quota|quota amount|target amount|target value|goal|sales target|sales quota|revenue target|goal amount"
            "|ziel|zielwert|zielvorgabe|umsatzziel|vorgabe|soll|planwert|objectif|quota de vente|objetivo|meta|cuota"
            "|obiettivo|doel|doelstelling|quota target|target money|target integer|target decimal",
            "amount|value|plan|budget",
        ),
    },
    Kind.PEOPLE: {
        "owner": (
            "rep name|sales agent|sales rep|salesperson|sales person|user name|employee|"
            "employee name|full name|owner name|seller|account executive",
            "name|user|person|rep|agent",
        ),
        "owner_id": ("user id|rep id|employee id|sales rep id|agent id", "id|record id"),
        "team": (
            "sales team|team name|primary team|manager|team lead",
            "regional office|office|region|department|division|territory|group|team id",
        ),
        "role": ("job title|position|profile|user role|job|rolle|rôle|rol|funktion", "title|type"),
        "email": ("email address|e mail|mail|user email|owner email|e mail adresse|login", ""),
        "active": ("is active|enabled|active flag|status|aktiv|actif|activo|ativo|attivo", ""),
    },
    Kind.STAGES: {
        "stage": (
            "stage name|deal stage|sales stage|pipeline stage|phase|verkaufsphase|étape|etapa|fase|master label",
            "name|label",
        ),
        "stage_id": ("stage key|stage code", "id"),
        "pipeline": ("pipeline name|funnel", "pipeline id"),
        "stage_order": (
            "order|stage order|order nr|sequence|stage sequence|sort order|position|display order|stage number"
            "|reihenfolge|ordre|orden|ordem|ordine|volgorde",
            "number|rank|nr",
        ),
        "kind": ("stage kind|stage type|status|stage status|outcome", "type|category"),
        "probability": (
            "win probability|deal probability|stage probability|default probability|wahrscheinlichkeit|probabilité"
            "|probabilidad|probabilidade|probabilità|kans",
            "",
        ),
    },
    Kind.RATES: {
        "currency": (
            "currency code|iso code|from currency|currency iso code|währung|devise|moneda|moeda|valuta",
            "from|code",
        ),
        "date": (
            "rate date|valid from|start date|as of|day|effective date|datum|gültig ab|stichtag|fecha|data",
            "month|period",
        ),
        "rate": (
            "exchange rate|conversion rate|fx rate|rate to base|value in reporting currency|kurs|wechselkurs"
            "|umrechnungskurs|taux|taux de change|tipo de cambio|taxa de câmbio|cambio|koers|wisselkoers",
            "value",
        ),
    },
}

NEVER = tuple(
    normal(h)
    for h in (
        "weighted amount",
        "weighted value",
        "weighted revenue",
        "prorated revenue",
        "forecast amount",
        "forecast value",
        "expected value",
        "probable value",
        "currency of weighted value",
        "forecast type",
        "forecast category",
        "gewichteter betrag",
        "gewichteter wert",
        "montant pondéré",
        "importe ponderado",
        "valor ponderado",
        "valeur pondérée",
        "revenu au prorata",
        "ingreso prorrateado",
        "anteiliger umsatz",
        "expected deal value",
    )
)
"""Headers that are never the amount, nor anything else."""

MAYBE_WEIGHTED = tuple(
    normal(h)
    for h in (
        "expected revenue",
        "expected amount",
        "estimated revenue",
        "est revenue",
        "potential revenue",
        "erwarteter umsatz",
        "erwarteter erlös",
        "revenu espéré",
        "revenu attendu",
        "ingreso esperado",
        "ingresos esperados",
        "receita esperada",
        "ricavo previsto",
    )
)
"""Weighted in some CRMs and not in others: the amount only when a person says so."""

NAME_SURE, NAME_LIKELY = 0.95, 0.85


@cache
def names_of(kind: Kind) -> dict[str, dict[str, float]]:
    """canonical column → normalised header → how sure that name is (0..1)."""
    table: dict[str, dict[str, float]] = {}
    for column in COLUMNS[kind]:
        sure, likely = SYNONYMS[kind].get(column.name, ("", ""))
        names: dict[str, float] = {}
        for text, confidence in ((likely, NAME_LIKELY), (sure, NAME_SURE)):
            names |= {normal(name): confidence for name in text.split("|") if name}
        names |= {normal(column.label): 1.0, normal(column.name): 1.0}
        table[column.name] = names
    return table


@cache
def meanings_of(kind: Kind) -> dict[str, tuple[tuple[str, int, float], ...]]:
    """Normalised header → the canonical columns it may mean: name, place in the declaration, how sure (0..1)."""
    table: dict[str, tuple[tuple[str, int, float], ...]] = {}
    for place, (canonical, names) in enumerate(names_of(kind).items()):
        for name, sure in names.items():
            table[name] = (*table.get(name, ()), (canonical, place, sure))
    return table
