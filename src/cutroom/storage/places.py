"""Where the bytes stand: a folder, a bucket of S3 or of a server that speaks S3, or Supabase."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from obstore.store import LocalStore, S3Store

from cutroom.base.errors import Refused
from cutroom.base.settings import Settings
from cutroom.storage.errors import translated
from cutroom.storage.store import Storage

if TYPE_CHECKING:
    from obstore.store import RetryConfig, S3Config  # type descriptions that do not exist at run time

_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,62}")
_PREFIX = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")
_EXAMPLES = "s3://bucket/prefix, supabase://project/bucket or file:///path"

# obstore's own default is ten retries within three minutes: too long for a request.
_RETRIES: RetryConfig = {
    "max_retries": 3,
    "retry_timeout": timedelta(seconds=15),
    "backoff": {
        "init_backoff": timedelta(milliseconds=100),
        "max_backoff": timedelta(seconds=2),
        "base": 2,
    },
}


def open_storage(settings: Settings) -> Storage:
    """Open the store that the settings name; without any, `storage` in the data folder.

    Nothing is sent yet: a bucket that does not exist shows at the first use, or by
    `Storage.check`.

    Raises:
        Refused: With code `bad_settings`, when the address cannot be understood.
        Unsupported: When a local folder may not be made.
    """
    url = settings.storage_url or (f"s3://{settings.s3_bucket}" if settings.s3_bucket else None)
    if url is None:
        return _open_folder(settings.data / "storage")
    parts = urlsplit(url)
    prefix = unquote(parts.path).strip("/")
    if parts.scheme == "file" and parts.netloc in {"", "localhost"} and prefix:
        return _open_folder(Path("/") / prefix)
    if parts.scheme == "s3" and _BUCKET.fullmatch(parts.netloc):
        return _open_bucket(settings, parts.netloc, prefix, settings.storage_endpoint)
    if parts.scheme == "supabase" and parts.netloc and prefix:
        bucket, _, rest = prefix.partition("/")
        # Supabase, "S3 authentication": path style, the project's region, S3 access keys.
        endpoint = f"https://{parts.netloc}.storage.supabase.co/storage/v1/s3"
        return _open_bucket(settings, bucket, rest, settings.storage_endpoint or endpoint)
    raise _refused(url)


def _refused(url: str) -> Refused:
    shown = re.sub(r"//[^/@]*@", "//", url)
    message = f"CUTROOM_STORAGE_URL is {shown!r}: it must look like {_EXAMPLES}. Correct it in .env."
    return Refused(message, code="bad_settings")


def _open_folder(folder: Path) -> Storage:
    with translated(str(folder), "", writes=folder):
        folder.mkdir(parents=True, exist_ok=True)
        return Storage(LocalStore(folder), str(folder), folder.resolve())


def _open_bucket(settings: Settings, bucket: str, prefix: str, endpoint: str | None) -> Storage:
    if not _BUCKET.fullmatch(bucket) or (prefix and not _PREFIX.fullmatch(prefix)):
        raise _refused(settings.storage_url or bucket)
    config: S3Config = {"region": settings.aws_region, "virtual_hosted_style_request": False}
    if endpoint:
        config["endpoint"] = endpoint
    if settings.aws_access_key_id and settings.aws_secret_access_key:
        config["access_key_id"] = settings.aws_access_key_id.get_secret_value()
        config["secret_access_key"] = settings.aws_secret_access_key.get_secret_value()
    store = S3Store(
        bucket,
        prefix=prefix or None,
        config=config,
        client_options={
            "allow_http": bool(endpoint and endpoint.startswith("http://")),
            "connect_timeout": "5s",
            "timeout": "60s",  # of one block, not of a file: see Storage.read
        },
        retry_config=_RETRIES,
    )
    return Storage(store, "/".join(filter(None, [f"s3://{bucket}", prefix])))
