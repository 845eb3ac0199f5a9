"""Which gateways there are, and how an account becomes an open one. Loads a gateway's module when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol, cast

from tasks.errors import GatewayError
from tasks.gateways.protocol import AccountField, Gateway


class GatewayAccount(Protocol):
    """What `open_gateway` needs of an account; `tasks.settings.Account` has it."""

    @property
    def name(self) -> str: ...

    @property
    def gateway(self) -> str: ...

    @property
    def fields(self) -> Mapping[str, Any]: ...


# Plain imports, not names handed to importlib: a program that freezes this package must see them.
def _simulator() -> type[Gateway]:
    from tasks.gateways.simulator import Simulator

    return Simulator


def _yuntongxun() -> type[Gateway]:
    from tasks.gateways.yuntongxun import Yuntongxun

    return Yuntongxun


class _Registry(Mapping[str, type[Gateway]]):
    def __init__(self, loaders: Mapping[str, Callable[[], type[Gateway]]]) -> None:
        self._loaders = loaders

    def __getitem__(self, name: str) -> type[Gateway]:
        return self._loaders[name]()

    def __iter__(self) -> Iterator[str]:
        return iter(self._loaders)

    def __len__(self) -> int:
        return len(self._loaders)


GATEWAYS: Mapping[str, type[Gateway]] = _Registry({"simulator": _simulator, "yuntongxun": _yuntongxun})
"""Gateway name → its class (a `Gateway`), in the order to offer them."""


def account_fields(gateway: str) -> tuple[AccountField, ...]:
    """The described fields of a gateway's account. GatewayError `gateway.unknown`."""
    return tuple(_class_of(gateway).account_fields)


def open_gateway(account: GatewayAccount) -> Gateway:
    """An open connection for one thread. Opens no socket yet.

    Raises GatewayError: `gateway.unknown` (gateway, account), `gateway.field_missing` and `gateway.field_invalid`
    (field, account).
    """
    chosen = _class_of(account.gateway, account.name)
    fields = {entry.key: _value(entry, account) for entry in chosen.account_fields}
    try:
        return cast(Gateway, chosen(fields))
    except GatewayError as error:
        raise GatewayError(error.code, **{**error.params, "account": account.name}) from None


def _class_of(gateway: str, account: str = "") -> type[Any]:
    try:
        return GATEWAYS[gateway]
    except KeyError:
        raise GatewayError("gateway.unknown", gateway=gateway, account=account) from None


def _value(entry: AccountField, account: GatewayAccount) -> Any:
    value = account.fields.get(entry.key)
    if value is None or value == "":
        if entry.required:
            raise GatewayError("gateway.field_missing", field=entry.key, account=account.name)
        return entry.default
    try:
        value = _yes_or_no(value) if entry.kind is bool else entry.kind(value)
    except (TypeError, ValueError):
        raise GatewayError("gateway.field_invalid", field=entry.key, account=account.name) from None
    too_low = entry.minimum is not None and value < entry.minimum
    too_high = entry.maximum is not None and value > entry.maximum
    if too_low or too_high:
        raise GatewayError("gateway.field_invalid", field=entry.key, account=account.name)
    return value


def _yes_or_no(value: Any) -> bool:
    """What was typed and is not saved yet comes as a word. ValueError."""
    word = str(value).strip().lower()
    if word in ("true", "yes", "on", "1"):
        return True
    if word in ("false", "no", "off", "0"):
        return False
    raise ValueError
