"""Subtitles drawn into the picture of a video, without a platform."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cutroom.base.errors import Refused
from cutroom.boot.local_targets import OnProgress, check_target, tell_nobody
from cutroom.render.film.burning import Burnt, burn_captions


def burn_file(
    video: Path,
    subtitles: Path,
    target: Path,
    look: Mapping[str, Any],
    *,
    overwrite: bool = False,
    on_progress: OnProgress | None = None,
) -> tuple[Path, Burnt]:
    """Write a copy of a video with subtitles in its picture; sound and everything else are copied.

    Args:
        video: Any film.
        subtitles: SRT, WebVTT, ASS, TTML or JSON.
        target: Where the copy goes. It keeps the video's container where that holds the new picture; else its
            ending becomes that of one that does.
        look: What the captions say beside their file: style, size, font, color, ...
        overwrite: Replace a target that is there already.
        on_progress: Called with percent and a message.

    Returns:
        Where the copy lies, and what was made.

    Raises:
        Refused: With code `no_such_file`, `no_picture`, `bad_template`, or what is wrong with the target.
        CutroomError: What cannot be read, drawn or written.
    """
    for path in (video, subtitles):
        if not path.is_file():
            raise Refused(f"There is no file {str(path)!r}.", code="no_such_file")
    check_target(target, video, overwrite=overwrite)
    tell = on_progress or tell_nobody
    with tempfile.TemporaryDirectory(prefix=".cutroom-", dir=target.resolve().parent) as folder:
        made = Path(folder) / target.name
        captions = {**look, "src": subtitles.name}
        burnt = burn_captions(
            video,
            captions,
            made,
            files={subtitles.name: subtitles},
            progress=lambda share, _step: tell(100 * share, "Drawing and encoding"),
        )
        place = (
            target if target.suffix.lower() == burnt.file.suffix else target.with_suffix(burnt.file.suffix)
        )
        check_target(place, video, overwrite=overwrite)
        made.replace(place)
    return place, burnt
