-- Every combination of segment, source and product by a small number, without other people's names. Grain: attribute_key.
create or replace temp view key_attributes as
select
    keys.* replace (
        masked(keys.segment) as segment,
        masked(keys.source) as source,
        masked(keys.product) as product
    )
from {whole}.key_attributes as keys
