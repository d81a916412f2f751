"""Dates and numbers as each language writes them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from aibot.core.facts.values import QuantityValue
from aibot.slack.cards.values import Values

if TYPE_CHECKING:
    from aibot.core.facts import FactBase
    from aibot.core.language import Phrases


@pytest.mark.parametrize(
    ("number", "unit", "en", "zh"),
    [
        (128_000, "tokens", "128K tokens", "128K token"),
        (8_192, "tokens", "8,192 tokens", "8,192 token"),
        (671_000_000_000, "parameters", "671B parameters", "671B 参数"),
        (2_788_000, "GPU hours", "2.788M GPU hours", "278.8万 GPU 小时"),
        (30_000_000, "cells", "30M cells", "3000万个细胞"),
        (1_700_000_000, "molecules", "1.7B molecules", "17亿个分子"),
        (2_000_000, "characters", "2,000,000 characters", "200万字"),
        (1_234_567, "characters", "1,234,567 characters", "1,234,567字"),
        (5_580_000, "USD", "US$5.58 million", "558 万美元"),
    ],
)
def test_a_quantity(  # noqa: PLR0917  # what it stands on
    number: int, unit: str, en: str, zh: str, base: FactBase, phrases: Phrases
) -> None:
    value = QuantityValue.model_validate({"quantity": Decimal(number), "unit": unit})
    assert Values(base, phrases, "en").quantity(value) == en
    assert Values(base, phrases, "zh").quantity(value).replace("（", "(") == zh


@pytest.mark.parametrize(
    ("date", "en", "zh"),
    [
        ("2024", "2024", "2024年"),
        ("2024-12", "Dec 2024", "2024年12月"),
        ("2024-12-06", "6 Dec 2024", "2024年12月6日"),
    ],
)
def test_what_is_counted_by(date: str, en: str, zh: str, base: FactBase, phrases: Phrases) -> None:
    assert Values(base, phrases, "en").counted_date(date) == en
    assert Values(base, phrases, "zh").counted_date(date) == zh
