"""The Help button and what it leads to. The clerk is asked when a dialog is opened, never before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject, Slot

from desktop.background.clerk import Clerk
from desktop.background.this_computer import described
from desktop.errors import remedy, sentence, whole
from desktop.main_window import MainWindow
from desktop.widgets.help.about_dialog import AboutDialog
from desktop.widgets.help.report_dialog import Cause, ReportDialog
from desktop.widgets.help.updates_dialog import UpdatesDialog
from tasks import __version__
from tasks.redaction import for_report


class Help(QObject):
    """Lives as long as the window. A dialog that is closed before its answer comes has given it up."""

    def __init__(self, window: MainWindow, clerk: Clerk) -> None:
        super().__init__(window)
        self._window, self._clerk = window, clerk
        window.help_button.about_wanted.connect(self.show_about)
        window.help_button.report_wanted.connect(self.report_problem)
        window.help_button.updates_wanted.connect(self.check_for_updates)

    @Slot()
    def show_about(self) -> None:
        """What this program is."""
        dialog = AboutDialog(__version__, described(), self._window)

        def answered(answer: dict[str, Any]) -> None:
            dialog.show_all(answer["versions"], answer["places"], answer["parts"])

        def show_licence(name: str) -> None:
            self._ask(
                dialog,
                "about.licence",
                {"name": name},
                lambda answer: dialog.show_licence(name, answer["text"]),
                lambda code, params: dialog.show_licence(name, whole(code, params)),
            )

        dialog.licence_wanted.connect(show_licence)
        self._ask(dialog, "about.look", {}, answered, lambda code, params: dialog.show_refused(whole(code, params)))
        dialog.open()

    @Slot()
    def report_problem(self) -> None:
        """A report that a person asked for."""
        self.show_report(Cause.ASKED, "")

    @Slot(str)
    def show_fault(self, what: str) -> None:
        """A report of what the program itself has met."""
        self.show_report(Cause.FAULT, what)

    def show_report(self, cause: Cause, what: str) -> None:
        """Show what is known at once; the clerk adds what it can find out."""
        lines = [f"{name}: {value}" for name, value in described().items()]
        text = "\n\n".join(part for part in (what, "\n".join(["== Window", *lines])) if part)
        dialog = ReportDialog(cause, for_report(text), self._window)
        dialog.show_gathering()
        self._ask(
            dialog,
            "report.gather",
            {},
            lambda answer: dialog.add(for_report(str(answer["text"]))),
            lambda _code, _params: dialog.add(""),
        )
        dialog.show()

    @Slot()
    def check_for_updates(self) -> None:
        """The one place from which anything asks for a newer version."""
        dialog = UpdatesDialog(__version__, self._window)
        self._ask(
            dialog,
            "updates.look",
            {},
            dialog.show_answer,
            lambda code, params: dialog.show_refused(sentence(code, params), remedy(code, params)),
        )
        dialog.open()

    def _ask(
        self,
        dialog: QObject,
        do: str,
        params: dict[str, Any],
        on_ok: Callable[[dict[str, Any]], None],
        on_error: Callable[[str, Mapping[str, Any]], None],
    ) -> None:
        request = self._clerk.request(do, params, on_ok, on_error)
        dialog.destroyed.connect(lambda: self._clerk.cancel(request))


def connect(window: MainWindow, clerk: Clerk) -> Help:
    """Join them for as long as the window lives."""
    return Help(window, clerk)
