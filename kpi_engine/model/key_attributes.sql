-- Every combination of segment, source and product by a small number. Grain: attribute_key.
create or replace table key_attributes as
select attribute_key, segment, source, product from build_attributes order by attribute_key
