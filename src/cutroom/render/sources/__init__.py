"""Files as sources of pixels: pictures, films, drawings, animations, levels of sound."""
