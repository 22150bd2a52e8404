"""The formats of subtitle files, one module each."""
