-- The words for the codes of how something is known. Grain: evidence_code.
create or replace temp table build_evidences as
select code::tinyint as evidence_code, evidence
from (values (0, 'inferred'), (1, 'snapshot'), (2, 'history')) as words (code, evidence)
