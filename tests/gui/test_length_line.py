"""The characters that force Unicode, listed as each language lists."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from desktop.i18n import apply_language
from desktop.widgets.compose.length_line import named


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    yield
    apply_language("en")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Chinese characters, “ (left double quote), é"),
        ("zh_CN", "汉字、“（左双引号）、é"),
    ],
)
def test_characters_are_listed_with_the_punctuation_of_the_language(
    qapp: QApplication, language: str, said: str
) -> None:
    apply_language(language)
    assert named(["您", "“", "é"]) == said
