"""File names of any characters in the header of a download."""

from email.message import Message
from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st

from cutroom.api.serving import disposition
from cutroom.library.names import clean_name


@given(st.text())
def test_no_name_can_break_out_of_its_header(text):
    name = clean_name(text)
    header = disposition(name, inline=True)
    assert header.isascii()
    assert header.isprintable()
    message = Message()
    message["content-disposition"] = header
    assert message.get_content_disposition() == "inline"
    assert unquote(header.rpartition("filename*=UTF-8''")[2]) == name
