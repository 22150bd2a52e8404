"""Good templates with random damage are drawn, or refused in words; `CUTROOM_FUZZ=5000` tries more."""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from pathlib import Path

import pytest

from layer_files import make_files
from template_mutations import good_templates, mutated
from template_trials import Watch, tried

TRIALS = int(os.environ.get("CUTROOM_FUZZ", "60"))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory):
    return make_files(tmp_path_factory.mktemp("files"))


def test_random_templates_begin_with_good_ones(files) -> None:
    for document in good_templates():
        watch = Watch()
        assert tried(document, files, random.Random(1)) == "drawn", json.dumps(document)[:300]
        watch.check()


def test_random_templates_are_drawn_or_refused(files, seed: int, tmp_path: Path) -> None:
    good = good_templates()
    answers: Counter[str] = Counter()
    for number in range(seed, seed + TRIALS):
        chance = random.Random(number)
        document = mutated(chance.choice(good), chance)
        watch = Watch()
        try:
            answers[tried(document, files, chance)] += 1
            watch.check()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a bug
            place = tmp_path / "template.json"
            place.write_text(json.dumps(document))
            pytest.fail(f"random.Random({number}), kept in {place}: {type(error).__name__}: {error}")
    assert answers["drawn"] > TRIALS // 10, answers
