"""Make what the package contains beside its sources, when it is built.

A hatchling build hook: `pip install .`, `pip install -e .` and `python -m build` run it. It bundles
the scripts of the pages (build_islands.py), compiles the kernels that draw pixels
(build_kernels.py) and fetches the typefaces (build_fonts.py); each part does nothing where its
results already belong to the present sources. `python hatch_build.py` does the same by hand.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parent))  # build backends leave the checkout out of it

import build_fonts
import build_islands
import build_kernels

# What is made, how, and what a checkout lacks that could not make it.
PARTS: dict[str, tuple[Callable[[Path], bool], str]] = {
    "kernels": (build_kernels.build, "no video can be drawn"),
    "scripts": (build_islands.build, "the pages work without live progress"),
    "typefaces": (lambda root: build_fonts.build_fonts(root, build_islands.node), "no text can be drawn"),
}


class CutroomHook(BuildHookInterface[Any]):
    """Puts everything in place before the wheel is packed or the editable install is made."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for Node, pip and a compiler only when there is something to make with them."""
        root = Path(self.root)
        return [] if self.target_name == "sdist" else sorted(set(needed(root)))

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make everything before the files of a wheel are collected; an sdist carries the sources.

        A checkout that cannot reach a registry, or has no compiler, still works without that part.
        """
        if self.target_name == "sdist":
            return
        # The kernels are machine code: they run on Linux with the processor that they were compiled for.
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{build_kernels.platform_tag()}"
        for name in PARTS:
            try:
                make(name, Path(self.root))
            except SystemExit as problem:
                if version != "editable":
                    raise
                comfort = f"Until then {PARTS[name][1]}; `python hatch_build.py` tries again."
                self.app.display_warning(f"{problem} {comfort}")


def needed(root: Path) -> Iterator[str]:
    """Yield the packages that making everything needs."""
    yield from build_islands.needed(root)
    yield from build_kernels.needed(root)
    if not build_fonts.is_current(root):
        yield from (build_fonts.PIP, build_islands.NODE)


def make(name: str, root: Path) -> bool:
    """Make one of `PARTS`; False when it was up to date.

    Raises:
        SystemExit: With one sentence, when it cannot be made.
    """
    return PARTS[name][0](root)


if __name__ == "__main__":
    folder = Path(__file__).resolve().parent
    made = [name for name in PARTS if make(name, folder)]
    print(f"Made: {', '.join(made)}." if made else "Up to date.")  # noqa: T201 - a command's answer
