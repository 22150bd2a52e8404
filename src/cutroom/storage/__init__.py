"""Floor 1: bytes under names, on a local disk, in S3 and in everything that speaks S3."""

from cutroom.storage.errors import DiskFull, StorageUnavailable
from cutroom.storage.keys import file_key
from cutroom.storage.places import open_storage
from cutroom.storage.store import Storage, StoredKey

__all__ = ["DiskFull", "Storage", "StorageUnavailable", "StoredKey", "file_key", "open_storage"]
