"""Any content of a multipart body, cut into pieces anywhere."""

import hashlib

from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.library import upload
from multipart_bodies import BOUNDARY, form, part, received


@settings(max_examples=30)
@given(
    content=st.binary(max_size=300)
    | st.lists(st.sampled_from([b"\r", b"\n", b"-", b"\r\n--", BOUNDARY.encode()]), max_size=8).map(b"".join),
    size=st.integers(1, 400),
)
def test_any_content_survives_any_cut_into_pieces(tmp_path_factory, content, size):
    if b"\r\n--" + BOUNDARY.encode() in b"\r\n" + content:
        return  # no client may choose a boundary that its file contains
    folder = tmp_path_factory.mktemp("upload")
    block, upload._BLOCK = upload._BLOCK, 1
    try:
        ((_, found, length, digest),) = received(folder, form(part(content)), size=size)
    finally:
        upload._BLOCK = block
    assert (found, length, digest) == (content, len(content), hashlib.sha256(content).hexdigest())
