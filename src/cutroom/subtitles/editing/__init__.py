"""The single edits of a track, and what they do to the times of words."""
