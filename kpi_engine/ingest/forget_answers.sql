-- Make room for a newer decision about files with this header.
delete from column_mappings where header_signature = $header_signature
