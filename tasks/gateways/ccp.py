"""The call by the name that existing code has: `CCP().send_template_sms(to, datas, temp_id)`.

A direct call of Yuntongxun: it waits for the answer and leaves no record in the ledger. For messages that must not be
lost or sent twice use the task `tasks.sms.send_sms`.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, ClassVar, Self

from tasks.errors import DeskError, GatewayError, RequestError
from tasks.gateways.protocol import Deadline, Gateway, OutcomeKind, OutgoingMessage
from tasks.gateways.registry import open_gateway

if TYPE_CHECKING:
    from tasks.settings import Settings

log = logging.getLogger(__name__)

GATEWAY = "yuntongxun"
SENT = 0
NOT_SENT = -1

Value = str | int | float


class CCP:
    """Sends through the Yuntongxun account of the settings: the default account if it is one, else the first.

    There is one object of it, as in the code it takes the place of; it holds nothing and may be used by any thread.
    """

    _only: ClassVar[CCP | None] = None

    def __new__(cls) -> Self:
        if not isinstance(cls._only, cls):
            cls._only = super().__new__(cls)
        return cls._only

    def send_template_sms(
        self, to: Value | Iterable[Value], datas: Value | Iterable[Value] | None, temp_id: str | int
    ) -> int:
        """Send a template to one number, several between commas, or a list of them. Never raises.

        `to`: as many numbers as one request of the account takes (100 unless set otherwise), each once. `datas`: the
        values of {1}, {2}…; one value alone, or None, will do. 0: the platform took all of them. -1: not all, or no
        answer came (then it may have been sent): this module's log has the code, without number and values.
        """
        try:
            return self._send(to, datas, temp_id)
        except DeskError as error:
            log.error("CCP: nothing sent: %s", error.code)
        except Exception as error:
            log.error("CCP: %s", type(error).__name__)
        return NOT_SENT

    def _send(self, to: Value | Iterable[Value], datas: Value | Iterable[Value] | None, temp_id: str | int) -> int:
        from tasks.settings import load

        settings = load()
        numbers = _numbers(to, settings.region)
        template_id = _word(temp_id, "temp_id").strip()
        variables = tuple(_word(value, "datas") for value in _listed(datas, "datas"))
        gateway = _open(settings)
        try:
            most = gateway.limits.numbers_per_request
            if len(numbers) > most:
                raise RequestError("request.too_many_recipients", given=len(numbers), most=most)
            messages = [
                OutgoingMessage(at, uuid.uuid4().hex, number, "", template_id, variables)
                for at, number in enumerate(numbers)
            ]
            outcomes = gateway.send(messages, Deadline.after(settings.call_deadline_s))
        finally:
            gateway.close()
        codes = [outcome.code or outcome.kind.value for outcome in outcomes if outcome.kind is not OutcomeKind.ACCEPTED]
        if codes:
            log.warning("CCP: %d of %d not accepted: %s", len(codes), len(numbers), sorted(set(codes)))
        return NOT_SENT if codes else SENT


def _numbers(to: object, region: str) -> list[str]:
    """E.164, each once. RequestError `number.…` for the first that is none."""
    from tasks.recipients import check

    checked = check("\n".join(_word(entry, "to") for entry in _listed(to, "to")), region)
    if checked.bad:
        raise RequestError(checked.bad[0].code)
    if not checked.numbers:
        raise RequestError("request.no_recipients")
    return checked.numbers


def _listed(given: object, name: str) -> Iterable[object]:
    if given is None:
        return ()
    if isinstance(given, str | int | float):
        return (given,)
    # Both can be iterated over too, and would give something that nobody meant.
    if isinstance(given, bytes | Mapping) or not isinstance(given, Iterable):
        raise RequestError("request.argument", name=name)
    return given


def _word(value: object, name: str) -> str:
    """A text or a number as text; anything else is a mistake of the caller: `None` is no value."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise RequestError("request.argument", name=name)
    return str(value)


def _open(settings: Settings) -> Gateway:
    from tasks.settings.secrets import resolve

    ours = [account for account in settings.accounts.values() if account.gateway == GATEWAY]
    if not ours:
        raise GatewayError("gateway.no_account", gateway=GATEWAY)
    chosen = next((account for account in ours if account.name == settings.gateway), ours[0])
    return open_gateway(resolve(chosen))
