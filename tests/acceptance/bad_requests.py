"""Rows of the table of bad input: bodies, fields, addresses, identities."""

from dataclasses import dataclass, field
from typing import Any

GONE = "0199aa00-0000-7000-8000-000000000009"
NOISE = "/api/ai/noise-removal"
SUBTITLES = "/api/ai/subtitle-generation"
FORM = "multipart/form-data; boundary=x"
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Case:
    """A request and its answer. `{project}`, `{asset}` and `{trap}` stand for what is there."""

    name: str
    method: str
    path: str
    status: int
    code: str
    content: Any = None
    json: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    bearer: str | None = None


def bodies():
    """Bodies that are no JSON, or not the one that is wanted."""
    for path in ("/api/projects", NOISE, SUBTITLES):
        short = path.rpartition("/")[2]
        for name, body, code in (
            ("broken", b'{"name": ', "invalid_json"),
            ("trailing", b"{} {}", "invalid_json"),
            ("single quotes", b"{'name': 'x'}", "invalid_json"),
            ("invalid utf-8", b'{"name": "\xff\xfe"}', "invalid_json"),
            ("deep", b'{"name": ' + b"[" * 200_000, "invalid_json"),
            ("array", b"[]", "invalid_body"),
            ("text", b'"name"', "invalid_body"),
            ("number", b"5", "invalid_body"),
        ):
            yield Case(f"{short} {name}", "POST", path, 400, code, content=body, headers=JSON)
        yield Case(
            f"{short} huge", "POST", path, 413, "body_too_large", content=bytes(3_000_000), headers=JSON
        )
        stream = (b" " * 65536 for _ in range(64))
        yield Case(f"{short} huge stream", "POST", path, 413, "body_too_large", content=stream, headers=JSON)


def fields_of_a_job():
    """Fields that do not fit."""
    ids = {"assetId": GONE, "projectId": GONE}
    deep: Any = "x"
    for _ in range(300):
        deep = [deep]
    for name, body, code in (
        ("unknown field", ids | {"colour": "red"}, "unknown_field"),
        ("snake case", ids | {"keep_music": True}, "unknown_field"),
        ("wrong type", ids | {"strength": "much"}, "invalid_field"),
        ("text number", ids | {"strength": "0.5"}, "invalid_field"),
        ("outside", ids | {"strength": 1.01}, "invalid_field"),
        ("negative", ids | {"previewStart": -1}, "invalid_field"),
        ("huge number", ids | {"priority": 10**30}, "invalid_field"),
        ("long text", ids | {"engine": "x" * 5000}, "invalid_field"),
        ("start", ids | {"startAt": "9999-12-31T23:59:59-14:00"}, "invalid_field"),
        ("nul", ids | {"engine": "a\0b"}, "invalid_field"),
        ("nested", ids | {"engine": deep}, "invalid_field"),
    ):
        yield Case(f"job {name}", "POST", NOISE, 400, code, json=body)
    for name, text, code in (
        ("nan", '"strength": NaN', "invalid_field"),
        ("infinite", '"strength": 1e999', "invalid_field"),
        ("half a pair", '"engine": "\\ud800"', "invalid_field"),
    ):
        body = f'{{"assetId": "{GONE}", "projectId": "{GONE}", {text}}}'.encode()
        yield Case(f"job {name}", "POST", NOISE, 400, code, content=body, headers=JSON)


