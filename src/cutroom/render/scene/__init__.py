"""From a template to the sprites of each frame: when clips play, where they stand, what covers what."""
