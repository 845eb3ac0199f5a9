"""What the window may ask, and which line of work answers it."""

from __future__ import annotations

from tasks import __version__
from tasks.clerk.about import About
from tasks.clerk.announced import Announced
from tasks.clerk.book import Book
from tasks.clerk.command import Command
from tasks.clerk.compose import Compose
from tasks.clerk.desk import Desk
from tasks.clerk.earlier import EarlierDesk
from tasks.clerk.exports import Exports
from tasks.clerk.lines import Route
from tasks.clerk.recipients import Recipients
from tasks.clerk.report import Report
from tasks.clerk.settings import SettingsDesk
from tasks.clerk.status import Status
from tasks.clerk.updates import Updates
from tasks.clerk.views import Views
from tasks.clerk.wire import Request
from tasks.ledger.backup import silent
from tasks.settings import secrets

ROWS_WAITING = 3
"""Pages of rows that may wait: what is looked at lies on two, and one may be read ahead."""


def routes(desk: Desk) -> dict[str, Route]:
    """All requests of the wire. Requests that only the newest answer matters for keep one waiting."""
    views, status, book = Views(desk), Status(desk), Book(desk)
    recipients, command = Recipients(desk), Command(desk)
    compose, settings = Compose(desk, recipients), SettingsDesk(desk)
    earlier, about = EarlierDesk(desk, recipients), About(desk)
    return {
        "hello": Route("own", lambda request: hello(desk, request)),
        "view.open": Route("read", views.open, keep=1),
        "view.rows": Route("read", views.rows, keep=ROWS_WAITING),
        "view.refresh": Route("read", views.refresh, keep=1),
        "message.detail": Route("read", views.detail),
        "templates.list": Route("read", book.list),
        "templates.save": Route("write", book.save),
        "templates.delete": Route("write", book.delete),
        "templates.fetch": Route("own", book.fetch),
        "recipients.check": Route("compute", recipients.check, keep=1),
        "compose.quote": Route("compute", compose.quote, keep=1),
        "compose.earlier": Route("own", earlier.look),
        "compose.leave_out": Route("own", earlier.leave_out),
        "compose.send": Route("write", compose.send),
        "batch.pause": Route("command", command.pause),
        "batch.resume": Route("command", command.resume),
        "batch.cancel": Route("command", command.cancel),
        "batch.undo": Route("command", command.undo),
        "batch.counts": Route("read", command.counts, keep=1),
        "messages.cancel": Route("command", command.cancel_messages),
        "sending.stop": Route("command", command.stop),
        "sending.resume": Route("command", command.start_again),
        "unknown.count_as_sent": Route("command", command.count_as_sent),
        "unknown.send_again": Route("command", command.send_again),
        "unknown.ask": Route("command", command.ask),
        "account.resume": Route("write", status.resume),
        "celery.states": Route("broker", status.states, keep=1),
        "status.look": Route("broker", status.look, keep=1),
        # Not in the broker's line: it listens for a second, and the lights must not wait for that.
        "workers.announced": Route("own", Announced(desk).look),
        "queues.lengths": Route("broker", status.lengths, keep=1),
        "export.run": Route("own", Exports(desk).run),
        "settings.get": Route("read", settings.get),
        "settings.save": Route("write", settings.save),
        "settings.test": Route("own", settings.test),
        "about.look": Route("own", about.look),
        "about.licence": Route("own", about.licence),
        "report.gather": Route("own", Report(desk).gather),
        "updates.look": Route("own", Updates(desk).look),
    }


def hello(desk: Desk, request: Request) -> dict[str, object]:
    """Open the ledger, so that the window learns at once if it cannot be; then load what the first send needs.

    `with` may hold `secrets` ({"account.field": value}) that no keyring keeps and the clerk before this one had.
    """
    secrets.accept(request.params.get("secrets") or {})
    settings = desk.settings()
    desk.told = request.progress
    try:
        ledger = desk.ledger()
    finally:
        desk.told = silent
    desk.warm_up()
    return {
        "version": __version__,
        "home": str(settings.home),
        "ledger": ledger.uuid,
        "copy": None if ledger.copy is None else str(ledger.copy),
        "language": settings.language,
        "region": settings.region,
        "account": settings.gateway,
        "worker_needed_restart": False,
        "problems": [{"code": problem.code, "params": dict(problem.params)} for problem in settings.problems],
    }
