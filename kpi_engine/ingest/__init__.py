"""Files to rows: detect, keep, stage, validate, commit."""
