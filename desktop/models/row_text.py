"""A row of the wire as texts for people: times, money and reasons in the window's language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QDateTime, QLocale

from desktop.errors import joined, whole
from desktop.i18n import short_language
from desktop.models.columns import Column
from desktop.models.money import money
from desktop.models.page_cache import Record
from desktop.theme.state_names import state_name
from tasks.gateways.codes import Explanation, explain
from tasks.gateways.registry import GATEWAYS

DASH: Final = "–"
tr: Final = QCoreApplication.translate
_CHINA: Final = QLocale(QLocale.Language.Chinese, QLocale.Country.China)
_UNITED_STATES: Final = QLocale(QLocale.Language.English, QLocale.Country.UnitedStates)

_STATE_MEANINGS: Final = {
    "scheduled": QT_TRANSLATE_NOOP("deliveries", "It leaves at the time it was released for."),
    "held": QT_TRANSLATE_NOOP("deliveries", "It waits and has surely not been sent."),
    "queued": QT_TRANSLATE_NOOP("deliveries", "It is handed over and waits for a worker."),
    "sending": QT_TRANSLATE_NOOP("deliveries", "A worker is handing it to the gateway."),
    "retrying": QT_TRANSLATE_NOOP("deliveries", "It has surely not been sent; it is tried again by itself."),
    "submitted": QT_TRANSLATE_NOOP("deliveries", "The gateway took it; the receipt is awaited."),
    "delivered": QT_TRANSLATE_NOOP("deliveries", "The receipt says that it arrived."),
    "undelivered": QT_TRANSLATE_NOOP("deliveries", "The receipt says that it did not arrive."),
    "rejected": QT_TRANSLATE_NOOP("deliveries", "It was refused and surely not sent."),
    "failed": QT_TRANSLATE_NOOP("deliveries", "All tries are used up; it was surely not sent."),
    "expired": QT_TRANSLATE_NOOP("deliveries", "It was too late to be useful and was not sent."),
    "cancelled": QT_TRANSLATE_NOOP("deliveries", "It was cancelled and surely not sent."),
    "no_receipt": QT_TRANSLATE_NOOP(
        "deliveries", "The gateway took it, but no receipt came in time. That is not a failure."
    ),
    "unknown": QT_TRANSLATE_NOOP(
        "deliveries",
        "It may have been sent, but no answer came. It is never sent again by itself:"
        " ask the recipient before you send it again.",
    ),
}

_OUTCOMES: Final = {
    "accepted": QT_TRANSLATE_NOOP("deliveries", "Accepted by the gateway"),
    "refused": QT_TRANSLATE_NOOP("deliveries", "Refused"),
    "account": QT_TRANSLATE_NOOP("deliveries", "Account refused"),
    "busy": QT_TRANSLATE_NOOP("deliveries", "Busy, to be tried later"),
    "unreached": QT_TRANSLATE_NOOP("deliveries", "Gateway not reached"),
    "unknown": QT_TRANSLATE_NOOP("deliveries", "No answer: it may have been sent"),
}

_SELDOM_TOLD: Final = frozenset({"sending", "queued", "submitted", "delivered"})
"""States whose name says enough for the table; the detail panel explains them too."""


def display_texts(record: Record, task_state: str) -> tuple[str, ...]:
    """One text for each `Column`, each on one line."""
    texts = {
        Column.TIME: short_time(record["created_ms"]),
        Column.RECIPIENT: record["recipient"],
        Column.TEXT: one_line(message_text(record)),
        Column.GATEWAY: gateway_text(record),
        Column.STATE: state_name(record["state"]),
        Column.REASON: reason_text(record),
        Column.TRIES: number_text(record["tries"]),
        Column.TASK: task_state,
        Column.WORKER: record["worker"] or DASH,
        Column.SEGMENTS: DASH if record["segments"] is None else number_text(record["segments"]),
        Column.COST: cost_text(record) if _is_counted(record) else DASH,
        Column.SOURCE: source_text(record["source"]),
    }
    return tuple(texts[column] for column in Column)


def message_text(record: Record) -> str:
    """What the message says; where only the gateway knows its template's text, the template and its values."""
    if record["text"] or record["template_id"] is None:
        return str(record["text"])
    values = tr("deliveries", ", ").join(record["variables"])
    if not values:
        return tr("deliveries", "Template {id}").format(id=record["template_id"])
    return tr("deliveries", "Template {id}: {values}").format(id=record["template_id"], values=values)


def one_line(text: str) -> str:
    """A text with every run of white space as one blank: line breaks would make the row higher."""
    return " ".join(text.split())


def people_locale() -> QLocale:
    """How this user writes times and numbers: the system's way if it speaks the window's language."""
    system = QLocale.system()
    chinese = short_language() == "zh"
    if system.language() is (QLocale.Language.Chinese if chinese else QLocale.Language.English):
        return system
    return _CHINA if chinese else _UNITED_STATES


def short_time(time_ms: int | None) -> str:
    """Date and time to the minute, local."""
    return _date_and(time_ms, "HH:mm")


def long_time(time_ms: int | None) -> str:
    """Date and time to the second, local."""
    return _date_and(time_ms, "HH:mm:ss")


