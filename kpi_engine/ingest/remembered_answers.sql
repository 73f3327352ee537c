-- What was decided for files with this header. Grain: header_signature.
select answers from column_mappings where header_signature = $header_signature
