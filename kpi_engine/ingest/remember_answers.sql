-- Keep a decision about files with this header. Grain: header_signature.
insert into column_mappings values ($header_signature, $kind, $answers)
