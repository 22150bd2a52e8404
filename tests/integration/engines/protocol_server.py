"""A server on loopback that answers a test's script and checks every call against the vendor's document."""

import json
import threading
from contextlib import contextmanager
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jsonschema
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from samples import shared_folder


class Document:
    """A vendor's OpenAPI document of the shared folder; without the folder it checks nothing."""

    def __init__(self, name):
        path = shared_folder().parent / "contracts" / "openapi" / name
        self.is_here = path.is_file()
        self._content = json.loads(path.read_text()) if self.is_here else {"paths": {}}
        resource = DRAFT202012.create_resource(self._content)
        self._registry = Registry().with_resource("urn:document", resource)

    def faults(self, call):
        """Say what is wrong with a call."""
        if not self.is_here:
            return []
        operation = self._content["paths"].get(call.path, {}).get("post")
        if operation is None:
            return [f"no path {call.path}"]
        found = call.content_type.partition(";")[0]
        if found not in operation["requestBody"]["content"]:
            return [f"content type {found}"]
        schema = operation["requestBody"]["content"][found]["schema"]
        if "$ref" in schema:
            schema = {"$ref": "urn:document" + schema["$ref"]}
        if found == "application/json":
            instance, unknown = call.json, []
        else:
            properties = self._properties(schema)
            unknown = sorted(set(call.form) - set(properties))
            instance = {
                name: read_field(properties[name], call.form[name])
                for name in properties
                if name in call.form
            }
        validator = jsonschema.Draft202012Validator(schema, registry=self._registry)
        return [
            *(f"unknown field {name}" for name in unknown),
            *(e.message for e in validator.iter_errors(instance)),
        ]

    def check(self, name, instance):
        """Fail when an instance is none of a schema's."""
        schema = {"$ref": f"urn:document#/components/schemas/{name}"}
        jsonschema.Draft202012Validator(schema, registry=self._registry).validate(instance)

    def _properties(self, schema):
        if "$ref" in schema:
            schema = self._registry.resolver().lookup(schema["$ref"]).contents
        return schema["properties"]


def read_field(schema, values):
    """Return a form's field as the type that the document gives it."""
    kinds = [each.get("type") for each in (schema, *schema.get("anyOf", ()))]
    if "array" in kinds:
        return list(values)
    (value,) = values
    if isinstance(value, bytes):
        return "the file"
    if "boolean" in kinds:
        return {"true": True, "false": False}[value]
    if "integer" in kinds:
        return int(value)
    return float(value) if "number" in kinds else value


class Call:
    """What was asked."""

    def __init__(self, handler):
        self.path = handler.path
        self.headers = dict(handler.headers)
        self.content_type = handler.headers.get("Content-Type", "")
        self.body = handler.rfile.read(int(handler.headers["Content-Length"]))
        self.json = json.loads(self.body) if self.content_type.startswith("application/json") else None
        self.form = self._form() if self.content_type.startswith("multipart/form-data") else {}

    def _form(self):
        head = f"Content-Type: {self.content_type}\r\n\r\n".encode()
        found = {}
        for part in BytesParser(policy=HTTP).parsebytes(head + self.body).iter_parts():
            name = part.get_param("name", header="content-disposition").removesuffix("[]")
            content = part.get_payload(decode=True)
            found.setdefault(name, []).append(content if part.get_filename() else content.decode())
        return found


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        server = self.server
        call = Call(self)
        server.calls.append(call)
        faults = server.document.faults(call) if server.document else []
        server.faults += faults
        if faults:
            return reply(422, {"error": {"message": str(faults)}})(self, call)
        step = server.script.pop(0) if len(server.script) > 1 else server.script[0]
        return step(self, call)

    def log_message(self, *_):
        pass


def reply(status, body, **headers):
    """Return a step that answers with JSON or bytes."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()

    def step(handler, _call):
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(content)

    return step


def hang(handler, _call):
    """Never answer."""
    handler.server.stop.wait(20)
    handler.close_connection = True


def cut_off(handler, _call):
    """Promise more than comes."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.wfile.write(b'{"text": "x')
    handler.close_connection = True


@contextmanager
def serving(*script, document=None):
    """Run a server; each step of the script answers once, the last one for ever."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answer)
    server.daemon_threads = True
    server.calls, server.faults, server.script, server.document = [], [], list(script), document
    server.stop = threading.Event()
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.stop.set()
        server.shutdown()
        thread.join()
        server.server_close()
    assert server.faults == []
