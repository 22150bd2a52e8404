"""Ways to translate, one module each."""
