"""Odoo CRM: the pipeline list exported with labels (in the language of the user) or with technical names."""

from kpi_engine.ingest.contracts.contract import Contract
from kpi_engine.names import Kind

_SALESPERSON = (
    "Salesperson",
    "Salesperson/Name",
    "Vendeur",
    "Comercial",
    "Vendedor",
    "Vertriebsmitarbeiter",
    "Verkäufer",
)
_STAGE = ("Stage", "Stage/Stage Name", "Étape", "Etapa", "Phase", "Stufe")
# Unweighted here, unlike in Salesforce.
_EXPECTED_REVENUE = (
    "Expected Revenue",
    "Revenu espéré",
    "Revenus espérés",
    "Revenu attendu",
    "Chiffre d'affaires espéré",
    "Ingreso esperado",
    "Ingresos esperados",
    "Ingreso estimado",
    "Ingresos estimados",
    "Receita esperada",
    "Erwarteter Umsatz",
    "Erwarteter Erlös",
    "Erwartete Einnahmen",
)
_PRORATED = (
    "Prorated Revenue",
    "Prorated MRR",
    "Expected MRR",
    "Revenu au prorata",
    "Revenus au prorata",
    "Ingreso prorrateado",
    "Ingresos prorrateados",
    "Receita rateada",
    "Anteiliger Umsatz",
    "Anteiliger Erlös",
)
_CLOSING = (
    "Expected Closing",
    "Expected Closing Date",
    "Date de clôture prévue",
    "Clôture prévue",
    "Fermeture prévue",
    "Date de fermeture prévue",
    "Cierre esperado",
    "Cierre previsto",
    "Fecha de cierre esperada",
    "Fecha de cierre prevista",
    "Fechamento esperado",
    "Erwarteter Abschluss",
    "Erwartetes Abschlussdatum",
)
_TEAM = (
    "Sales Team",
    "Sales Team/Name",
    "Équipe commerciale",
    "Equipo de ventas",
    "Equipo de venta",
    "Equipe de vendas",
    "Vertriebsteam",
    "Verkaufsteam",
)
_LOST_REASON = (
    "Lost Reason",
    "Motif de perte",
    "Raison de la perte",
    "Motivo de pérdida",
    "Motivo de la pérdida",
    "Motivo da perda",
    "Verlustgrund",
    "Grund für Verlust",
)
_ACTIVE = ("Active", "Actif", "Activo", "Ativo", "Aktiv")

_USER = ("user_id", "user_id/name", "user_id/display_name")
_STAGE_ID = ("stage_id", "stage_id/name", "stage_id/display_name")

_TRACKED = (
    "mail_message_id/res_id",
    "mail_message_id/record_name",
    "Message/Related Document ID",
    "Message/Message Record Name",
    "res_id",
)
_TRACKED_AT = ("mail_message_id/date", "Message/Date", "create_date", "Created on")


def _tracked(when: str) -> tuple[str, ...]:
    """The columns of a tracked value, old or new, in the order in which a filled one is the value."""
    types = ("char", "text", "datetime", "monetary", "float", "integer")
    return tuple(name for t in types for name in (f"{when}_value_{t}", f"{when} value {t}"))


