-- The words for the codes of a deal's state. Grain: kind_code.
create or replace temp table build_kinds as
select code::tinyint as kind_code, kind
from (values (0, 'open'), (1, 'won'), (2, 'paid'), (3, 'lost'), (4, 'gone')) as words (code, kind)
