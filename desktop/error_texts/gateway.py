"""Of gateways and their accounts."""

from __future__ import annotations

from typing import Final

from desktop.error_texts.form import Texts

GATEWAY: Final[Texts] = {
    "gateway.unknown": (
        "The account {account} names a gateway that this program does not know: {gateway}.",
        "Choose one of the gateways offered in Settings.",
    ),
    "gateway.no_account": (
        "There is no gateway account named {account}.",
        "Choose another account, or add it in Settings.",
    ),
    "gateway.field_missing": (
        "The account {account} is not complete: {field} is missing.",
        "Fill it in on the Settings page, then restart the worker.",
    ),
    "gateway.field_invalid": (
        "The account {account} cannot be used: {field} is not right.",
        "Correct it on the Settings page, then restart the worker.",
    ),
    "gateway.login_refused": (
        "The gateway {gateway} refused the login: {reason}",
        "Compare the account's fields in Settings with those on the gateway's own page.",
    ),
    "gateway.unreachable": (
        "The gateway cannot be reached: {reason}",
        "Check the network and the gateway's address in Settings.",
    ),
    "gateway.refused": (
        "The gateway {gateway} did not answer the question: {reason}",
        "Try again in a moment; if it stays, ask the gateway's support.",
    ),
    "gateway.no_template_query": (
        "The gateway of the account {account} cannot be asked for its templates.",
        "Write the approved texts into the template book by hand.",
    ),
    "gateway.no_answer": (
        "The gateway gave no usable answer: {reason}",
        "Try again in a moment; if it stays, ask the gateway's support.",
    ),
}
