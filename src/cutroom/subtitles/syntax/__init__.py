"""How subtitle files are written: the grammar of each format, encodings, times."""
