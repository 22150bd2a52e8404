"""Whether a file that no demuxer knows is subtitles after all; light, for a child process imports it."""

from __future__ import annotations

from pathlib import Path

from cutroom.subtitles.format import FORMATS
from cutroom.subtitles.importing import read_subtitles
from cutroom.subtitles.syntax.encoding import MOST_BYTES


def subtitles_type(path: Path) -> str:
    """Read a file as subtitles and return its MIME type.

    Raises:
        Refused: When it has none; see `read_subtitles`.
    """
    with path.open("rb") as file:
        found = read_subtitles(file.read(MOST_BYTES + 1))
    return FORMATS.load(found.format).mime_type
