"""The English sentences and remedies by error code; translations: i18n/zh_CN/errors.ts (context `errors`)."""

from __future__ import annotations

from typing import Final

from desktop.error_texts.broker import BROKER, SERVER
from desktop.error_texts.gateway import GATEWAY
from desktop.error_texts.ledger import LEDGER
from desktop.error_texts.request import REQUEST, WAITING
from desktop.error_texts.settings import INVALID_REASONS, SETTINGS
from desktop.error_texts.window import UPDATES, WINDOW

__all__ = ["INVALID_REASONS", "REMEDIES", "SENTENCES"]

_TEXTS: Final = {**WINDOW, **UPDATES, **SERVER, **BROKER, **LEDGER, **SETTINGS, **GATEWAY, **REQUEST, **WAITING}
SENTENCES: Final = {code: texts[0] for code, texts in _TEXTS.items()}
REMEDIES: Final = {code: texts[1] for code, texts in _TEXTS.items()}
