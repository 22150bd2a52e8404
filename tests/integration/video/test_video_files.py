"""Files of templates by their address, renders that go on elsewhere, renders by a clock."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from films import blinking, color_of, film, frames_of, picture, shape

COLORS = ["#ff0000", "#00ff00", "#0000ff", "#ffffff", "#ffff00", "#00ffff", "#ff00ff"]


@contextmanager
def site(pages):
    """Serve pages by path; count what was asked for."""
    asked = []

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            content = pages.get(self.path)
            self.send_response(200 if content else 404)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def shown_at(address):
    clip = {"type": "image", "src": address, "start": 0, "length": 1, "width": "100%", "height": "100%"}
    return film(clip)


class TestAllowed:
    """Where the operator allows this machine's own server."""

    @pytest.fixture
    def options(self):
        return {"allowed_hosts": "127.0.0.1"}

    async def test_a_file_is_fetched_by_its_address(self, anna, worker):
        with site({"/photo.png": picture((255, 128, 0))}) as (url, asked):
            body = {"template": shown_at(f"{url}/photo.png")}
            shown, _ = await anna.rendered(**body)
            answer = await anna.client.post("/api/video/preview", json=body)
            assert answer.status_code == 200
        frames = frames_of((await anna.client.get(shown["result"]["videoUrl"])).content)
        assert color_of(frames[3]) == "#ff8000"
        job = (await anna.ask("GET", f"/api/jobs/{shown['jobId']}"))["job"]
        assert job["steps"][0]["name"] == "fetch"
        assert len(asked) == 2, "once for the film, once for the preview"

    async def test_a_file_that_is_not_there_is_named(self, anna, worker):
        with site({}) as (url, _):
            src = f"{url}/gone.png"
            job_id = (await anna.generate(template=shown_at(src)))["jobId"]
            shown = await anna.ended(job_id)
            refused = await anna.client.post("/api/video/preview", json={"template": shown_at(src)})
        assert shown["error"]["step"] == "fetch"
        assert src in shown["error"]["message"]
        assert shown["error"]["retryable"] is False
        assert refused.status_code == 400
        assert src in refused.json()["message"]

    async def test_a_page_is_no_picture(self, anna, worker):
        with site({"/photo.png": b"<html>" * 100}) as (url, _):
            shown = await anna.ended((await anna.generate(template=shown_at(f"{url}/photo.png")))["jobId"])
        assert (shown["status"], shown["error"]["step"]) == ("failed", "prepare")
        assert f"{url}/photo.png" in shown["error"]["message"]


async def test_a_private_name_is_not_called(anna, worker):
    with site({"/photo.png": picture()}) as (url, asked):
        src = url.replace("127.0.0.1", "localhost") + "/photo.png"
        shown = await anna.ended((await anna.generate(template=shown_at(src)))["jobId"])
    assert shown["error"]["code"] == "private_address"
    assert asked == []


class TestTakeover:
    """A render whose worker stops goes on where it was."""

    @pytest.fixture
    def options(self):
        return {"render_processes": 1, "lease_seconds": 2}

    async def test_what_was_drawn_is_not_drawn_again(self, anna, start_worker):
        document = blinking(45, COLORS) | {"width": 640, "height": 360}
        async with start_worker():
            job_id = (await anna.generate(template=document))["jobId"]
            await anna.seen(job_id, lambda shown: shown["progress"] >= 50)
        async with start_worker():
            shown = await anna.ended(job_id)
        assert shown["status"] == "completed"
        output = (await anna.ask("GET", f"/api/jobs/{job_id}"))["job"]["outputData"]
        assert output["segments"]["reused"] >= 4
        assert output["segments"]["rendered"] + output["segments"]["reused"] == 12
        content = (await anna.client.get(shown["result"]["videoUrl"])).content
        frames = frames_of(content)
        assert len(frames) == 45 * 30
        assert [color_of(frames[n * 30 + 15]) for n in range(45)] == [COLORS[n % 7] for n in range(45)]


async def test_films_can_be_made_by_a_clock(anna):
    body = {"type": "video", "cron": "0 6 * * *", "request": {"template": film(shape(0, 1))}}
    made = await anna.ask("POST", "/api/schedules", 201, json=body)
    assert made["schedule"]["type"] == "video"
    body["request"] = {"template": film(shape(0, 1, "no colour"))}
    refused = await anna.ask("POST", "/api/schedules", 400, json=body)
    assert refused["code"] == "bad_template"


async def test_the_same_key_makes_one_film(anna):
    body, headers = {"template": film(shape(0, 1))}, {"Idempotency-Key": "one"}
    first = await anna.ask("POST", "/api/video/generate", 202, json=body, headers=headers)
    again = await anna.ask("POST", "/api/video/generate", 202, json=body, headers=headers)
    assert first == again
    assert len((await anna.ask("GET", "/api/jobs"))["jobs"]) == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"template": film(shape(0, 1)), "templateId": "0199aa00-0000-7000-8000-000000000003"},
        {"template": []},
        {"template": film(shape(0, 1)), "outputs": []},
        {"template": film(shape(0, 1)), "outputs": [{"format": "mp5"}]},
        {"template": film(shape(0, 1)), "outputs": [{"format": "mp4", "alpha": True}]},
        {"template": film(shape(0, 1)), "outputs": [{"format": "mp4", "noSuch": 1}]},
        {"template": film(shape(0, 1)), "input": {"nobody": "asked"}},
        {"template": film(shape(0, 1)), "projectId": "5"},
        {"template": film(shape(0, 1), version=99)},
        {"template": film(shape(-1, 1))},
        {"template": film(shape(0, 1), width=10**9)},
    ],
)
async def test_bad_requests_are_refused_before_there_is_a_job(anna, body):
    refused = await anna.generate(400, **body)
    assert refused["message"]
    assert (await anna.ask("GET", "/api/jobs"))["jobs"] == []


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999", "-1e999"])
async def test_numbers_that_are_none_are_refused(anna, number):
    text = (
        '{"template": {"width": 64, "height": 48, "tracks": [{"clips": [{"type": "shape", "opacity": X}]}]}}'
    )
    for path in ("/api/video/generate", "/api/video/preview"):
        answer = await anna.client.post(
            path, content=text.replace("X", number), headers={"content-type": "application/json"}
        )
        assert answer.status_code == 400, answer.text


async def test_somebody_elses_project_is_not_there(anna, bert):
    made = await bert.ask("POST", "/api/projects", 201, json={"name": "Mine"})
    project_id = made["project"]["projectId"]
    await anna.generate(404, template=film(shape(0, 1)), projectId=project_id)
    job_id = (await bert.generate(template=film(shape(0, 1)), projectId=project_id))["jobId"]
    await anna.ask("GET", f"/api/video/status/{job_id}", 404)
    await anna.ask("DELETE", f"/api/video/cancel/{job_id}", 404)
    await anna.ask("GET", "/api/video/status/nonsense", 400)
