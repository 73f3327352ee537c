"""Yes and no, in the words of several languages."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from kpi_engine.ingest.casting import (
    Column,
    Converted,
    Parsed,
    Reading,
    all_true,
    any_true,
    one_by_one,
    rows_where,
)

_YES = (
    "true|t|yes|y|1|x|✓|✔|☑|✅|ja|j|oui|si|sí|sim|tak|wahr|vrai|verdadero|verdadeiro|vero|waar|on|won|done|completed|active|enabled|aktiv|actif|activo"
    "|complete|closed|held|erledigt|abgeschlossen|terminé|terminée|effectué|completado|completada|concluído|concluída"
    "|hecho|feito|completato|voltooid"
)
_NO = (
    "false|f|no|n|0|nein|non|não|nao|nie|nee|falsch|faux|falso|onwaar|✗|✘|☐|❌|off|open|planned|scheduled|not started"
    "|not_started|in progress|deferred|waiting|waiting for input|waiting on someone else|to do|todo|to-do"
    "|overdue|pending"
    "|inactive|disabled|deactivated|inaktiv|inactif|inactivo|today|late"
    "|cancelled|canceled|no show|offen|zu erledigen|geplant|à faire|planifié|por hacer|pendiente|planificado|para fazer"
    "|a fazer|pendente|da fare|te doen"
)
_SAYS_HOW_FAR = frozenset(
    ["completed", "complete", "closed", "held", "abgeschlossen", "completato", "completada", "completado"]
)
"""Yes in a column of states: a blank beside it is no state, and not no (Salesforce's events have none)."""
_TRUE, _FALSE = frozenset(_YES.split("|")), frozenset(_NO.split("|"))


def flag(cells: Column, reading: Reading) -> Converted:
    """True, false or unknown. Where a column says yes and never no, a blank is no."""

    def parse(cell: str) -> Parsed:
        word = cell.casefold()
        if word in _TRUE or word in _FALSE or word in ("1.0", "0.0"):
            return word in _TRUE or word == "1.0", None, None
        return None, None, f"'{cell}' says neither yes nor no; it is taken as unknown."

    converted = one_by_one(cells, pa.bool_(), parse)
    blank = pc.equal(cells, "")
    says_yes_or_nothing = not converted.notes and any_true(blank) and any_true(converted.values)
    if says_yes_or_nothing and all_true(converted.values) and not _are_states(cells):
        converted.values = pc.fill_null(converted.values, False)
        why = "The column says yes or nothing, and never no: nothing is taken as no."
        converted.notes[why] = rows_where(blank)
    return converted


def _are_states(cells: Column) -> bool:
    return any_true(pc.is_in(pc.utf8_lower(cells), pa.array(sorted(_SAYS_HOW_FAR))))
