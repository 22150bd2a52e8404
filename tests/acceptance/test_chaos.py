"""kill -9 of worker, API and database at random moments: nothing lost, no finished step repeated."""

import os
import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).resolve().parents[2] / "bench" / "chaos.py"
ROUNDS = os.environ.get("CUTROOM_CHAOS_ROUNDS", "20")


def test_twenty_kills_lose_and_repeat_nothing(seed: int) -> None:
    moment = str(seed % 10**6)
    done = subprocess.run(
        [sys.executable, str(BENCH), "--rounds", ROUNDS, "--seed", moment],
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    said = f"python bench/chaos.py --rounds {ROUNDS} --seed {moment} repeats it:\n{done.stdout[-8000:]}"
    assert done.returncode == 0, said + done.stderr[-3000:]
    assert done.stdout.splitlines()[-1] == "nothing lost, nothing repeated, nothing left behind", said
