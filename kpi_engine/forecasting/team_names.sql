-- Every team by number. Grain: team_key.
select team_key, team from key_teams order by team_key
