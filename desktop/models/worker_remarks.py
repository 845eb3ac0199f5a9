"""What a person should know of workers that are not as they should be, and what to do: a sentence a matter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from desktop.errors import joined, whole
from desktop.models.seen_workers import Kind, SeenWorker
from desktop.theme.colours import Role
from tasks import __version__

MOST_NAMES = 4


class Remark(NamedTuple):
    """What to know and what to do, and how bad it is."""

    role: Role
    text: str


def remarks_of(workers: Sequence[SeenWorker]) -> list[Remark]:
    """One a matter, with the workers that it concerns, the worst first."""
    here = [one for one in workers if not one.stopped]
    found = [(Role.BAD, text) for text in _unheard(here)]
    found += [(Role.ATTENTION, text) for text in (*_strangers(here), *_versions(here), *_notes(here))]
    return [Remark(role, text) for role, text in found if text]


def _unheard(here: Sequence[SeenWorker]) -> list[str]:
    tr = QCoreApplication.translate
    return [
        _told(
            (one for one in here if one.silent),
            tr("workers", "{names}: no sign of life for at least 15 s."),
            tr(
                "workers",
                "See whether the computer runs and reaches the ledger. What the worker had in hand is settled as"
                " “Unknown” by another worker; nothing is sent twice.",
            ),
        ),
        _told(
            (one for one in here if one.absent),
            tr("workers", "{names}: answers as a worker of this ledger, but is not found in it."),
            tr(
                "workers",
                "It has a copy of the ledger, or cannot write into it. Give it the address from Settings, Ledger"
                " (SMSDESK_LEDGER_URL); a ledger in a file serves one computer only.",
            ),
        ),
    ]


def _strangers(here: Sequence[SeenWorker]) -> list[str]:
    tr = QCoreApplication.translate
    return [
        _told(
            (one for one in here if one.kind is Kind.OTHER_LEDGER),
            tr("workers", "{names}: same broker, another ledger; it never takes messages of this one."),
            tr(
                "workers",
                "If it should, give it the address from Settings, Ledger (SMSDESK_LEDGER_URL); a ledger in a file"
                " serves one computer only. If not, give each ledger a broker, database number or virtual host of its"
                " own: either may take what other clients send by a task's name.",
            ),
        ),
        _told(
            (one for one in here if one.kind is Kind.OTHER_APPLICATION),
            tr("workers", "{names}: a worker of another application on the same broker."),
            tr(
                "workers",
                "Give SMS Desk a broker, a database number or a virtual host of its own, so that neither takes the"
                " other's tasks.",
            ),
        ),
    ]


def _versions(workers: Sequence[SeenWorker]) -> list[str]:
    tr = QCoreApplication.translate

    def told(what: str, words: str, remedy: str) -> str:
        concerned = [one for one in workers if one.kind is Kind.OWN and one.version_is == what]
        versions = ", ".join(sorted({str(one.version) for one in concerned}))
        return _told(concerned, words, remedy, version=versions, own=__version__)

    return [
        told(
            "older",
            tr("workers", "{names}: version {version}, older than this program ({own})."),
            tr("workers", "Install {own} there, then restart the worker."),
        ),
        told(
            "newer",
            tr("workers", "{names}: version {version}, newer than this program ({own})."),
            tr("workers", "Install {version} here, so that window and workers agree."),
        ),
        told(
            "other",
            tr("workers", "{names}: version {version}, not the one of this program ({own})."),
            tr("workers", "Install {own} there, then restart the worker."),
        ),
    ]


def _notes(workers: Sequence[SeenWorker]) -> list[str]:
    """What workers found out themselves, in the words of the error with that code."""
    codes = sorted({code for one in workers for code in one.notes})
    form = QCoreApplication.translate("workers", "{names}: {text}")
    return [
        form.format(names=_names([one for one in workers if code in one.notes]), text=whole(code, {})) for code in codes
    ]


def _told(concerned: Iterable[SeenWorker], words: str, remedy: str, **params: str) -> str:
    found = list(concerned)
    if not found:
        return ""
    params["names"] = _names(found)
    return joined(words.format(**params), remedy.format(**params))


def _names(workers: Sequence[SeenWorker]) -> str:
    names = ", ".join(one.name for one in workers[:MOST_NAMES])
    more = len(workers) - MOST_NAMES
    if more <= 0:
        return names
    return QCoreApplication.translate("workers", "{names} and {count} more").format(names=names, count=more)
