"""Frames to files: segments, who draws them, how they are joined."""
