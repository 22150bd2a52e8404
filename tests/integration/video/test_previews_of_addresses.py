"""Previews of files at addresses: fetched once for a while, then again, for they may have changed."""

import io
import os
import threading
import time
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from films import color_of, film, picture
from PIL import Image

from cutroom.jobs.previews import FOLDER


@pytest.fixture
def options():
    return {"allowed_hosts": "127.0.0.1"}


class Quiet(SimpleHTTPRequestHandler):
    """Says nothing."""

    def log_message(self, *args):
        pass


@contextmanager
def served(folder):
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


async def shown(person, document):
    answer = await person.client.post("/api/video/preview", json={"template": document})
    assert answer.status_code == 200, answer.text
    return color_of(np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGB")))


async def test_an_address_is_asked_again_after_a_while_though_somebody_edits(anna, studio, tmp_path):
    photo = tmp_path / "photo.png"
    photo.write_bytes(picture((255, 0, 0)))
    with served(tmp_path) as address:
        clip = {"type": "image", "src": f"{address}/photo.png", "start": 0, "length": 1}
        document = film(clip | {"width": "100%", "height": "100%"})
        assert await shown(anna, document) == "#ff0000"
        photo.write_bytes(picture((0, 0, 255)))
        assert await shown(anna, document) == "#ff0000"
        [kept] = (studio.settings.scratch / FOLDER).glob("*/url-*")
        before = time.time() - 700
        os.utime(kept, (before, before))
        assert await shown(anna, document) == "#0000ff"
        assert await shown(anna, document) == "#0000ff"
