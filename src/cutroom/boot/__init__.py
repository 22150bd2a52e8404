"""Floor 9: puts the platform together from settings; the only room that knows every other."""
