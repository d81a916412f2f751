"""Keys a few edits away: packed into numpy arrays or not, the same are found."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest

from aibot.core.matching.nearby import PACKED, Nearby, advice

LETTERS = "abcdefgh"


def words(count: int, seed: int) -> list[str]:
    chance = random.Random(seed)  # noqa: S311  # words, not secrets
    return sorted({"".join(chance.choices(LETTERS, k=chance.randint(3, 14))) for _ in range(count)})


def misspelt(word: str, chance: random.Random) -> str:
    place = chance.randrange(len(word))
    return chance.choice([word[:place], word[:place] + chance.choice(LETTERS)]) + word[place + 1 :]


@pytest.mark.parametrize("count", [300, 12_000], ids=("fine pieces", "coarse pieces"))
def test_packing_changes_nothing_that_is_found(count: int) -> None:
    keys, chance = words(count, seed=count), random.Random(1)  # noqa: S311  # the same
    packed, loose = Nearby(keys, packed=True), Nearby(keys, packed=False)
    typed = [misspelt(chance.choice(keys), chance) for _ in range(200)]
    found = [(packed.within(text, most), loose.within(text, most)) for text in typed for most in (1, 2)]

    assert any(one for one, _ in found)
    assert all(one == other for one, other in found)


def test_a_large_base_without_numpy_is_told_what_helps() -> None:
    assert "aibot[large]" in advice(PACKED + 1, packs=False)
    assert advice(PACKED + 1, packs=True) == advice(PACKED, packs=False) == ""


def test_without_numpy_a_large_base_answers_all_the_same() -> None:
    code = """
import sys
sys.modules["numpy"] = None  # as where it is not installed
from aibot.core.matching.nearby import PACKED, Nearby, can_pack
keys = [f"key{number:06}" for number in range(PACKED + 1)]
print(can_pack(), Nearby(keys).within("key012344x", 1))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "False [(1, 'key012344')]\n"
