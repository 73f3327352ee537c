-- Every team by a small number. Grain: team_key.
create or replace table key_teams as
select team_key, team from build_teams order by team_key
