"""One layer type per file."""