CONTRACTS = (
    Contract(
        crm="odoo",
        kind=Kind.DEALS,
        marks=(_SALESPERSON, _STAGE, (*_EXPECTED_REVENUE, *_PRORATED, *_CLOSING, *_TEAM)),
        columns={
            "deal_id": ("ID", "External ID", "ID externe", "ID externo", "Externe ID"),
            "deal_name": (
                "Opportunity",
                "Opportunity/Name",
                "Opportunité",
                "Oportunidad",
                "Oportunidade",
                "Verkaufschance",
                "Chance",
                "Name",
                "Nom",
                "Nombre",
            ),
            "account": (
                "Customer",
                "Company Name",
                "Customer/Display Name",
                "Client",
                "Cliente",
                "Kunde",
                "Nom de la société",
                "Nombre de la empresa",
                "Unternehmensname",
            ),
            "contact": (
                "Contact Name",
                "Contact",
                "Nom du contact",
                "Nombre de contacto",
                "Nombre del contacto",
                "Nome do contato",
                "Kontaktname",
            ),
            "owner": _SALESPERSON,
            "team": _TEAM,
            "stage": _STAGE,
            "is_won": ("Is Won", "Won"),
            "status": "Won/Lost",
            "amount": _EXPECTED_REVENUE,
            "currency": ("Currency", "Company Currency", "Devise", "Moneda", "Moeda", "Währung"),
            "crm_probability": ("Probability", "Probabilité", "Probabilidad", "Probabilidade", "Wahrscheinlichkeit"),
            "source": "Source",
            "segment": ("Tags", "Type", "Étiquettes", "Etiquetas", "Stichwörter", "Schlagwörter"),
            "created_at": (
                "Created on",
                "Creation Date",
                "Create Date",
                "Créé le",
                "Date de création",
                "Creado el",
                "Creado en",
                "Fecha de creación",
                "Criado em",
                "Erstellt am",
            ),
            "stage_changed_at": "Last Stage Update",
            "expected_close_date": _CLOSING,
            "closed_at": (
                "Closed Date",
                "Date Closed",
                "Date de clôture",
                "Date de fermeture",
                "Fecha de cierre",
                "Data de fechamento",
                "Abschlussdatum",
                "Geschlossen am",
            ),
            "next_step": ("Next Activity Summary", "Activity Summary"),
            "next_step_date": ("Next Activity Deadline", "Activity Deadline"),
            "lost_reason": _LOST_REASON,
        },
        never=_PRORATED,
        # A lost deal is put away (archived) in whatever stage it was; a reason is taken back with it.
        lost_when={**dict.fromkeys(_ACTIVE, "no"), **dict.fromkeys(_LOST_REASON, "anything")},
    ),
    Contract(
        crm="odoo",
        kind=Kind.DEALS,
        marks=("name", _USER, _STAGE_ID),
        columns={
            "deal_id": ("id", ".id"),
            "deal_name": "name",
            "account": ("partner_id", "partner_id/name", "partner_id/display_name", "partner_name"),
            "contact": "contact_name",
            "owner": _USER,
            "team": ("team_id", "team_id/name", "team_id/display_name"),
            "stage": _STAGE_ID,
            "status": "won_status",
            "amount": "expected_revenue",
            "currency": ("company_currency", "company_currency/name", "currency_id", "currency_id/name"),
            "crm_probability": "probability",
            "source": ("source_id", "source_id/name"),
            "segment": ("tag_ids", "tag_ids/name"),
            "created_at": "create_date",
            "stage_changed_at": "date_last_stage_update",
            "expected_close_date": "date_deadline",
            "closed_at": "date_closed",
            "next_step": "activity_summary",
            "next_step_date": "activity_date_deadline",
            "lost_reason": ("lost_reason_id", "lost_reason_id/name", "lost_reason"),
        },
        never=("prorated_revenue", "recurring_revenue_monthly_prorated"),
        lost_when={
            "active": "no",
            "lost_reason_id": "anything",
            "lost_reason_id/name": "anything",
            "lost_reason": "anything",
        },
    ),
    Contract(
        crm="odoo",
        kind=Kind.ACTIVITIES,
        marks=(
            ("Activity Type", "Aktivitätstyp", "Type d'activité", "Tipo de actividad"),
            ("Due Date", "Deadline", "Fälligkeitsdatum", "Date d'échéance", "Fecha límite", "Fecha de vencimiento"),
            ("Assigned to", "Zugewiesen an", "Assigné à", "Asignada a", "Asignado a"),
            ("Document Name", "Resource Name", "Related Document", "Summary", "Zusammenfassung", "Résumé", "Resumen"),
        ),
        columns={
            "activity_id": ("ID", "External ID"),
            "deal_id": ("Document Name", "Resource Name", "Dokumentname", "Nom du document", "Nombre del documento"),
            "owner": ("Assigned to", "Zugewiesen an", "Assigné à", "Asignada a", "Asignado a"),
            "activity_type": ("Activity Type", "Aktivitätstyp", "Type d'activité", "Tipo de actividad"),
            "subject": ("Summary", "Zusammenfassung", "Résumé", "Resumen"),
            "occurred_at": (
                "Done Date",
                "Due Date",
                "Deadline",
                "Fälligkeitsdatum",
                "Date d'échéance",
                "Fecha límite",
                "Fecha de vencimiento",
            ),
            "done": ("State", "Status", "État", "Estado"),
        },
        row_by_row=("occurred_at",),
    ),
    Contract(
        crm="odoo",
        kind=Kind.ACTIVITIES,
        marks=(
            ("activity_type_id", "activity_type_id/name", "activity_type_id/display_name"),
            "date_deadline",
            _USER,
            ("res_name", "res_id", "res_model"),
        ),
        columns={
            "activity_id": ("id", ".id"),
            "deal_id": ("res_name", "res_id"),
            "owner": ("user_id/name", "user_id/display_name", "user_id"),
            "activity_type": ("activity_type_id/name", "activity_type_id/display_name", "activity_type_id"),
            "subject": "summary",
            "occurred_at": ("date_done", "date_deadline"),
            "done": "state",
        },
        row_by_row=("occurred_at",),
    ),
    Contract(
        crm="odoo",
        kind=Kind.ACTIVITIES,
        marks=(
            "Meeting Subject",
            ("Start", "Start Date"),
            ("Stop", "End Date", "Duration"),
            ("Organizer", "Responsible"),
        ),
        columns={
            "activity_id": "ID",
            "deal_id": "Opportunity",
            "owner": ("Organizer", "Responsible"),
            "subject": "Meeting Subject",
            "occurred_at": ("Start", "Start Date"),
            "minutes": "Duration",
        },
        constants={"activity_type": "meeting"},
        # Hours.
        factors={"Duration": 60},
    ),
    Contract(
        crm="odoo",
        kind=Kind.ACTIVITIES,
        marks=("name", "start", "stop", ("user_id", "user_id/name")),
        columns={
            "activity_id": "id",
            "deal_id": ("opportunity_id/name", "opportunity_id"),
            "owner": ("user_id/name", "user_id"),
            "subject": "name",
            "occurred_at": "start",
            "minutes": "duration",
        },
        constants={"activity_type": "meeting"},
        # Hours.
        factors={"duration": 60},
    ),
    Contract(
        crm="odoo",
        kind=Kind.STAGES,
        marks=("name", "sequence", ("is_won", "team_id", "team_id/name")),
        columns={"stage": "name", "stage_id": "id", "stage_order": "sequence", "kind": "is_won"},
    ),
    Contract(
        crm="odoo",
        kind=Kind.STAGES,
        marks=("Stage Name", "Sequence", ("Is Won Stage?", "Is Won Stage", "Sales Team")),
        columns={"stage": "Stage Name", "stage_order": "Sequence", "kind": ("Is Won Stage?", "Is Won Stage")},
    ),
    Contract(
        crm="odoo",
        kind=Kind.PEOPLE,
        marks=(
            ("name", "Name"),
            ("login", "Login"),
            ("sale_team_id/name", "sale_team_id", "active", "Sales Team", "id"),
        ),
        columns={
            "owner": "name",
            "owner_id": "id",
            "email": ("email", "login"),
            "team": ("sale_team_id/name", "sale_team_id", "Sales Team"),
            "active": "active",
        },
    ),
    Contract(
        crm="odoo",
        kind=Kind.STAGE_CHANGES,
        form="field_history",
        marks=(
            _TRACKED,
            _TRACKED_AT,
            ("field_id/name", "field_id/field_description", "field_id", "field", "Field"),
            ("new_value_char", "New Value Char"),
        ),
        columns={"deal_id": _TRACKED, "changed_at": _TRACKED_AT},
        # What a value is decides in which of its columns it stands.
        fields={
            "field": ("field_id/name", "field_id/field_description", "field_id", "field", "Field"),
            "old_value": _tracked("old"),
            "new_value": _tracked("new"),
        },
        row_by_row=("old_value", "new_value"),
    ),
)
