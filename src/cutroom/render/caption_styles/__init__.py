"""Styles of captions, one file each."""
