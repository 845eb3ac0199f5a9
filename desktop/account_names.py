"""How a gateway account is called in the window."""

from __future__ import annotations

from typing import Any

from desktop.i18n import short_language
from tasks.gateways.registry import GATEWAYS


def account_shown(name: str) -> str:
    """The name a person gave it; of one that bears its gateway's name the gateway's title, in the window's language."""
    gateway: Any = GATEWAYS.get(name)
    return str(gateway.title[short_language()]) if gateway is not None else name
