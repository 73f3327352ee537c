-- A text without anybody else's name, wherever it stands by itself. Twice: the sign between two names is looked at once only. Grain: one text.
create or replace temp macro masked(written) as
    regexp_replace(
        regexp_replace(written, getvariable('others'), '\1a colleague\2', 'g'),
        getvariable('others'), '\1a colleague\2', 'g'
    )
