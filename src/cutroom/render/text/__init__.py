"""Text: from characters to placed glyphs, and from glyphs to pictures."""
