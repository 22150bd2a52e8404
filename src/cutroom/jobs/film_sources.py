"""Where the files of a template come from: assets of its owner, or addresses; never paths of a server."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from uuid import UUID

from cutroom.base.errors import CutroomError, Refused
from cutroom.base.ids import parse_id
from cutroom.database import Connection, Row
from cutroom.jobs.run import FileRef, Output
from cutroom.library import assets
from cutroom.network import AllowList
from cutroom.network.addresses import is_public
from cutroom.network.fetch import parse_url
from cutroom.render.document.faults import Fault, refuse
from cutroom.render.scene.placed_files import kinds_of_files, path_of
from cutroom.render.sources.media_item import MediaUse

ASSET = "asset:"


async def resolve(
    connection: Connection,
    owner_id: UUID,
    document: Output,
    uses: Sequence[MediaUse],
    allowed_hosts: Sequence[str] = (),
    given: Output | None = None,
) -> dict[str, Output]:
    """Say where each file of a template is: `kind`, and `file` (a `FileRef` in JSON) or `url`.

    Args:
        connection: An open transaction; assets stay until it ends.
        owner_id: Whose assets may be named.
        document: The template as it was written, for the paths in faults.
        uses: From `media_uses`.
        allowed_hosts: Private addresses that may be called.
        given: Values of the template's inputs, for the paths too.

    Raises:
        Refused: With code `bad_template`, naming every source that cannot be used.
    """
    kinds = kinds_of_files(uses)
    media: dict[str, Output] = {}
    faults: list[Fault] = []
    for src, kind in sorted(kinds.items()):  # assets are locked in the order of their ids
        try:
            place = await _place(connection, owner_id, src, allowed_hosts)
        except CutroomError as error:
            faults.append(Fault(path_of(document, src, given), src[:200], error.message, error.hint))
        else:
            media[src] = {"kind": kind} | place
    if faults:
        refuse(faults)
    return media


async def _place(connection: Connection, owner_id: UUID, src: str, allowed_hosts: Sequence[str]) -> Output:
    if src.startswith(ASSET):
        row = await _asset(connection, owner_id, src)
        return {"file": FileRef.of_asset(row).to_json()}
    if src.startswith(("http://", "https://")):
        _check_address(src, allowed_hosts)
        return {"url": src}
    message = "is no source that the platform can read"
    raise Refused(message, hint="Give asset:ID of an uploaded asset, or an https address.")


async def _asset(connection: Connection, owner_id: UUID, src: str) -> Row:
    text = src.removeprefix(ASSET)
    try:
        asset_id = parse_id(text, "asset")
    except Refused:
        raise Refused("must be asset: and the id of an asset, a UUID") from None
    row = await assets.find(connection, asset_id, owner_id, for_share=True)
    if row is None:
        raise Refused("names an asset that is not there, or is somebody else's", hint="Upload it first.")
    return row


def _check_address(url: str, allowed_hosts: Sequence[str]) -> None:
    """Refuse what can be seen without asking anybody; names are looked up when the file is fetched."""
    try:
        place = parse_url(url)
    except Refused as error:
        raise Refused(f"cannot be fetched: {error.message}") from None
    try:
        address = ipaddress.ip_address(place.host)
    except ValueError:
        return
    port = place.port or {"http": 80}.get(place.scheme, 443)
    if not is_public(address) and not AllowList(allowed_hosts).permits(place.host, port, address):
        message = f"names the private address {address}, which is not called from here"
        raise Refused(message, hint="The operator can allow it by name.")
