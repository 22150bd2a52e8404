"""Documents of older versions, brought to the present one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cutroom.render.document.faults import Faults
from cutroom.render.document.template import VERSION, AnyDocument

Step = Callable[[AnyDocument], AnyDocument]
UPGRADES: dict[int, Step] = {}
"""By version: what makes a document of it one of the next version. It never changes what it is given."""


def upgrade(
    document: AnyDocument, *, steps: Mapping[int, Step] = UPGRADES, newest: int = VERSION
) -> AnyDocument:
    """Return a document in the present version.

    Args:
        document: A template as it is written; without `version` it is of version 1.
        steps: Functions by the version that they upgrade.
        newest: The version to reach.

    Raises:
        Refused: When the version is unknown, or newer than this Cutroom.
    """
    faults = Faults()
    version = document.get("version", 1)
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        faults.add("$.version", version, f"must be a version of templates, 1 to {newest}")
    elif version > newest:
        message = f"must be at most {newest}: the template is newer than this Cutroom"
        faults.add("$.version", version, message, "Update Cutroom.")
    faults.check()
    for step in range(version, newest):
        document = {**steps[step](document), "version": step + 1}
    return document
