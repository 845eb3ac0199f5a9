"""Translations: Qt Linguist's .ts files, read at run time, so nothing has to be compiled.

`apply_language` may be called at any time: Qt tells every widget (`QEvent.LanguageChange`), and each
widget writes its texts anew.
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Literal

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

LANGUAGES: Final = ("auto", "en", "zh_CN")
_FOLDER = Path(__file__).parent


def read_ts(path: Path) -> dict[tuple[str, str], list[str]]:
    """(context, source) → its finished translation, one string, or one for each plural form of the language."""
    texts: dict[tuple[str, str], list[str]] = {}
    for context in ElementTree.parse(path).getroot().iter("context"):
        name = context.findtext("name", "")
        for message in context.iter("message"):
            translation = message.find("translation")
            if translation is None or translation.get("type") in ("unfinished", "obsolete", "vanished"):
                continue
            forms = [form.text or "" for form in translation.iter("numerusform")] or [translation.text or ""]
            texts[name, message.findtext("source", "")] = forms
    return texts


class TsTranslator(QTranslator):
    """Answers Qt's questions from .ts files. Chinese has one plural form; English needs no file."""

    def __init__(self, paths: Iterable[Path]) -> None:
        super().__init__()
        self._texts: dict[tuple[str, str], list[str]] = {}
        for path in paths:
            self._texts.update(read_ts(path))

    def isEmpty(self) -> bool:
        """Qt announces a change of language only for a translator that is not empty."""
        return not self._texts

    def translate(  # Qt's signature
        self, context: str, source_text: str, disambiguation: str | None = None, n: int = -1
    ) -> str | None:
        """The translation, None where there is none (Qt then asks the next, and at last shows the source)."""
        forms = self._texts.get((context, source_text))
        return forms[0] if forms else None


_installed: list[QTranslator] = []
_language = "en"


def resolve(language: str) -> str:
    """`en` or `zh_CN` for a language setting; `auto` asks the system."""
    if language in ("en", "zh_CN"):
        return language
    wanted = QLocale.system().uiLanguages()
    return "zh_CN" if wanted and wanted[0].lower().startswith("zh") else "en"


def current_language() -> str:
    """`en` or `zh_CN`: what the window shows now."""
    return _language


def short_language() -> Literal["en", "zh"]:
    """`en` or `zh`: the key of texts that are data in `tasks` ({"en": …, "zh": …})."""
    return "zh" if _language == "zh_CN" else "en"


def apply_language(language: str) -> str:
    """Show the window in `auto`, `en` or `zh_CN` from now on; returns what that came to."""
    global _language
    chosen = resolve(language)
    if chosen == _language and (_installed or chosen == "en"):
        return chosen
    for translator in _installed:
        QCoreApplication.removeTranslator(translator)
    _installed.clear()
    _language = chosen
    if chosen == "zh_CN":
        QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
        _install_chinese()
    else:
        QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    return chosen


def _install_chinese() -> None:
    qt_own = QTranslator()
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    translators = [qt_own] if qt_own.load("qtbase_zh_CN", folder) else []
    translators.append(TsTranslator(sorted((_FOLDER / "zh_CN").glob("*.ts"))))
    for translator in translators:
        _installed.append(translator)  # kept alive here: Qt does not own them
        QCoreApplication.installTranslator(translator)
