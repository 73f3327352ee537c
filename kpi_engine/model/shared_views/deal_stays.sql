-- Each stay of a deal in a stage. Grain: deal_key, sequence.
create or replace temp view deal_stays as
select stays.* replace ((stays.amount * sharing.factor)::decimal(18, 2) as amount)
from {whole}.deal_stays as stays
cross join sharing
