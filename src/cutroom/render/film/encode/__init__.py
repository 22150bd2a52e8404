"""Frames and samples to files: the only place beside media that knows PyAV."""
