-- Add the typed rows of one import to a raw table; the name raw_rows stands for a table named in names.py. Grain: import_id, line.
insert into raw_rows by name
select $import_id as import_id, * from incoming
