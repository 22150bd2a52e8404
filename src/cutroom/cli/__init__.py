"""Floor 10: what a person types."""
