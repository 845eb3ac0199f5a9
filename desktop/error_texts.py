"""The English sentences and remedies by error code; translations: i18n/zh_CN/errors.ts."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QT_TRANSLATE_NOOP

_Texts = dict[str, tuple[str, str]]

_WINDOW: Final[_Texts] = {
    "window.unknown_code": (
        QT_TRANSLATE_NOOP("errors", "Something did not work, and this window has no words for it ({code})."),
        QT_TRANSLATE_NOOP("errors", "Nothing was lost. Try again; if it stays, restart the program."),
    ),
    "window.already_open": (
        QT_TRANSLATE_NOOP("errors", "SMS Desk is already open; its window has been brought to the front."),
        "",
    ),
    "window.no_answer": (
        QT_TRANSLATE_NOOP("errors", "Another SMS Desk uses this folder and does not answer: {home}."),
        QT_TRANSLATE_NOOP("errors", "Wait a moment and start again, or end the other program first."),
    ),
    "window.home_unwritable": (
        QT_TRANSLATE_NOOP("errors", "SMS Desk cannot write into its folder: {home}."),
        QT_TRANSLATE_NOOP("errors", "Free disk space or correct the folder's permissions, then start again."),
    ),
    "clerk.gone": (
        QT_TRANSLATE_NOOP("errors", "The part of the program that reads and writes the ledger has ended."),
        QT_TRANSLATE_NOOP("errors", "It starts again by itself. Look at Deliveries before you repeat what you did."),
    ),
    "worker.gave_up": (
        QT_TRANSLATE_NOOP("errors", "The worker ended {count} times right after its start. Messages wait."),
        QT_TRANSLATE_NOOP("errors", "Read its log on the Workers page, mend the cause, then click Start worker."),
    ),
    "server.gave_up": (
        QT_TRANSLATE_NOOP("errors", "The built-in broker ended {count} times right after its start. Messages wait."),
        QT_TRANSLATE_NOOP("errors", "Read its log on the Workers page, mend the cause, then restart the program."),
    ),
}

_TEXTS: Final[_Texts] = {**_WINDOW}

SENTENCES: Final = {code: texts[0] for code, texts in _TEXTS.items()}
REMEDIES: Final = {code: texts[1] for code, texts in _TEXTS.items()}
