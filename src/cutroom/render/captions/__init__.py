"""Captions: cues on their way to pages of words, and to pictures."""
