"""From the start of the program to its event loop: one window a home, children first, then what is seen."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QApplication

from desktop.background.children import Children
from desktop.background.quit_signals import QuitSignals
from desktop.boot import Boot, read_boot
from desktop.i18n import apply_language
from desktop.refusal import refuse, say
from desktop.single_instance import Claim, SingleInstance
from tasks.errors import DeskError

APPLICATION_ID = "io.github.smsdesk.SmsDesk"


def open_window() -> int:
    """Run the window until it is closed; the exit code of the program."""
    app = QApplication(sys.argv[:1])
    app.setApplicationName("SMS Desk")
    app.setDesktopFileName(APPLICATION_ID)
    app.setQuitOnLastWindowClosed(False)
    try:
        boot = read_boot()
    except DeskError as error:
        apply_language("auto")
        return refuse(error.code, dict(error.params))
    apply_language(boot.language)
    instance = SingleInstance(boot.home)
    claim = instance.claim()
    if claim is Claim.SHOWN:
        say("window.already_open", {})
        return 0
    if claim is Claim.UNUSABLE:
        return refuse("settings.home_unusable", {"path": boot.home})
    if claim is Claim.SILENT:
        return refuse("window.no_answer", {"home": boot.home})
    try:
        return _run(app, boot, instance)
    finally:
        instance.release()


def _run(app: QApplication, boot: Boot, instance: SingleInstance) -> int:
    children = Children(boot.commands, call_deadline_s=boot.call_deadline_s)
    children.start()  # they load while the window is built
    if boot.autostart_worker:
        children.start_worker_when_ready()
    signals = QuitSignals()

    from desktop.application import Application

    application = Application(app, boot, children)
    signals.asked.connect(application.quit)
    signals.install()
    app.commitDataRequest.connect(lambda _session: application.quit())  # the session ends: nothing may be asked
    instance.show_wanted.connect(application.window.come_forward)
    application.quitting.connect(instance.note_finishing)
    application.ended.connect(app.quit)
    application.start()
    if boot.first_start:
        application.welcome()
    return app.exec()
