"""Floor 5: what can be asked of the platform, and what became of it."""
