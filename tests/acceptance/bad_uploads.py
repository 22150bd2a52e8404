"""Rows of the table of bad input: uploads that are none, addresses that must not be fetched."""

from bad_requests import FORM, GONE, Case


def uploads():
    """Bodies of an upload that are no upload."""
    part = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
    other = b'--x\r\nContent-Disposition: form-data; name="video"; filename="a.wav"\r\n\r\nx\r\n--x--\r\n'
    for name, kind, body, status, code in (
        ("no body", FORM, b"", 400, "upload_incomplete"),
        ("no part", FORM, b"--x--\r\n", 400, "missing_file"),
        ("no end", FORM, part + bytes(1000), 400, "upload_incomplete"),
        ("no file field", FORM, other, 400, "unknown_field"),
        ("no name", FORM, b"--x\r\n\r\nx\r\n--x--\r\n", 400, "unknown_field"),
        ("garbage", FORM, b"garbage" * 100, 400, "invalid_multipart"),
        ("other boundary", FORM, part.replace(b"--x", b"--y"), 400, "invalid_multipart"),
        ("no boundary", "multipart/form-data", part, 400, "invalid_multipart"),
        ("long boundary", "multipart/form-data; boundary=" + "b" * 300, part, 400, "invalid_multipart"),
        ("long header", FORM, part[:60] + b"n" * 10_000, 400, "invalid_multipart"),
        ("many headers", FORM, b"--x\r\n" + b"A: b\r\n" * 100 + b"\r\n", 400, "invalid_multipart"),
        ("many files", FORM, (part + b"x\r\n") * 101 + b"--x--\r\n", 400, "too_many_files"),
        ("raw", "video/mp4", b"x", 400, "invalid_multipart"),
        ("text", "text/plain", b"x", 400, "invalid_multipart"),
        ("form of words", "application/x-www-form-urlencoded", b"file=x", 400, "invalid_multipart"),
        ("empty file", FORM, part + b"\r\n--x--\r\n", 400, "empty_file"),
        ("too much", FORM, part + bytes(6_000_000), 413, "upload_too_large"),
        ("too much streamed", FORM, [part] + [bytes(1_000_000)] * 8, 413, "upload_too_large"),
        (
            "too much after the end",
            FORM,
            [part, b"x\r\n--x--\r\n"] + [bytes(1_000_000)] * 8,
            413,
            "upload_too_large",
        ),
    ):
        stream = iter(body) if isinstance(body, list) else body
        path = "/api/projects/{project}/assets"
        yield Case(
            f"upload {name}", "POST", path, status, code, content=stream, headers={"Content-Type": kind}
        )
    path = f"/api/projects/{GONE}/assets"
    kind = {"Content-Type": FORM}
    yield Case("upload nowhere", "POST", path, 404, "project_not_found", content=part, headers=kind)


PRIVATE = (
    "http://127.0.0.1:{port}/secret",
    "http://127.1:{port}/secret",
    "http://2130706433:{port}/secret",
    "http://0x7f000001:{port}/secret",
    "http://0x7f.1:{port}/secret",
    "http://017700000001:{port}/secret",
    "http://[::1]:{port}/secret",
    "http://[::ffff:127.0.0.1]:{port}/secret",
    "http://[::ffff:7f00:1]:{port}/secret",
    "http://[64:ff9b::7f00:1]:{port}/secret",
    "http://[2002:7f00:1::]:{port}/secret",
    "http://0.0.0.0:{port}/secret",
    "http://[::]:{port}/secret",
    "http://localhost:1/secret",
    "http://LOCALHOST:1/secret",
    "http://{host}:{port}/secret",
    "http://169.254.169.254/latest/meta-data/",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://[fe80::1]/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.0.1/",
    "http://100.64.0.1/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://localhost:{port}/to-private",
)

UNFIT = (
    ("file:///etc/passwd", 400, "bad_url"),
    ("FILE:///etc/passwd", 400, "bad_url"),
    ("ftp://localhost:{port}/a", 400, "bad_url"),
    ("gopher://127.0.0.1:{port}/a", 400, "bad_url"),
    ("data:audio/wav;base64,UklGRg==", 400, "bad_url"),
    ("javascript:alert(1)", 400, "bad_url"),
    ("/etc/passwd", 400, "bad_url"),
    ("//127.0.0.1/a", 400, "bad_url"),
    ("http://", 400, "bad_url"),
    ("http:///etc/passwd", 400, "bad_url"),
    ("http://user:secret@localhost:{port}/a", 400, "bad_url"),
    ("http://0177.0.0.1:{port}/secret", 400, "bad_url"),
    ("http://localhost:0/", 400, "bad_url"),
    ("http://localhost:99999/", 400, "bad_url"),
    ("http://localhost:{port}/a\r\nX: y", 400, "bad_url"),
    ("http://" + "a" * 300 + ".example/", 400, "unknown_host"),
    ("http://no.such.host.invalid/", 400, "unknown_host"),
    ("http://localhost:{port}/to-file", 400, "bad_url"),
    ("http://localhost:{port}/to-nowhere", 400, "url_refused"),
    ("http://localhost:{port}/loop", 400, "too_many_redirects"),
    ("http://localhost:{port}/missing", 400, "url_not_found"),
    ("http://localhost:{port}/forbidden", 400, "url_forbidden"),
    ("http://localhost:{port}/packed", 400, "unexpected_encoding"),
    ("http://localhost:{port}/page", 400, "not_media"),
    ("http://localhost:{port}/empty", 400, "empty_file"),
    ("http://localhost:{port}/endless", 413, "upload_too_large"),
    ("http://localhost:{port}/list", 400, "playlist"),
    ("http://localhost:{port}/cut", 503, "connection_failed"),
    ("http://localhost:{port}/fault", 503, "server_error"),
    ("http://localhost:{port}/busy", 503, "busy"),
)


def links():
    """Addresses that must not be fetched."""
    yield from (_fetch(url, 400, "private_address") for url in PRIVATE)
    yield from (_fetch(*row) for row in UNFIT)
    for name, body, code in (
        ("no address", {}, "missing_field"),
        ("number", {"url": 5}, "invalid_field"),
        ("empty", {"url": ""}, "invalid_field"),
        ("long", {"url": "http://x/" + "y" * 3000}, "invalid_field"),
        ("unknown field", {"url": "http://x/", "headers": {}}, "unknown_field"),
    ):
        yield Case(f"fetch {name}", "POST", "/api/projects/{project}/assets", 400, code, json=body)


def _fetch(url, status, code):
    return Case(
        f"fetch {url[:60]}", "POST", "/api/projects/{project}/assets", status, code, json={"url": url}
    )


def rows():
    """Return every row of this file."""
    return [*uploads(), *links()]
