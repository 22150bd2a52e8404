"""Run every check of CI that is not a test, all of them even when one fails, and sum up."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CHECKS = {
    "lint": [BIN / "ruff", "check", "--quiet", "."],
    "format": [BIN / "ruff", "format", "--check", "--quiet", "."],
    "types": [BIN / "pyright"],
    "imports": [BIN / "lint-imports"],
    "house": [sys.executable, "tools/house.py"],
    "locks": [sys.executable, "tools/lock.py", "--check"],
    "documents": [sys.executable, "tools/docs_blocks.py"],
}


def main(names: list[str]) -> int:
    """Run the named checks, or all; return an exit code."""
    unknown = set(names) - CHECKS.keys()
    if unknown:
        print(f"There is no check {', '.join(sorted(unknown))}; there are {', '.join(CHECKS)}.")
        return 2
    failed: list[str] = []
    for name in names or CHECKS:
        started = time.monotonic()
        result = subprocess.run(
            [str(part) for part in CHECKS[name]], cwd=ROOT, capture_output=True, text=True, check=False
        )
        seconds = time.monotonic() - started
        print(f"{name:10} {'FAILED' if result.returncode else 'ok':6} {seconds:5.1f} s", flush=True)
        if result.returncode:
            failed.append(name)
            print(result.stdout + result.stderr, flush=True)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
