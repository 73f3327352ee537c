"""Pipedrive: the list export ('Deal - Title', in eight languages), the import form, its change log, and its tables."""

from kpi_engine.ingest.contracts.contract import Contract, in_words_of
from kpi_engine.names import Kind

_DEAL = ("Deal", "Geschäft", "Negocio", "Trato", "Negócio", "Affaire", "Transaction", "Affare", "Deals")
_ORGANIZATION = ("Organization", "Organisation", "Organización", "Organização", "Organizzazione", "Organisatie")
_PERSON = ("Person", "Persona", "Pessoa", "Personne", "Persoon")
_ACTIVITY = ("Activity", "Aktivität", "Actividad", "Atividade", "Activité", "Attività", "Activiteit")
_NAME = "Name|Nombre|Nome|Nom|Naam"


def _deal(names: str) -> tuple[str, ...]:
    return in_words_of(_DEAL, names)


def _activity(names: str) -> tuple[str, ...]:
    return in_words_of(_ACTIVITY, names)


_TITLE = _deal("Title|Titel|Título|Titre|Titolo")
_STAGE = _deal("Stage|Stage (pipeline)|Phase|Etapa|Étape|Fase")
_STATUS = _deal("Status|Estado|Statut|Stato")
_SUBJECT = _activity("Subject|Betreff|Asunto|Assunto|Objet|Sujet|Oggetto|Onderwerp")
_TYPE = _activity("Type|Typ|Tipo")
_DUE_DATE = _activity(
    "Due date|Fälligkeitsdatum|Fällig am|Fecha de vencimiento|Data de vencimento|Date d'échéance|Data di scadenza"
    "|Vervaldatum"
)
_DUE_TIME = _activity(
    "Due time|Fällige Uhrzeit|Fälligkeitszeit|Hora de vencimiento|Hora de vencimento|Heure d'échéance|Ora di scadenza"
)

