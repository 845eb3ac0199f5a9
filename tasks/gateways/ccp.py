"""The call by the name that existing code has: `CCP().send_template_sms(to, datas, temp_id)`.

A direct call of Yuntongxun: it waits for the answer and leaves no record in the ledger. For messages that must not be
lost or sent twice use the task `tasks.sms.send_sms`.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from tasks.errors import DeskError, GatewayError, RequestError
from tasks.gateways.protocol import Deadline, Gateway, OutcomeKind, OutgoingMessage
from tasks.gateways.registry import open_gateway

if TYPE_CHECKING:
    from tasks.settings import Settings

log = logging.getLogger(__name__)

GATEWAY = "yuntongxun"
SENT = 0
NOT_SENT = -1


class CCP:
    """Sends through the Yuntongxun account of the settings: the default account if it is one, else the first."""

    def send_template_sms(self, to: str | Iterable[str], datas: Sequence[object], temp_id: str | int) -> int:
        """Send a template to one number, several between commas, or a list of them. Never raises.

        0: the platform took all of them. -1: not, or no answer came (then it may have been sent: the worker's log has
        the code, without number and values).
        """
        try:
            return self._send(to, datas, temp_id)
        except DeskError as error:
            log.error("CCP: nothing sent: %s", error.code)
        except Exception as error:
            log.error("CCP: %s", type(error).__name__)
        return NOT_SENT

    def _send(self, to: str | Iterable[str], datas: Sequence[object], temp_id: str | int) -> int:
        from tasks.recipients import check
        from tasks.settings import load

        settings = load()
        checked = check(to if isinstance(to, str) else "\n".join(to), settings.region)
        if checked.bad or not checked.numbers:
            raise RequestError(checked.bad[0].code if checked.bad else "number.not_a_number")
        gateway = _open(settings)
        try:
            codes = [
                outcome.code or outcome.kind.value
                for messages in _requests(checked.numbers, datas, temp_id, gateway)
                for outcome in gateway.send(messages, Deadline.after(settings.call_deadline_s))
                if outcome.kind is not OutcomeKind.ACCEPTED
            ]
        finally:
            gateway.close()
        if codes:
            log.warning("CCP: %d of %d not accepted: %s", len(codes), len(checked.numbers), sorted(set(codes)))
        return NOT_SENT if codes else SENT


def _requests(
    numbers: Sequence[str], datas: Sequence[object], temp_id: str | int, gateway: Gateway
) -> Iterable[list[OutgoingMessage]]:
    values: Sequence[object] = (datas,) if isinstance(datas, str) else datas
    variables = tuple(str(value) for value in values)
    size = gateway.limits.numbers_per_request
    for first in range(0, len(numbers), size):
        yield [
            OutgoingMessage(first + at, uuid.uuid4().hex, number, "", str(temp_id), variables)
            for at, number in enumerate(numbers[first : first + size])
        ]


def _open(settings: Settings) -> Gateway:
    from tasks.settings.secrets import resolve

    ours = [account for account in settings.accounts.values() if account.gateway == GATEWAY]
    if not ours:
        raise GatewayError("gateway.no_account", gateway=GATEWAY)
    chosen = next((account for account in ours if account.name == settings.gateway), ours[0])
    return open_gateway(resolve(chosen))