def fields_of_subtitles():
    """Fields of jobs on subtitles that do not fit; the asset is there, and can be heard."""
    ids = {"assetId": "{asset}", "projectId": "{project}"}
    unknown = {"subtitlesId": GONE, "language": "de"}
    for name, body, code in (
        ("unknown field", {"colour": "red"}, "unknown_field"),
        ("preset type", {"preset": 5}, "invalid_field"),
        ("preset", {"preset": "loud"}, "unknown_preset"),
        ("preset path", {"preset": "../netflix"}, "unknown_preset"),
        ("engine", {"engine": "magic"}, "unknown_engine"),
        ("engine path", {"engine": "../denoisers/rnnoise"}, "unknown_engine"),
        ("language", {"language": "Klingon, perhaps"}, "invalid_field"),
        ("language injection", {"language": "en\r\nX-Evil: 1"}, "invalid_field"),
        ("long prompt", {"prompt": "x" * 801}, "invalid_field"),
        ("nul prompt", {"prompt": "a\0b"}, "invalid_field"),
        ("glossary type", {"glossary": "one, two"}, "invalid_field"),
        ("empty term", {"glossary": [" "]}, "invalid_field"),
        ("long term", {"glossary": ["x" * 50]}, "invalid_field"),
        ("many terms", {"glossary": ["x"] * 101}, "invalid_field"),
        ("speakers", {"speakers": "yes"}, "invalid_field"),
        ("languages", {"translateTo": ["de"] * 6}, "invalid_field"),
        ("same language", {"language": "en", "translateTo": ["de", "EN"]}, "same_language"),
        ("no picture", {"embed": True}, "no_picture"),
    ):
        yield Case(f"subtitles {name}", "POST", SUBTITLES, 400, code, json=ids | body)
    for name, body, code in (
        ("vendor without key", {"engine": "openai"}, "missing_key"),
        ("engine's language", {"language": "de", "engine": "pocketsphinx"}, "language_not_supported"),
        ("no translator", {"translateTo": ["de"]}, "missing_key"),
    ):
        yield Case(f"subtitles {name}", "POST", SUBTITLES, 501, code, json=ids | body)
    for name, path, body, status, code in (
        ("translation of nothing", "translations", {"language": "de"}, 400, "missing_field"),
        ("translation unknown", "translations", unknown, 404, "subtitles_not_found"),
        ("translation id", "translations", {"subtitlesId": "x", "language": "de"}, 400, "invalid_uuid"),
        ("embedding of nothing", "embeddings", {"subtitlesIds": []}, 400, "invalid_field"),
        ("embedding unknown", "embeddings", {"subtitlesIds": [GONE]}, 404, "subtitles_not_found"),
        ("embedding of many", "embeddings", {"subtitlesIds": [GONE] * 11}, 400, "invalid_field"),
    ):
        yield Case(name, "POST", f"/api/subtitle-{path}", status, code, json=body)


def fields_of_a_project():
    """Fields and keys that do not fit."""
    for name, body, code in (
        ("nothing", {}, "missing_field"),
        ("null", {"name": None}, "invalid_field"),
        ("number", {"name": 5}, "invalid_field"),
        ("empty", {"name": ""}, "invalid_field"),
        ("blank", {"name": " \u200f\u2028 "}, "invalid_name"),
        ("long", {"name": "x" * 201}, "invalid_field"),
        ("nul", {"name": "a\0b"}, "invalid_body"),
        ("unknown", {"name": "x", "colour": "red"}, "unknown_field"),
        ("flag", {"name": "x", "isPublic": "yes"}, "invalid_field"),
    ):
        yield Case(f"project {name}", "POST", "/api/projects", 400, code, json=body)
    yield Case("form", "POST", "/api/projects", 400, "invalid_body", content=b"name=x")
    for key in ("", "x" * 256, "\u00e9"):
        yield Case(
            f"idempotency key {key[:3]!r}",
            "POST",
            "/api/projects",
            400,
            "invalid_field",
            json={"name": "x"},
            headers={"Idempotency-Key": key.encode("latin-1")},
        )


