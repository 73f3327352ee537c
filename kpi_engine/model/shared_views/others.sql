-- The pattern of everybody else's name, as a constant of the session: read from a table it would be made anew for each row. Grain: one pattern.
set variable others = $pattern
