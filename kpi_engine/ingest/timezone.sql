-- The store's time zone, where one was set. Grain: one row.
select value from settings where name = 'timezone'
