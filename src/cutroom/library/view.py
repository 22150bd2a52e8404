"""Projects and assets as the API shows them: plain JSON, with links that are signed when read."""

from __future__ import annotations

from typing import Any

from cutroom.base.clock import to_iso
from cutroom.database import Row
from cutroom.library.links import Links

Json = dict[str, Any]
LINK_FIELDS = ("url", "posterUrl", "waveformUrl")


def project_view(row: Row) -> Json:
    """Return a project as JSON."""
    return {
        "projectId": str(row["id"]),
        "name": row["name"],
        "isPublic": row["is_public"],
        "createdAt": to_iso(row["created_at"]),
        "updatedAt": to_iso(row["updated_at"]),
    }


def content_path(asset_id: object) -> str:
    """Return the stable path of an asset's bytes, to which a caller's own identity opens the door."""
    return f"/api/assets/{asset_id}/content"


def asset_view(row: Row, links: Links) -> Json:
    """Return an asset as JSON; fields without a value are left out.

    Args:
        row: From `assets.find`, `assets.create` or `assets.list_all`.
        links: Signs the links, unless the project is public: then they need no signature.
    """
    path = f"/api/assets/{row['id']}"

    def link(name: str) -> str:
        return f"{path}/{name}" if row["is_public"] else links.sign(f"{path}/{name}")

    view: Json = {
        "assetId": str(row["id"]),
        "projectId": str(row["project_id"]),
        "name": row["name"],
        "kind": row["kind"],
        "mimeType": row["mime_type"],
        "bytes": row["bytes"],
        "sha256": row["sha256"],
        "media": row["media"],
        "url": link("content"),
        "createdAt": to_iso(row["created_at"]),
    }
    if row["poster_file_id"]:
        view["posterUrl"] = link("poster")
    if row["waveform_file_id"]:
        view["waveformUrl"] = link("waveform")
    if row["source_job_id"]:
        view["sourceJobId"] = str(row["source_job_id"])
    return view


def renew_links(view: Json, links: Links) -> Json:
    """Return an asset's view with its links signed anew, as for an answer that was stored."""
    fresh = {
        name: links.sign(view[name].partition("?")[0]) for name in LINK_FIELDS if "?" in view.get(name, "")
    }
    return {**view, **fresh}
