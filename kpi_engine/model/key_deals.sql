-- Every deal by its small number. Grain: deal_key.
create or replace table key_deals as
select deal_key, deal_id from build_deal_keys order by deal_key
