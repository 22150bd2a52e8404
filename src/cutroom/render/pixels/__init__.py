"""Sprites to pixels: the compositor, what it draws with, and the kernels behind it."""
