"""Pixel arithmetic in C, compiled when the package is built."""
