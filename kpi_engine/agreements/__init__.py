"""What people decided: settings, accepted win chances, column mappings, targets."""
