"""The stores that the contract is run over: a local folder, a server that speaks S3, Supabase's door."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import boto3
import pytest
from moto.server import ThreadedMotoServer

from cutroom.base.settings import Settings
from cutroom.storage import Storage, open_storage

BUCKET = "media"


@dataclass
class S3Server:
    url: str
    client: object

    def settings(self, **fields) -> Settings:
        return Settings(
            _env_file=None,
            storage_endpoint=self.url,
            aws_access_key_id="AKIATEST",
            aws_secret_access_key="secret",
            **fields,
        )

    def unfinished(self) -> list[str]:
        uploads = self.client.list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])
        return [upload["Key"] for upload in uploads]


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    client = boto3.client(
        "s3",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="AKIATEST",
        aws_secret_access_key="secret",
    )
    client.create_bucket(Bucket=BUCKET)
    yield S3Server(url, client)
    client.close()
    server.stop()


@pytest.fixture(params=["local", "s3", "supabase"])
def storage(request, tmp_path) -> Storage:
    if request.param == "local":
        return open_storage(Settings(_env_file=None, data=tmp_path / "data"))
    server = request.getfixturevalue("s3_server")
    prefix = tmp_path.name.lower()
    url = {
        "s3": f"s3://{BUCKET}/{prefix}",
        "supabase": f"supabase://{urlsplit(server.url).hostname}/{BUCKET}/{prefix}",
    }[request.param]
    return open_storage(server.settings(storage_url=url))
