-- What a pipeline is called on a shared screen; one that no stage knows goes without other people's names. Grain: one text.
create or replace temp macro shown_pipeline(written) as
    coalesce((select shared_pipelines.shown from shared_pipelines where shared_pipelines.pipeline = written), masked(written))
