"""Sentences for error codes. Each says what happened, what it means and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication

from desktop.error_texts import REMEDIES, SENTENCES

_UNKNOWN_CODE = "window.unknown_code"


class _Params(dict[str, Any]):
    """A parameter that is missing shows as a dash: a sentence with a gap is better than none."""

    def __missing__(self, key: str) -> str:
        return "–"


def sentence(code: str, params: Mapping[str, Any]) -> str:
    """What happened and what it means, in the window's language."""
    return _fill(SENTENCES.get(code, SENTENCES[_UNKNOWN_CODE]), code, params)


def remedy(code: str, params: Mapping[str, Any]) -> str:
    """What a person can do about it, in the window's language."""
    return _fill(REMEDIES.get(code, REMEDIES[_UNKNOWN_CODE]), code, params)


def known(code: str) -> bool:
    """Whether the code has a sentence of its own."""
    return code in SENTENCES


def _fill(text: str, code: str, params: Mapping[str, Any]) -> str:
    shown = {name: ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else value
             for name, value in params.items()}  # fmt: skip
    return QCoreApplication.translate("errors", text).format_map(_Params(shown, code=code))
