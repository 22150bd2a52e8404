"""Other front ends: the allowed one may do everything, every other one nothing that changes or listens."""

import httpx
import pytest
from customers import ALLOWED_ORIGIN, FAR, content, refusal

PATH = "/api/ai/noise-removal"


def test_the_allowed_front_end_asks_first(running):
    answer = httpx.options(
        running.url + PATH,
        headers={
            "Origin": ALLOWED_ORIGIN,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type,idempotency-key",
        },
    )
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == ALLOWED_ORIGIN
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "idempotency-key" in answer.headers["access-control-allow-headers"]
    assert "Origin" in answer.headers["vary"]


def test_the_allowed_front_end_reads_answers_and_errors(newcomer):
    page = {"Origin": ALLOWED_ORIGIN, "Sec-Fetch-Site": "cross-site"}
    newcomer.headers.update(page)
    body = {"assetId": newcomer.sound, "projectId": newcomer.talks, "startAt": FAR}
    made = newcomer.post(PATH, json=body)
    content(made, 201)
    answers = [
        made,
        newcomer.post(PATH, json={}),
        newcomer.post(PATH, json=body | {"assetId": newcomer.talks}),
        newcomer.get("/api/nowhere"),
        newcomer.put(PATH),
        newcomer.get("/api/ai/jobs", headers={"Authorization": "Bearer x"}),
        newcomer.post(PATH, content=bytes(2_000_000)),
    ]
    assert [answer.status_code for answer in answers] == [201, 400, 404, 404, 405, 401, 413]
    for answer in answers:
        assert answer.headers["access-control-allow-origin"] == ALLOWED_ORIGIN
        assert answer.headers["access-control-allow-credentials"] == "true"
        assert "Origin" in answer.headers["vary"]
    exposed = made.headers["access-control-expose-headers"].lower()
    assert "retry-after" in exposed


@pytest.mark.parametrize(
    "page",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "https://editor.example.evil.example"},
        {"Origin": "http://editor.example"},
        {"Origin": "https://editor.example:444"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_other_pages_change_nothing(newcomer, page):
    before = newcomer.belongings()
    headers = {"Content-Type": "text/plain", **page}  # what a form of another site can send
    body = f'{{"assetId": "{newcomer.sound}", "projectId": "{newcomer.talks}"}}'
    for method, path in (
        ("POST", PATH),
        ("POST", "/api/projects"),
        ("DELETE", f"/api/assets/{newcomer.sound}"),
        ("POST", "/api/auth/logout"),
    ):
        answer = newcomer.request(method, path, headers=headers, content=body)
        refusal(answer, 403, "cross_site_request")
        assert "access-control-allow-origin" not in answer.headers
    assert newcomer.belongings() == before
    assert newcomer.get("/api/auth/me").status_code == 200


def test_the_platforms_own_pages_may(newcomer):
    own = newcomer.running.url
    body = {"assetId": newcomer.sound, "projectId": newcomer.talks, "startAt": FAR}
    assert newcomer.post(PATH, json=body, headers={"Origin": own}).status_code == 201
    assert newcomer.post(PATH, json=body, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 201
    assert newcomer.post(PATH, json=body).status_code == 201


def test_the_cookie_is_an_identity_of_its_own(running, newcomer):
    cookie = {"Cookie": f"authToken={newcomer.token}"}
    assert httpx.get(f"{running.url}/api/ai/jobs", headers=cookie).status_code == 200
    # A wrong bearer token is not helped out by the cookie.
    refusal(httpx.get(f"{running.url}/api/ai/jobs", headers=cookie | {"Authorization": "Bearer x"}), 401)
