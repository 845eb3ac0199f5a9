"""Of the program itself: its window, its parts, and the look for updates."""

from __future__ import annotations

from typing import Final

from desktop.error_texts.form import Texts

WINDOW: Final[Texts] = {
    "window.unknown_code": (
        "Something did not work, and this window has no words for it ({code}).",
        "Nothing was lost. Try again; if it stays, restart the program.",
    ),
    "window.already_open": (
        "SMS Desk is already open; its window has been brought to the front.",
        "",
    ),
    "window.no_answer": (
        "Another SMS Desk uses this folder and does not answer: {home}.",
        "Wait a moment and start again, or end the other program first.",
    ),
    "bug": (
        "A fault in the program stopped what you asked for. Nothing was lost.",
        "Look at Deliveries before you repeat it, and send the bug report to whoever looks after this program.",
    ),
    "clerk.gone": (
        "The part of the program that reads and writes the ledger has ended.",
        "It starts again by itself. Look at Deliveries before you repeat what you did.",
    ),
    "worker.clock_set": (
        "The clock of its computer was set while it ran. Nothing was lost, and no message became Unknown by it; times"
        " in Deliveries from before are by the clock as it was.",
        "Let the system keep its clock by the network's time.",
    ),
    "worker.gave_up": (
        "The worker ended {count} times right after its start. Messages wait.",
        "Read its log on the Workers page, mend the cause, then click Start worker.",
    ),
}

UPDATES: Final[Texts] = {
    "updates.no_feed": (
        "No address to ask for updates is set, so nothing was asked.",
        "Ask whoever gave you SMS Desk for new versions. An administrator can set the address under Settings, Show all"
        " settings.",
    ),
    "updates.not_reached": (
        "The address for updates could not be reached.",
        "Look whether this computer is online, then try again.",
    ),
    "updates.not_taken": (
        "The server with information about updates takes no connections.",
        "Try again later; if it stays, tell whoever looks after this program, for the address may be wrong.",
    ),
    "updates.unproven": (
        "The server with information about updates could not prove who it is.",
        "Look at the clock of this computer; a firewall or a proxy may be in between.",
    ),
    "updates.refused": (
        "The address for updates answered with status {status} instead of a version.",
        "Try again later; if it stays, tell whoever looks after this program.",
    ),
    "updates.unreadable": (
        "What came from the address for updates is no information about a version.",
        "Tell whoever looks after this program; the address may be wrong.",
    ),
}
