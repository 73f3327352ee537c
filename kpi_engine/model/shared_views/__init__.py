"""What stands in front of the facts on a shared screen."""
