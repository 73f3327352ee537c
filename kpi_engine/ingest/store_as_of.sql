-- The day the store speaks of: the newest as-of date of its imports. Grain: one row.
select max(as_of) from imports
