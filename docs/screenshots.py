"""Makes the documentation's pictures from the real program: `PYTHONPATH=tests .venv/bin/python docs/screenshots.py`.

A throwaway home, the Simulator with some troubles, a few messages; then the page as it stands, in both languages.

With `--all FOLDER` every page in every language, scheme and size instead, for the eyes of whoever changes one.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QTableView
from support.window import RealWindow, wait_for

from desktop.i18n import apply_language, current_language
from desktop.models.draft import Template
from desktop.models.under_way import UnderWay
from desktop.theme import Theme
from desktop.theme.colours import Scheme, ask_scheme
from desktop.widgets.closing_dialog import ClosingDialog

IMAGES = Path(__file__).parent / "images"
SIZE = (1280, 760)
MESSAGES = (
    ("13800138000\n13900139001\n13700137002", "您的快递已到前台，请凭取件码 4821 领取。"),
    ("+14155552671", "Your table for two is booked for 19:30. Reply to this message to change it."),
    ("13600136003", "【晨光诊所】您预约的周三上午九点就诊，请提前十分钟到达。"),
    ("13500135004\n13400134005\n13300133006\n13200132007", "开学通知：新生报到时间为九月一日上午八点至十一点。"),
    ("15800158008", "Your verification code is 739204. It is valid for five minutes."),
    ("15900159009\n15100151010", "您的洗衣订单已完成，欢迎随时来店领取。"),
)
WRITING = {
    "recipient": "13800138000\n139 0013 9001\n+1 415 555 2671\n1370013",
    "text": "【晨光诊所】您预约的周三上午九点就诊，请提前十分钟到达。Reply C to cancel.",
}
"""What stands on Compose, with one number to correct."""


SIZES = ((1024, 700), (2560, 1440))
PAGES = ("compose", "deliveries", "workers", "settings")


def main() -> None:
    """Send, wait for the ends, take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="every page, language, scheme and size")
    folder_of_all: Path | None = parser.parse_args().all
    app = QApplication([])
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "SMSDESK_HOME": str(Path(folder) / "home"),
            "SMSDESK_SIMULATOR_RECEIPT_DELAY_MS": "200",
            "SMSDESK_SIMULATOR_UNDELIVERED_PERCENT": "15",
            "SMSDESK_SIMULATOR_REFUSE_PERCENT": "10",
            "SMSDESK_SIMULATOR_LOSE_ANSWER_PERCENT": "8",
            "SMSDESK_SIMULATOR_PRICE_PER_SEGMENT": "0.045",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        }
        desk = RealWindow(app)
        try:
            send_all(desk)
            if folder_of_all is None:
                take_for_docs(desk)
            else:
                take_all(desk, folder_of_all)
        finally:
            desk.close()


def send_all(desk: RealWindow) -> None:
    """Send the messages and wait until every row has come to its end."""
    desk.window.resize(*SIZE)
    wait_for(lambda: desk.children.worker.state == "running", 30)
    for recipients, text in MESSAGES:
        desk.compose(recipients, text)
        desk.send()
        wait_for(lambda: not desk.shown("Confirm and send"), 20)
    desk.click("Deliveries")
    table = desk.find(QTableView, "Deliveries")
    wait_for(lambda: table.model().rowCount() == sum(len(to.split()) for to, _ in MESSAGES), 20)
    pause(10)  # the time to undo, and the receipts


def take_all(desk: RealWindow, folder: Path) -> None:
    """Every page, and the dialogs, in all their clothes."""
    folder.mkdir(parents=True, exist_ok=True)
    theme = desk.window.findChild(Theme) or QApplication.instance().findChild(Theme)
    desk.application.compose.fill(WRITING)
    for language in ("en", "zh_CN"):
        apply_language(language)
        for scheme in Scheme:
            ask_scheme(scheme)
            theme.apply()
            for width, height in SIZES:
                desk.window.resize(width, height)
                name = f"{language}-{scheme}-{width}"
                for page in PAGES:
                    desk.window.show_page(page)
                    pause(0.6)
                    desk.window.grab().save(str(folder / f"{page}-{name}.png"))
                take_detail(desk, folder / f"detail-{name}.png")
            take_dialogs(desk, folder, f"{language}-{scheme}")
    ask_scheme(None)


def take_detail(desk: RealWindow, path: Path) -> None:
    """Deliveries with a message opened."""
    desk.window.show_page("deliveries")
    table = desk.find(QTableView, "发送记录" if current_language() == "zh_CN" else "Deliveries")
    table.selectRow(2)
    pause(0.8)
    desk.window.grab().save(str(path))
    table.clearSelection()
    desk.application.deliveries.detail_panel.hide()


def take_dialogs(desk: RealWindow, folder: Path, name: str) -> None:
    """What comes over the window: welcome, confirmation, template book, About, a report, updates, closing."""
    application = desk.application
    desk.window.show_page("compose")
    application.welcome()
    application.compose.send()
    closing = ClosingDialog(20, desk.window)
    closing.ask(UnderWay(submitted=412, in_flight=3, queued=585), has_tray=True)
    entry = Template("1834521", "clinic", "Appointment", "您好{1}，您预约的{2}门诊时间为{3}。", "晨光诊所")
    application.compose.book.show_account("clinic", [entry], entry.template_id, can_fetch=True)
    application.help.show_about()
    application.help.report_problem()
    application.help.check_for_updates()
    pause(10)  # the time to undo, and the receipts
    for dialog in desk.window.findChildren(QDialog):
        if dialog.isVisible():
            dialog.grab().save(str(folder / f"dialog-{type(dialog).__name__}-{name}.png"))
            dialog.close()
    pause(0.3)


def take_for_docs(desk: RealWindow) -> None:
    """Compose and Deliveries in both languages."""
    table = desk.find(QTableView, "Deliveries")
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    for language, suffix in (("en", ""), ("zh_CN", ".zh-CN")):
        apply_language(language)
        desk.window.show_page("deliveries")
        pause(1.5)
        desk.window.grab().save(str(IMAGES / f"deliveries{suffix}.png"))
        desk.window.show_page("compose")
        desk.application.compose.fill(WRITING)
        pause(1.5)
        desk.window.grab().save(str(IMAGES / f"compose{suffix}.png"))


def pause(seconds: float) -> None:
    """Let the program run."""
    from time import monotonic

    ends = monotonic() + seconds
    wait_for(lambda: monotonic() > ends, seconds + 1)


if __name__ == "__main__":
    main()
