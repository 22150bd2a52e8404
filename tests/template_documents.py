"""Documents of templates, and their faults."""

from __future__ import annotations

import json

import pytest

from cutroom.base.errors import Refused
from cutroom.render.document.reading import read_template


def text(words="Hi", **fields):
    return {"type": "text", "text": words, **fields}


def document(*clips, **fields):
    return {"version": 1, "tracks": [{"clips": list(clips)}], **fields}


def faults(written, inputs=None, read=read_template):
    with pytest.raises(Refused) as caught:
        read(written, inputs) if read is read_template else read(written)
    assert caught.value.code_word == "bad_template"
    errors = caught.value.details["errors"]
    assert errors[0]["path"] in caught.value.message
    json.dumps(errors, allow_nan=False)
    return {error["path"]: error for error in errors}