def addresses():
    """Paths and queries that lead nowhere."""
    for name, method, path, status, code in (
        ("unknown route", "GET", "/api/nowhere", 404, "not_found"),
        ("unknown post", "POST", "/api/ai/magic", 404, "not_found"),
        ("slash", "GET", "/api/projects/", 404, "not_found"),
        ("climbing", "GET", "/api/../../../etc/passwd", 404, "not_found"),
        ("climbing encoded", "GET", "/static/%2e%2e%2f%2e%2e%2fetc%2fpasswd", 404, "not_found"),
        ("put", "PUT", NOISE, 405, "method_not_allowed"),
        ("get of a post", "GET", NOISE, 405, "method_not_allowed"),
        ("delete of a list", "DELETE", "/api/ai/jobs", 405, "method_not_allowed"),
        ("patch of content", "PATCH", "/api/assets/{asset}/content", 405, "method_not_allowed"),
        ("trace", "TRACE", "/api/projects", 405, "method_not_allowed"),
        ("odd method", "PROPFIND", "/api/projects", 405, "method_not_allowed"),
        ("nul in path", "GET", "/api/projects/%00", 400, "invalid_characters"),
        ("nul in query", "GET", "/api/ai/jobs?status=%00", 400, "invalid_characters"),
        ("no utf-8 in path", "GET", "/api/projects/%ff%fe", 400, "invalid_uuid"),
        ("no utf-8 in query", "GET", "/api/ai/jobs?status=%ff", 400, "unknown_status"),
        ("long query", "GET", "/api/ai/jobs?status=" + "x" * 3000, 400, "invalid_field"),
        ("long path", "GET", "/api/projects/" + "x" * 3000, 400, "invalid_uuid"),
        ("sql", "GET", "/api/ai/jobs?status=completed'%20or%201=1--", 400, "unknown_status"),
        ("half uuid", "GET", "/api/assets/0199aa00", 400, "invalid_uuid"),
        ("braced uuid", "GET", "/api/assets/{{0199aa00-0000-7000-8000-000000000009}}", 400, "invalid_uuid"),
        ("urn uuid", "GET", f"/api/assets/urn:uuid:{GONE}", 400, "invalid_uuid"),
        ("plain uuid", "GET", f"/api/assets/{GONE.replace('-', '')}", 400, "invalid_uuid"),
        ("missing project", "GET", f"/api/projects/{GONE}", 404, "project_not_found"),
        ("missing asset", "DELETE", f"/api/assets/{GONE}", 404, "asset_not_found"),
        ("missing content", "GET", f"/api/assets/{GONE}/content", 404, "asset_not_found"),
        ("missing key", "DELETE", f"/api/keys/{GONE}", 404, "key_not_found"),
        (
            "forged link",
            "GET",
            "/api/assets/{asset}/content?expires=9999999999&signature=x",
            403,
            "link_invalid",
        ),
        ("half a link", "GET", "/api/assets/{asset}/content?expires=9999999999", 403, "link_invalid"),
        (
            "link of words",
            "GET",
            "/api/assets/{asset}/content?expires=a&signature=\u00e9",
            403,
            "link_invalid",
        ),
        ("limit", "GET", "/api/projects?limit=-1", 400, "invalid_field"),
        ("cursor", "GET", "/api/projects?cursor=x", 400, "invalid_cursor"),
        ("kind", "GET", "/api/projects/{project}/assets?kind=virus", 400, "invalid_field"),
    ):
        yield Case(name, method, path, status, code)
    past = {"Range": "bytes=99999999-"}
    yield Case("range", "GET", "/api/assets/{asset}/content", 416, "invalid_range", headers=past)


def identities():
    """Tokens that are none."""
    for bearer in (
        "nothing",
        "words",
        "expired",
        "forged",
        "unsigned",
        "other algorithm",
        "other secret",
        "other issuer",
        "no session",
        "session of nobody",
        "signed out",
        "deleted key",
        "changed key",
        "short key",
        "link secret",
        "long",
    ):
        for method, path in (
            ("GET", "/api/ai/jobs"),
            ("POST", NOISE),
            ("GET", "/api/assets/{asset}/content"),
        ):
            yield Case(f"{bearer}: {path}", method, path, 401, "authentication_required", bearer=bearer)
    wrong = {"email": "nobody@example.com", "password": "wrong horse"}
    yield Case("login", "POST", "/api/auth/login", 401, "wrong_credentials", json=wrong, bearer="nothing")
    for name, body, code in (
        ("no e-mail", {"email": "nobody", "password": "correct horse battery"}, "invalid_email"),
        ("short password", {"email": "a@example.com", "password": "short"}, "invalid_password"),
        ("long password", {"email": "a@example.com", "password": "x" * 2000}, "invalid_field"),
        ("operator", {"email": "a@example.com", "password": "x" * 20, "isOperator": True}, "unknown_field"),
    ):
        yield Case(f"register {name}", "POST", "/api/auth/register", 400, code, json=body)


def rows():
    """Return every row of this file."""
    parts = (bodies, fields_of_a_job, fields_of_subtitles, fields_of_a_project, addresses, identities)
    return [row for part in parts for row in part()]
