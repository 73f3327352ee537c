-- The currency all amounts are in, chosen once for all who ask.
create table dim_currency (currency varchar);
