"""Words for the codes of a bad number and of a warning."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication

from desktop.errors import sentence, whole
from desktop.i18n import short_language
from desktop.models.money import count
from tasks.gateways.codes import Explanation, explain

BUDGET: Final = "limit.budget"


def reason(code: str) -> Explanation:
    """What is wrong with a number and what to do, in the window's language."""
    return explain("desk", code, short_language())


def warning(code: str, account: str) -> str:
    """The sentence of a quote's warning about an account; what can be done where the message only waits."""
    if code.startswith("number."):
        return reason(code).meaning
    params = {"account": account}
    return whole(code, params) if code.startswith("waiting.") else sentence(code, params)


def above_limit_text(code: str, waiting: int) -> str:
    """How many messages of a new batch will wait for a limit of the account, and until when."""
    tr = QCoreApplication.translate
    if code == BUDGET:
        said = tr("reasons", "{count}: the account's budget of this month does not reach. They go on next month.")
    else:
        said = tr("reasons", "{count}: more than the account may send today. They go on at midnight.")
    return said.format(count=count(waiting))
