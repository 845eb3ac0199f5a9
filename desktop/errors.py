"""Sentences for error codes. Each says what happened, what it means and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import QCoreApplication

from desktop.account_names import account_shown
from desktop.error_texts import INVALID_REASONS, REMEDIES, SENTENCES
from desktop.i18n import short_language
from tasks.gateways.codes import explain

_UNKNOWN_CODE: Final = "window.unknown_code"
_DESK_CODES: Final = "desk"
_BY_THE_GATEWAYS_TABLE: Final = ("gateway.login_refused", "gateway.refused")
"""The gateway gave a code of its own, for which its table knows better what to do."""
_NAMED: Final = frozenset(("account", "gateway"))
"""Params that are names of ours; the sentence has them as the window calls them."""
_FULL_WIDTH_ENDS: Final = ("。", "！", "？", "；")


class _Params(dict[str, Any]):
    """A parameter that is missing shows as a dash: a sentence with a gap is better than none."""

    def __missing__(self, key: str) -> str:
        return "–"


def sentence(code: str, params: Mapping[str, Any]) -> str:
    """What happened and what it means, in the window's language."""
    return _fill(SENTENCES.get(code, SENTENCES[_UNKNOWN_CODE]), code, params)


def remedy(code: str, params: Mapping[str, Any]) -> str:
    """What a person can do about it, in the window's language; "" where nothing is to be done."""
    if code in _BY_THE_GATEWAYS_TABLE and params.get("gateway") and params.get("reason"):
        return explain(str(params["gateway"]), str(params["reason"]), short_language()).remedy
    return _fill(REMEDIES.get(code, REMEDIES[_UNKNOWN_CODE]), code, params)


def whole(code: str, params: Mapping[str, Any]) -> str:
    """Sentence and remedy as one text."""
    return joined(sentence(code, params), remedy(code, params))


def joined(*sentences: str) -> str:
    """Sentences as one text; Chinese ones follow each other without a space, empty ones fall out."""
    text = ""
    for part in filter(None, sentences):
        space = "" if not text or text.endswith(_FULL_WIDTH_ENDS) else " "
        text += space + part
    return text


def known(code: str) -> bool:
    """Whether the code has a sentence of its own."""
    return code in SENTENCES


def _fill(text: str, code: str, params: Mapping[str, Any]) -> str:
    if not text:
        return ""
    shown = _Params({name: _shown(value) for name, value in params.items()}, code=code)
    for name in _NAMED & shown.keys():
        shown[name] = account_shown(str(shown[name]))
    if code == "settings.invalid":
        shown["reason"] = _translated(INVALID_REASONS.get(str(params.get("reason")), "{reason}")).format_map(shown)
    elif code.startswith("gateway.") and params.get("reason"):
        gateway = str(params.get("gateway") or _DESK_CODES)
        shown["reason"] = explain(gateway, str(params["reason"]), short_language()).meaning
    return _translated(text).format_map(shown)


def _shown(value: Any) -> Any:
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else value


def _translated(text: str) -> str:
    return QCoreApplication.translate("errors", text)