CONTRACTS = (
    Contract(
        crm="pipedrive",
        kind=Kind.DEALS,
        marks=(_TITLE, (*_STAGE, *_STATUS)),
        columns={
            "deal_id": _deal("ID"),
            "deal_name": _TITLE,
            "account": (
                *_deal("Organization|Organisation|Organización|Organização|Organizzazione|Organisatie"),
                *in_words_of(_ORGANIZATION, _NAME),
            ),
            "contact": (
                *_deal(
                    "Contact person|Kontaktperson|Ansprechpartner|Persona de contacto|Pessoa de contato"
                    "|Personne à contacter|Personne de contact|Persona di contatto|Contactpersoon"
                ),
                *in_words_of(_PERSON, _NAME),
            ),
            "owner": _deal(
                "Owner|Besitzer|Inhaber|Eigentümer|Propietario|Proprietário|Propriétaire|Proprietario|Eigenaar"
            ),
            "team": _deal("Team|Equipo|Equipe|Équipe"),
            "pipeline": _deal("Pipeline|Embudo|Funil|Flujo de ventas|Entonnoir"),
            "stage": _STAGE,
            "status": _STATUS,
            "amount": _deal("Value|Wert|Valor|Valeur|Valore|Waarde"),
            "currency": _deal(
                "Currency of Value|Currency|Währung von Wert|Währung des Werts|Währung|Moneda de Valor|Moneda del Valor"
                "|Moneda|Moeda de Valor|Moeda do Valor|Moeda|Devise de Valeur|Devise de la valeur|Devise"
                "|Valuta di Valore|Valuta van Waarde|Valuta"
            ),
            "crm_probability": _deal(
                "Probability|Wahrscheinlichkeit|Probabilidad|Probabilidade|Probabilité|Probabilità|Kans"
            ),
            "source": _deal(
                "Source channel|Source|Lead source|Source origin|Quellkanal|Quelle|Canal de origen|Canal de origem"
                "|Fuente|Origem|Canal source"
            ),
            "product": (
                *_deal("Product name|Produktname|Nombre del producto|Nome do produto|Nom du produit"),
                "Product - Name",
            ),
            "segment": _deal("Label|Type|Etiqueta|Étiquette|Tipo|Typ"),
            "created_at": _deal(
                "Deal created|Creation date|Deal created on|Deal erstellt|Deal erstellt am|Geschäft erstellt"
                "|Geschäft erstellt am|Erstellt am|Negocio creado|Negocio creado el|Trato creado|Trato creado el"
                "|Creado el|Fecha de creación|Fecha de creación del trato|Fecha de creación del negocio"
                "|Negócio criado em"
                "|Data de criação do negócio|Criado em|Affaire créée|Affaire créée le|Créée le|Date de création"
            ),
            "stage_changed_at": _deal(
                "Last stage change|Letzte Phasenänderung|Último cambio de etapa|Última alteração de etapa"
                "|Dernier changement d'étape|Dernière modification de l'étape"
            ),
            "expected_close_date": _deal(
                "Expected close date|Erwartetes Abschlussdatum|Voraussichtliches Abschlussdatum"
                "|Voraussichtlicher Abschluss|Fecha prevista de cierre|Fecha de cierre prevista"
                "|Fecha de cierre esperada|Data de fechamento esperada|Data esperada de fechamento"
                "|Data prevista de fechamento"
                "|Date de clôture prévue|Date de clôture attendue|Data di chiusura prevista|Verwachte sluitingsdatum"
            ),
            "closed_at": _deal(
                "Deal closed on|Closed on|Deal abgeschlossen am|Geschäft abgeschlossen am|Abgeschlossen am"
                "|Negocio cerrado el|Trato cerrado el|Cerrado el|Negócio fechado em|Fechado em|Affaire conclue le"
                "|Affaire clôturée le|Clôturée le"
            ),
            "won_at": _deal(
                "Won time|Won on|Datum des gewonnenen Deals|Gewonnen am|Zeitpunkt des Gewinns|Fecha de ganado|Ganado el"
                "|Hora de ganado|Ganho em|Data de ganho|Date de gain|Gagnée le|Heure du gain"
            ),
            "lost_at": _deal(
                "Lost time|Lost on|Datum des verlorenen Deals|Verloren am|Zeitpunkt des Verlusts|Fecha de perdido"
                "|Fecha de pérdida|Perdido el|Hora de perdido|Data de perda|Perdido em|Date de perte|Perdue le"
                "|Heure de l'échec"
            ),
            "last_activity_at": _deal(
                "Last activity date|Datum der letzten Aktivität|Fecha de última actividad"
                "|Fecha de la última actividad|Data da última atividade|Date de la dernière activité"
            ),
            "next_step": _deal("Next activity"),
            "next_step_date": _deal(
                "Next activity date|Datum nächste Aktivität|Datum der nächsten Aktivität|Fecha de próxima actividad"
                "|Fecha de la próxima actividad|Próxima atividade em|Data da próxima atividade"
                "|Date de la prochaine activité"
            ),
            "lost_reason": _deal(
                "Lost reason|Reason lost|Verlustgrund|Motivo de pérdida|Motivo de la pérdida|Motivo de perdido"
                "|Razón de pérdida|Motivo da perda|Raison de la perte|Raison de perte"
            ),
        },
        never=_deal(
            "Weighted value|Currency of Weighted value|Gewichteter Wert|Valor ponderado|Valeur pondérée"
            "|Valore ponderato|Gewogen waarde"
        ),
    ),
    Contract(
        crm="pipedrive",
        kind=Kind.ACTIVITIES,
        marks=(_SUBJECT, _TYPE),
        columns={
            "activity_id": _activity("ID"),
            "deal_id": (
                *_activity("Deal ID"),
                *_deal("ID"),
                *_activity("Deal|Geschäft|Negocio|Trato|Negócio|Affaire"),
                "Deal",
            ),
            "account": (
                *_activity("Organization|Organisation|Organización|Organização|Organizzazione"),
                "Organization",
            ),
            "contact": (
                *_activity("Contact person|Kontaktperson|Persona de contacto|Pessoa de contato|Personne à contacter"),
                "Contact person",
                "Person",
            ),
            "owner": _activity(
                "Assigned to user|Owner|Zugewiesen an Nutzer|Zugewiesen an Benutzer|Zugewiesen an|Zugewiesener Nutzer"
                "|Zugewiesener Benutzer|Besitzer|Asignado a usuario|Asignado al usuario|Asignada a|Asignado a"
                "|Usuario asignado|Propietario|Atribuído ao usuário|Atribuído a usuário|Atribuído a|Atribuída a"
                "|Usuário atribuído|Proprietário|Assigné à l'utilisateur|Attribuée à l'utilisateur|Attribué à|Assigné à"
                "|Propriétaire|Assegnata a|Toegewezen aan gebruiker"
            ),
            "activity_type": _TYPE,
            "subject": _SUBJECT,
            "occurred_at": (
                *_DUE_DATE,
                *_activity(
                    "Marked as done time|Als erledigt markiert am|Hora marcada como completada"
                    "|Data e hora de conclusão|Date de réalisation"
                ),
            ),
            "minutes": _activity("Duration|Dauer|Duración|Duração|Durée|Durata|Duur"),
            "done": _activity(
                "Done|Erledigt|Completada|Completado|Hecho|Hecha|Concluído|Concluída|Feito|Terminé|Terminée|Effectuée"
                "|Fatto|Completata|Gereed"
            ),
        },
        joined={"occurred_at": (*_DUE_DATE, *_DUE_TIME)},
    ),
    Contract(
        crm="pipedrive",
        kind=Kind.DEALS,
        marks=("title", "value", ("stage_id", "stage_name"), "status", ("add_time", "won_time", "stage_change_time")),
        columns={
            "deal_id": ("id", "deal_id"),
            "deal_name": "title",
            "account": ("org_name", "org_id"),
            "contact": ("person_name", "person_id"),
            "owner": ("owner_name", "user_name", "user_id", "owner_id", "creator_user_id"),
            "pipeline": ("pipeline_name", "pipeline_id", "pipeline"),
            "stage": ("stage_name", "stage_id"),
            "stage_order": "stage_order_nr",
            "status": "status",
            "amount": "value",
            "currency": "currency",
            "crm_probability": "probability",
            "source": ("channel", "origin"),
            "created_at": "add_time",
            "stage_changed_at": "stage_change_time",
            "expected_close_date": "expected_close_date",
            "closed_at": "close_time",
            "won_at": "won_time",
            "lost_at": "lost_time",
            "last_activity_at": "last_activity_date",
            "next_step_date": "next_activity_date",
            "lost_reason": "lost_reason",
        },
        never=("weighted_value",),
    ),
    Contract(
        crm="pipedrive",
        kind=Kind.STAGE_CHANGES,
        form="change_log",
        marks=(("deal_id", "item_id"), ("change_time", "log_time"), ("changed_field_key", "field_key"), "new_value"),
        columns={"deal_id": ("deal_id", "item_id"), "changed_at": ("change_time", "log_time")},
        fields={"field": ("changed_field_key", "field_key"), "old_value": "old_value", "new_value": "new_value"},
    ),
    Contract(
        crm="pipedrive",
        kind=Kind.ACTIVITIES,
        marks=("type", ("assigned_to_user", "assigned_to_user_id"), ("due_to", "due_date")),
        columns={
            "activity_id": ("activity_id", "id"),
            "deal_id": "deal_id",
            "account": ("org_name", "org_id"),
            "contact": ("person_name", "person_id"),
            "owner": ("assigned_to_user", "assigned_to_user_id"),
            "activity_type": "type",
            "subject": "subject",
            "occurred_at": ("due_to", "due_date"),
            "minutes": "duration",
            "done": "done",
        },
    ),
    Contract(
        crm="pipedrive",
        kind=Kind.STAGES,
        marks=("id", "name", "order_nr", ("pipeline_id", "pipeline_name", "deal_probability")),
        columns={
            "stage": "name",
            "stage_id": "id",
            "pipeline": ("pipeline_name", "pipeline_id"),
            "stage_order": "order_nr",
            "probability": "deal_probability",
        },
    ),
    Contract(
        crm="pipedrive",
        kind=Kind.PEOPLE,
        marks=("id", "name", "email", "modified"),
        columns={"owner": "name", "owner_id": "id", "email": "email", "active": ("active_flag", "active")},
    ),
    Contract(
        crm="pipedrive",
        kind=Kind.CONTACTS,
        marks=("Person - Name", ("Person - ID", "Person - Owner")),
        absent=("Deal - Title",),
        columns={
            "contact_id": "Person - ID",
            "name": "Person - Name",
            "account": ("Person - Organization", "Organization - Name"),
            "owner": "Person - Owner",
            "status": "Person - Label",
            "created_at": "Person - Person created",
        },
    ),
)
