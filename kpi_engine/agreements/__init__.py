"""What people decided: settings, column mappings, targets."""
