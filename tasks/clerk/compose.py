"""`compose.quote` and `compose.send`: what it will cost, and into the ledger, then at once to the broker."""

from __future__ import annotations

import logging
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillRunning
from typing import Any

from tasks.clerk.content import Content, read_content, refuse_incomplete
from tasks.clerk.desk import Desk
from tasks.clerk.recipients import Checked, Recipients
from tasks.clerk.waiting import look_at_service
from tasks.clerk.wire import Request
from tasks.clock import now_ms
from tasks.errors import DeskError, LedgerError, RequestError
from tasks.ledger import limits
from tasks.ledger.states import State
from tasks.ledger.submission import Submission, Submitted, find_batch, submit
from tasks.pricing import quote_counts
from tasks.segments import measures, rule_for
from tasks.settings import Account

PUBLISH_S = 1.0
"""The longest the answer waits for the broker. Publishing then goes on, and a worker's maintenance repeats it."""

ANSWERS_KEPT = 64

log = logging.getLogger("tasks.clerk")


class Compose:
    """Prices and sends. `quote` runs in the computing line, `send` in the writing one."""

    def __init__(self, desk: Desk, recipients: Recipients) -> None:
        self._desk = desk
        self._recipients = recipients
        self._publisher = ThreadPoolExecutor(1, thread_name_prefix="clerk-publish")
        self._answers: OrderedDict[str, dict[str, Any]] = OrderedDict()

    def quote(self, request: Request) -> dict[str, Any]:
        """`compose.quote`. Incomplete content is priced as far as it goes."""
        account, content = self._read(request)
        checked = self._recipients.known(request.param("token", str))
        price = account.price_micros
        found = quote_counts(checked.by_rule, content.text, signature=content.sender, price_micros_per_segment=price)
        return {
            "messages": found.messages,
            "segments": found.segments,
            "price_micros": found.price_micros
            if found.segments
            else None,  # a text that is not known costs not nothing
            "currency": account.currency,
            "per_segment_micros": price,
            "warnings": self._warnings(account),
            "above_limit": self._above_limit(account, found.messages, found.segments or found.messages),
        }

    def _above_limit(self, account: Account, count: int, segments: int) -> dict[str, Any] | None:
        """How many messages would wait for the account's limits, and for which; None where all may leave."""
        try:
            with self._desk.ledger().reading() as connection:
                left = limits.left(connection, account.name, now_ms())
        except LedgerError:
            return None  # it is said elsewhere, and the claim keeps the limit in any case
        if left.messages is not None and count > left.messages:
            return {"reason": limits.PER_DAY, "count": count - left.messages}
        price = segments * (account.price_micros or 0)
        if left.micros is not None and price > left.micros:
            return {"reason": limits.BUDGET, "count": count - left.micros * count // price}
        return None

    def send(self, request: Request) -> dict[str, Any]:
        """`compose.send`: on disk when it answers. The same `request_id` again writes and publishes nothing.

        Raises RequestError `request.no_recipients`, `request.recipients_gone` and those of `refuse_incomplete`;
        GatewayError, LedgerError.
        """
        request_id = request.param("request_id", str)
        if not request_id:
            raise RequestError("request.malformed", field="request_id")
        earlier = self._answers.get(request_id) or self._from_ledger(request_id)
        if earlier is not None:
            return earlier
        account, content = self._read(request)
        self._desk.accounts.refuse_unusable(account)
        refuse_incomplete(content, needs_template=self._desk.accounts.needs_template(account))
        checked = self._recipients.known(request.param("token", str))
        if not checked.numbers:
            raise RequestError("request.no_recipients")
        submitted = submit(
            self._desk.ledger(), submission_of(request_id, account, content, checked, self._desk.settings().undo_s)
        )
        published = not submitted.repeated and self._publish(submitted)
        answer = answer_of(submitted, published)
        self._answers[request_id] = answer
        while len(self._answers) > ANSWERS_KEPT:
            self._answers.popitem(last=False)
        return answer

    def _read(self, request: Request) -> tuple[Account, Content]:
        account = self._desk.account(request.param("account", str))
        return account, read_content(request.param("content", dict), account)

    def _from_ledger(self, request_id: str) -> dict[str, Any] | None:
        """The answer to a request that an earlier clerk wrote; its token is long gone."""
        with self._desk.ledger().reading() as connection:
            found = find_batch(connection, request_id)
        return None if found is None else answer_of(found, published=False)

    def _publish(self, submitted: Submitted) -> bool:
        """Tell the broker, in a thread that no hung broker can make the next send wait for."""
        running: Future[None] = self._publisher.submit(self._publish_all, submitted)
        try:
            running.result(PUBLISH_S)
        except StillRunning:
            return False
        except DeskError as error:
            log.warning("not published, a worker will: %s", error)
            return False
        except Exception as error:  # the messages are safe: nothing here may turn into "not sent"
            log.error("not published, a worker will: %s", type(error).__name__)
            return False
        return True

    def _publish_all(self, submitted: Submitted) -> None:
        client = self._desk.client("publish")
        for message_id in submitted.message_ids:
            client.publish_message(message_id)
        if submitted.chunk_ids:
            client.publish_chunks(submitted.chunk_ids)

    def _warnings(self, account: Account) -> list[str]:
        try:
            self._desk.accounts.refuse_unusable(account)
            with self._desk.ledger().reading() as connection:
                waiting = look_at_service(connection).reason(State.QUEUED, account.name)
        except DeskError as error:
            return [error.code]
        return [] if waiting is None else [waiting[0]]


def submission_of(request_id: str, account: Account, content: Content, checked: Checked, undo_s: int = 0) -> Submission:
    """What goes into the ledger. Segments are known where the text is."""
    segments = None
    if content.text:
        sizes = measures(content.text, checked.by_rule, content.sender)
        segments = [sizes[rule_for(number)].segments for number in checked.numbers]
    return Submission(
        request_id=request_id,
        source="panel",
        account=account.name,
        gateway=account.gateway,
        recipients=checked.numbers,
        text=content.text,
        template_id=content.template_id,
        variables=content.variables,
        sender=content.sender,
        segments=segments,
        price_micros_per_segment=account.price_micros,
        currency=None if account.price_micros is None else account.currency,
        undo_ms=undo_s * 1000,
    )


def answer_of(submitted: Submitted, published: bool) -> dict[str, Any]:
    """The answer of `compose.send`."""
    return {
        "batch_id": submitted.batch_id,
        "first_id": submitted.first_id,
        "count": submitted.count,
        "published": published,
        "undo_until_ms": submitted.undo_until_ms,
    }