def _date_and(time_ms: int | None, clock: str) -> str:
    """The user's short date with a time of 24 hours: the same everywhere in the window, and as in logs."""
    if time_ms is None:
        return DASH
    moment = QDateTime.fromMSecsSinceEpoch(time_ms)
    return f"{people_locale().toString(moment.date(), QLocale.FormatType.ShortFormat)} {moment.toString(clock)}"


def clock_time(time_ms: int) -> str:
    """The time to the second, local; with the date unless that is today."""
    moment = QDateTime.fromMSecsSinceEpoch(time_ms)
    today = moment.date() == QDateTime.currentDateTime().date()
    return moment.toString("HH:mm:ss") if today else long_time(time_ms)


def number_text(number: int) -> str:
    """A whole number with the user's grouping."""
    return people_locale().toString(number)


def cost_text(record: Record) -> str:
    """What the message costs; says so where that is not known or no price is set, never 0.00."""
    if record["price_micros"] is None:
        # Segments are counted in the text: where only the gateway has it, a price for each says nothing yet.
        unknown = record["segments"] is None
        return tr("deliveries", "Not known without the text") if unknown else tr("deliveries", "No price")
    return money(record["price_micros"], record["currency"] or "")


def _is_counted(record: Record) -> bool:
    return record["price_micros"] is not None or record["segments"] is not None


def gateway_text(record: Record) -> str:
    """The gateway's name, *Simulated* where nothing left the machine; the account's own name after it."""
    name = tr("deliveries", "Simulated") if record["simulated"] else gateway_title(record["gateway"])
    account = record["account"]
    if not name or account in (record["gateway"], ""):
        return name or str(account)
    return f"{name} · {account}"


def gateway_title(gateway: str) -> str:
    """A gateway's name in the window's language; the raw name of one that this program does not know."""
    gateway_class: Any = GATEWAYS.get(gateway)
    return str(gateway_class.title[short_language()]) if gateway_class is not None else gateway


def source_text(source: str) -> str:
    """Where a message came from; another Celery client by the name that Celery gives it."""
    kind, _, client = source.partition(":")
    if kind == "panel":
        return tr("deliveries", "This program")
    if kind != "celery":
        return source
    if not client:
        return tr("deliveries", "Another program (Celery)")
    return tr("deliveries", "Another program (Celery): {client}").format(client=client)


def explain_code(gateway: str, code: str | None) -> Explanation:
    """Meaning and remedy of a reason in the window's language; empty texts for none."""
    return explain(gateway, code or "", "zh" if short_language() == "zh" else "en")


def reason_text(record: Record) -> str:
    """Why the message stands so and what to do, on one line; empty where there is nothing to say."""
    reason = explain_code(record["gateway"], record["reason"])
    parts = [*waiting_texts(record), next_step(record), reason.meaning, reason.remedy]
    if not any(parts) and record["state"] not in _SELDOM_TOLD:
        parts = [state_meaning(record["state"])]
    return one_line(sentences(parts))


def waiting_texts(record: Record) -> list[str]:
    """Why a message that is Queued or Retrying does not go on, and what to do."""
    code = record["waiting"]
    if code is None:
        return []
    parts = [whole(code, {"account": record["account"]})]
    if record["waiting_reason"] is not None:
        reason = explain_code(record["gateway"], record["waiting_reason"])
        parts += [reason.meaning, reason.remedy]
    return parts


def sentences(parts: Iterable[str]) -> str:
    """Sentences one after the other, each once."""
    return joined(*dict.fromkeys(parts))


def next_step(record: Record) -> str:
    """When the program goes on by itself, for the states where a time is known."""
    if record["due_ms"] is None:
        return ""
    if record["state"] == "scheduled":
        return tr("deliveries", "Leaves at {time}.").format(time=clock_time(record["due_ms"]))
    if record["state"] == "retrying":
        return tr("deliveries", "Next try at {time}.").format(time=clock_time(record["due_ms"]))
    return ""


def state_meaning(state: str) -> str:
    """What a state means, in a sentence; empty for a state this program does not know."""
    meaning = _STATE_MEANINGS.get(state)
    return tr("deliveries", str(meaning)) if meaning is not None else ""


def outcome_text(outcome: str | None) -> str:
    """What one try came to, in words; a try without an outcome is still out."""
    if outcome is None:
        return tr("deliveries", "No answer yet")
    known = _OUTCOMES.get(outcome)
    return tr("deliveries", str(known)) if known is not None else outcome


def advice(record: Record) -> str:
    """What the state means, why it is so and what to do, in sentences."""
    reason = explain_code(record["gateway"], record["reason"])
    parts = [state_meaning(record["state"]), *waiting_texts(record), next_step(record), reason.meaning, reason.remedy]
    return sentences(parts)


def copied_lines(rows: list[tuple[str, ...]]) -> str:
    """Rows for the clipboard: a line each, columns separated by tabs."""
    return "\n".join("\t".join(texts) for texts in rows)


def plain(value: Any) -> str:
    """Any value of the wire, a dash for none."""
    return DASH if value is None or value == "" else str(value)
