"""The regions that a phone number may belong to, by their names in the window's language."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QLocale

import desktop.i18n
from desktop.i18n import short_language

_CHINESE = Path(desktop.i18n.__file__).parent / "zh_CN" / "regions.txt"
"""Every region of libphonenumber: the code of ISO 3166 and its name, one a line."""


@functools.cache
def _names(language: str) -> Mapping[str, str]:
    chinese = dict(line.split(" ", 1) for line in _CHINESE.read_text("utf-8").splitlines())
    if language == "zh":
        return chinese
    english = {QLocale.territoryToCode(place): QLocale.territoryToString(place) for place in QLocale.Country}
    return {code: english.get(code, code) for code in chinese}


def regions() -> list[tuple[str, str]]:
    """(code, name with the code in brackets), in the order of the language."""
    ordered = sorted(_names(short_language()).items(), key=lambda entry: _sorting(entry[1]))
    return [(code, _with_code(name, code)) for code, name in ordered]


def region_named(text: str) -> str:
    """The code of the region that a person means: by its code, its name, or a part that only one has; else ""."""
    wanted = text.strip().casefold()
    if not wanted:
        return ""
    known = {code: name.casefold() for code, name in regions()}
    for code, name in known.items():
        if wanted in (code.casefold(), name, name.removesuffix(_with_code("", code.casefold()))):
            return code
    having = [code for code, name in known.items() if wanted in name]
    return having[0] if len(having) == 1 else ""


def _with_code(name: str, code: str) -> str:
    """Chinese has its own brackets, and no space before them."""
    return f"{name}（{code}）" if short_language() == "zh" else f"{name} ({code})"


def _sorting(name: str) -> tuple[int, bytes | str]:
    """By letters; Chinese by pinyin, which is the order of GBK for all common characters."""
    return (1, name.encode("gbk", "replace")) if short_language() == "zh" else (0, name.casefold())


def region_here() -> str:
    """The region this computer is set to; "" where it does not tell one."""
    code = QLocale.territoryToCode(QLocale.system().territory())
    return code if code in _names("zh") else ""
