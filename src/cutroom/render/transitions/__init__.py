"""One transition per file."""
