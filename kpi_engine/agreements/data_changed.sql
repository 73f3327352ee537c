-- Whatever was worked out before no longer holds. Grain: one row is changed.
update store_state set data_version = data_version + 1
