"""Every file of the bundled typefaces."""

import hashlib

from cutroom.render.fonts import FontBook


def test_fonts_are_what_their_manifest_says():
    book = FontBook()
    for family in book.families:
        for file in book._files(family):
            assert hashlib.sha256(file.path.read_bytes()).hexdigest() == file.sha256
