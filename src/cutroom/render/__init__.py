"""Template to film: a JSON document, its inputs and files in; pictures, sound and films out."""
