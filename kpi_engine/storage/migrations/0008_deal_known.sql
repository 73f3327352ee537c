-- Since when a deal's values are told by evidence: what a forecast made on an earlier day may know.
create table deal_known (
    deal_key integer,
    seen_since date,
    amount_since date,
    owner_since date,
    expected_since date
);
