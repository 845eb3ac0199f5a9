"""The English sentences and remedies by error code; translations: i18n/zh_CN/errors.ts (context `errors`)."""

from __future__ import annotations

from typing import Final

_Texts = dict[str, tuple[str, str]]

_WINDOW: Final[_Texts] = {
    "window.unknown_code": (
        "Something did not work, and this window has no words for it ({code}).",
        "Nothing was lost. Try again; if it stays, restart the program.",
    ),
    "window.already_open": ("SMS Desk is already open; its window has been brought to the front.", ""),
    "window.no_answer": (
        "Another SMS Desk uses this folder and does not answer: {home}.",
        "Wait a moment and start again, or end the other program first.",
    ),
    "window.home_unwritable": (
        "SMS Desk cannot write into its folder: {home}.",
        "Free disk space or correct the folder's permissions, then start again.",
    ),
    "bug": (
        "A fault in the program stopped what you asked for. Nothing was lost.",
        "Look at Deliveries before you repeat it, and send the bug report to whoever looks after this program.",
    ),
    "clerk.gone": (
        "The part of the program that reads and writes the ledger has ended.",
        "It starts again by itself. Look at Deliveries before you repeat what you did.",
    ),
    "worker.gave_up": (
        "The worker ended {count} times right after its start. Messages wait.",
        "Read its log on the Workers page, mend the cause, then click Start worker.",
    ),
    "server.gave_up": (
        "The built-in broker could not be kept running. Messages wait in the ledger.",
        "Read the log on the Workers page, mend the cause, then restart the program.",
    ),
}
