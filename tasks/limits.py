"""The limits of accounts as the settings have them, for the ledger, where every claim finds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tasks.ledger.limits import AccountLimits
from tasks.settings import Settings

LIMIT_FIELDS = frozenset({"price_per_segment", "rate_per_s", "most_in_flight", "per_day", "budget_per_month"})
"""Fields of an account that the ledger has too."""


def limits_of(settings: Settings) -> dict[str, tuple[str, AccountLimits]]:
    """Gateway and limits of every account."""
    zone = zone_name(settings.time_zone)
    return {
        name: (
            account.gateway,
            AccountLimits(
                rate_per_s=account.rate_per_s,
                most_in_flight=account.most_in_flight,
                per_day=account.per_day,
                budget_micros=account.budget_micros,
                segment_micros=account.price_micros,
                zone=zone,
            ),
        )
        for name, account in settings.accounts.items()
    }


def zone_name(setting: str) -> str:
    """Where days begin: the setting, or this machine's zone."""
    if setting != "auto":
        return setting
    from tzlocal import get_localzone_name  # only here: it looks through the system's files

    return get_localzone_name() or "UTC"


def changed_limits(changes: Mapping[str, object], accounts: Iterable[str]) -> set[str]:
    """The accounts whose limits are among changes of settings (dotted keys); all where the time zone is."""
    if "time_zone" in changes:
        return set(accounts)
    parts = (key.split(".") for key in changes)
    return {part[1] for part in parts if len(part) == 3 and part[0] == "accounts" and part[2] in LIMIT_FIELDS}
