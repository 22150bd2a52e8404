"""Floor 0: the words every room uses. A closed list of files, no catch-alls."""
