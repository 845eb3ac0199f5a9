"""One call of a gateway, from claimed messages to the ends of their tries."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Mapping, Sequence

from tasks.clock import now_ms
from tasks.errors import GatewayError
from tasks.gateways.protocol import Deadline, Gateway, Limits, Outcome, OutcomeKind
from tasks.gateways.registry import GATEWAYS, account_fields, open_gateway
from tasks.ledger.claims import ClaimedMessage
from tasks.ledger.outcomes import TryEnd
from tasks.settings import Account
from tasks.settings.secrets import resolve

log = logging.getLogger(__name__)

LOCKED_KEYRING_S = 5.0
"""How long an account without its secrets is left so: its keyring may be unlocked at any moment."""


class Caller:
    """Calls gateways for this process. Every sending thread has gateways of its own."""

    def __init__(self, accounts: Mapping[str, Account], deadline_s: float) -> None:
        self._accounts = accounts
        self._deadline_s = deadline_s
        self._own = threading.local()
        self._resolved: dict[str, tuple[Account, float]] = {}
        self._resolving = threading.Lock()

    @property
    def deadline_s(self) -> float:
        """Seconds one call may take, asleep or awake."""
        return self._deadline_s

    def serves(self, account: str) -> bool:
        """Whether this process has the account's credentials."""
        return account in self._accounts

    def gateway(self, account: str) -> Gateway:
        """This thread's gateway for an account. Raises GatewayError where it is not usable as set up."""
        gateways: dict[str, Gateway] = self._own.__dict__.setdefault("gateways", {})
        if account not in gateways:
            gateways[account] = self._open(account)
        return gateways[account]

    def _open(self, account: str) -> Gateway:
        try:
            return open_gateway(self._with_secrets(account))
        except GatewayError:
            raise
        except Exception as error:
            # Its text may hold a secret. Nothing is sent by opening: the account cannot be used, that is all.
            log.error("account %s cannot be opened: %s", account, type(error).__name__)
            raise GatewayError("gateway.cannot_open", account=account) from None

    def _with_secrets(self, account: str) -> Account:
        """The account as a gateway needs it; the keyring, which may be slow, is asked until it has said all."""
        if account not in self._accounts:
            raise GatewayError("gateway.no_account", account=account)
        with self._resolving:
            resolved, until = self._resolved.get(account, (None, 0.0))
            if resolved is None or time.monotonic() > until:
                resolved = resolve(self._accounts[account])
                until = math.inf if has_secrets(resolved) else time.monotonic() + LOCKED_KEYRING_S
                self._resolved[account] = resolved, until
            return resolved

    def limits(self, account: str) -> Limits:
        """What one request of this account may carry; one message where it cannot be opened."""
        try:
            return self.gateway(account).limits
        except GatewayError:
            return Limits()

    def call(self, messages: Sequence[ClaimedMessage]) -> list[TryEnd]:
        """Send messages of equal content; an end for each, whatever happens: the caller's thread must live."""
        outcomes = self._outcomes(messages)
        first = messages[0].message_id
        return [TryEnd(message, outcomes.get(message.message_id) or no_outcome(message), first) for message in messages]

    def _outcomes(self, messages: Sequence[ClaimedMessage]) -> Mapping[int, Outcome]:
        try:
            gateway = self.gateway(messages[0].account)
        except GatewayError as error:
            return same_for_all(messages, OutcomeKind.ACCOUNT, error.code)
        # Looked at last of all: the machine may have slept since the claim, or a keyring may have taken its time.
        if now_ms() > messages[0].claimed_ms + self._deadline_s * 1000:
            return same_for_all(messages, OutcomeKind.UNREACHED, "deadline.passed")
        try:
            answers = gateway.send([message.outgoing for message in messages], Deadline.after(self._deadline_s))
            return {outcome.message_id: outcome for outcome in answers}
        except Exception as error:
            # A gateway must not raise. If it does, the request may have left: its type is all that may be logged.
            log.error("gateway %s raised %s", gateway.name, type(error).__name__)
            return same_for_all(messages, OutcomeKind.UNKNOWN, "gateway.bug")


def has_secrets(account: Account) -> bool:
    """Whether every secret that the account must have was found."""
    if account.gateway not in GATEWAYS:
        return True
    return all(account.fields.get(one.key) for one in account_fields(account.gateway) if one.secret and one.required)


def same_for_all(messages: Sequence[ClaimedMessage], kind: OutcomeKind, code: str) -> dict[int, Outcome]:
    """One answer of ours for every message of a call."""
    return {message.message_id: Outcome(message.message_id, kind, code) for message in messages}


def no_outcome(message: ClaimedMessage) -> Outcome:
    """The gateway's module said nothing of this message: it may have left."""
    return Outcome(message.message_id, OutcomeKind.UNKNOWN, "gateway.no_answer")


def requests_of(messages: Sequence[ClaimedMessage], per_request: int) -> list[list[ClaimedMessage]]:
    """Cut claimed messages into requests of equal content, no larger than the gateway takes."""
    requests: list[list[ClaimedMessage]] = []
    for message in messages:
        last = requests[-1] if requests else None
        if last and len(last) < per_request and last[0].outgoing.content == message.outgoing.content:
            last.append(message)
        else:
            requests.append([message])
    return requests
