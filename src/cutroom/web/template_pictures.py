"""Pictures of templates for cards and pages: a real frame, or a sketch where none can be drawn."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from cutroom.base.errors import CutroomError
from cutroom.jobs.previews import Previews, Wish
from cutroom.web.render import resources_of
from cutroom.web.template_page import size_of
from cutroom.web.template_samples import drawable

Json = dict[str, Any]

WIDTHS = (160, 1280)
_SHARE = 0.4  # of the film: by then everything has come in, and nothing has left
_MOST_KEPT = 200
_KEPT = "private, max-age=3600"
_SKETCH = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
    '<rect width="100%" height="100%" fill="#23312e"/><circle cx="50%" cy="50%" r="8%" fill="#63d2b8"/></svg>'
)


class Pictures:
    """Draws pictures of templates and keeps the last ones."""

    def __init__(self, previews: Previews) -> None:
        """Begin with none."""
        self._previews = previews
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    async def draw(self, owner_id: UUID, document: Json, width: int, *, key: str) -> bytes:
        """Return a JPEG of a moment that shows much of a template.

        Args:
            owner_id: Who looks; the files must be theirs.
            document: The template; inputs without values get samples.
            width: Pixels.
            key: Whose picture it is: of one owner, or everybody's.

        Raises:
            CutroomError: When no frame can be drawn.
        """
        text = json.dumps(document, sort_keys=True)
        known = hashlib.sha256(f"{key} {width} {text}".encode()).hexdigest()
        if known in self._kept:
            self._kept.move_to_end(known)
            return self._kept[known]
        shown, values = drawable(document)
        timeline = await self._previews.timeline(owner_id, Wish(shown, values))
        wish = Wish(shown, values, timeline["seconds"] * _SHARE, width, "jpg")
        content = (await self._previews.draw(owner_id, wish)).content
        self._kept[known] = content
        if len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return content


def previews_of(request: Request) -> Previews:
    """Return the previews of this process, which the API shares."""
    state = request.app.state
    if not hasattr(state, "previews"):
        state.previews = Previews(resources_of(request))
    return state.previews


async def send_picture(request: Request, owner_id: UUID, document: Json, *, key: str) -> Response:
    """Answer with a picture of a template; `width` of the query says how wide."""
    wanted = request.query_params.get("width", "")
    width = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 6 else 480  # noqa: PLR2004 - no picture is wider
    state = request.app.state
    if not hasattr(state, "template_pictures"):
        state.template_pictures = Pictures(previews_of(request))
    pictures: Pictures = state.template_pictures
    try:
        content = await pictures.draw(owner_id, document, min(max(width, WIDTHS[0]), WIDTHS[1]), key=key)
    except CutroomError:  # a template that is not finished has a card all the same
        sides = size_of(document)
        sketch = _SKETCH.format(width=sides[0], height=sides[1])
        return Response(sketch, media_type="image/svg+xml", headers={"Cache-Control": "no-store"})
    return Response(content, media_type="image/jpeg", headers={"Cache-Control": _KEPT})
