"""The formats a film can have, one file each."""
