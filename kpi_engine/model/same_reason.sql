-- A reason as it is compared: case and spaces make no difference (qualification.same_reason). Grain: none, it is an expression.
regexp_replace(lower(trim({reason})), '\s+', ' ', 'g')
