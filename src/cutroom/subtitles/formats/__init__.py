"""Subtitle formats, one file each; the contract is `cutroom.subtitles.format`."""
