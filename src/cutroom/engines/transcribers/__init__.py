"""Ways to recognise speech, one module each."""
