"""One way to come and go per file."""
