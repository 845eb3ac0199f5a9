"""The live line under the text: characters, segments, encoding, what is left, and what forces Unicode."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop.models.draft import Length, Measured
from desktop.models.money import count
from desktop.theme import Hint

NAMED_AT_MOST: Final = 6
"""So many of the characters that force Unicode are shown."""

_NAMES: Final = {
    "\u2018": QT_TRANSLATE_NOOP("characters", "left single quote"),
    "\u2019": QT_TRANSLATE_NOOP("characters", "right single quote"),
    "\u201c": QT_TRANSLATE_NOOP("characters", "left double quote"),
    "\u201d": QT_TRANSLATE_NOOP("characters", "right double quote"),
    "\u2013": QT_TRANSLATE_NOOP("characters", "en dash"),
    "\u2014": QT_TRANSLATE_NOOP("characters", "em dash"),
    "\u2026": QT_TRANSLATE_NOOP("characters", "ellipsis"),
    "\u2022": QT_TRANSLATE_NOOP("characters", "bullet"),
    "\u00a0": QT_TRANSLATE_NOOP("characters", "no-break space"),
    "\u202f": QT_TRANSLATE_NOOP("characters", "narrow no-break space"),
    "\u200b": QT_TRANSLATE_NOOP("characters", "zero-width space"),
    "\u3000": QT_TRANSLATE_NOOP("characters", "full-width space"),
    "\ufeff": QT_TRANSLATE_NOOP("characters", "byte-order mark"),
    "\t": QT_TRANSLATE_NOOP("characters", "tab"),
}

_CHINESE: Final = (("\u3001", "\u303f"), ("\u3400", "\u9fff"), ("\uff01", "\uff5e"))


class LengthLine(QWidget):
    """Says how long one message is. Empty text: says nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._measured: Measured | None = None
        self.sizes = QLabel()
        self.sizes.setWordWrap(True)
        self.forcing = Hint()
        self.forcing.setTextFormat(Qt.TextFormat.PlainText)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.sizes)
        column.addWidget(self.forcing)
        self.retranslate()

    def show_measured(self, measured: Measured) -> None:
        self._measured = measured
        self.retranslate()

    def retranslate(self) -> None:
        self.sizes.setAccessibleName(self.tr("Length"))
        measured = self._measured
        if measured is None:
            return
        mixed = len(measured.lengths) > 1
        self.sizes.setText("\n".join(self._size(length, measured.signed, mixed) for length in measured.lengths))
        gsm_counts = any(not length.mainland for length in measured.lengths)
        shown = measured.forcing if gsm_counts else ()
        self.forcing.setText(
            self.tr("Needs Unicode because of: {characters}").format(characters=named(shown)) if shown else ""
        )
        self.forcing.setVisible(bool(shown))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)

    def _size(self, length: Length, signed: bool, mixed: bool) -> str:
        parts = [self._characters(length, signed)]
        if length.segments:
            parts.append(segments_text(length.segments))
        if not length.mainland:
            parts.append("GSM-7" if length.encoding == "gsm7" else "Unicode")
        parts.append(self.tr("{count} left").format(count=count(length.left)))
        line = " · ".join(parts)
        if not mixed:
            return line
        place = self.tr("Mainland China: {size}") if length.mainland else self.tr("Elsewhere: {size}")
        return place.format(size=line)

    def _characters(self, length: Length, signed: bool) -> str:
        if length.characters == 1 and not signed:
            return self.tr("1 character")
        text = self.tr("{count} characters with the signature") if signed else self.tr("{count} characters")
        return text.format(count=count(length.characters))


def segments_text(number: int) -> str:
    """`1 segment`, `3 segments`."""
    one = QCoreApplication.translate("LengthLine", "1 segment")
    many = QCoreApplication.translate("LengthLine", "{count} segments")
    return one if number == 1 else many.format(count=count(number))


def named(characters: Sequence[str]) -> str:
    """Characters with their names where they cannot be told by looking at them."""
    marks = [character for character in characters if not _is_chinese(character)]
    shown = [_named(character) for character in marks[:NAMED_AT_MOST]]
    if len(marks) < len(characters):
        shown.insert(0, QCoreApplication.translate("LengthLine", "Chinese characters"))
    if len(marks) > NAMED_AT_MOST:
        shown.append("…")
    return listed(shown)


def listed(parts: Iterable[str]) -> str:
    """Several in one line, with the sign that the window's language puts between them."""
    return QCoreApplication.translate("LengthLine", ", ").join(parts)


def _is_chinese(character: str) -> bool:
    """Ideographs and the punctuation that is written with them: nobody needs them listed one by one."""
    return any(first <= character <= last for first, last in _CHINESE)


def _named(character: str) -> str:
    name = _NAMES.get(character)
    if name is None:
        return character if character.isprintable() else f"U+{ord(character[0]):04X}"
    words = QCoreApplication.translate("characters", str(name))
    both = QCoreApplication.translate("LengthLine", "{character} ({name})").format(character=character, name=words)
    return both if character.strip() and character.isprintable() else words
