-- Take the rows of one import out of a table; the name import_rows stands for a table named in names.py.
delete from import_rows where import_id = $import_id
