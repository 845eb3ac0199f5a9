"""What was written and not sent is on the page again at the next start, and is found nowhere else."""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from support.compose_desk import ComposeClerk
from support.compose_page import confirm_shown, write

from desktop.background.composer import Composer
from desktop.draft_file import MOST_BYTES, NAME, DraftFile
from desktop.i18n import apply_language
from desktop.models.draft import HandedOver
from desktop.models.kept_draft import KeptDraft
from desktop.widgets.compose.page import ComposePage
from desktop.wiring import compose as wiring
from desktop.wiring.draft import DraftKeeper
from tasks.errors import LedgerError

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    apply_language("en")
    yield
    apply_language("en")


class Start:
    """One start of the program, as far as Compose and its draft are concerned."""

    def __init__(self, qtbot: QtBot, home: Path, clerk: ComposeClerk) -> None:
        self.page = ComposePage()
        qtbot.addWidget(self.page)
        clerk.setParent(self.page)  # no answers once the page is gone
        self.composer = Composer(clerk)
        wiring.connect(self.page, self.composer)
        self.keeper = DraftKeeper(self.page, self.composer, DraftFile(home))
        self.page.resize(840, 660)
        self.page.show()
        qtbot.waitExposed(self.page)
        qtbot.waitUntil(lambda: self.page.through.account() is not None)


def test_the_message_is_there_again_and_its_file_is_gone(qtbot: QtBot, tmp_path: Path) -> None:
    first = Start(qtbot, tmp_path, ComposeClerk())
    write(qtbot, first.page, "13800138000\n1380013", "Half a sent")
    first.page.through.sender_edit.setText("Shop")
    first.keeper.keep()
    assert (tmp_path / NAME).exists()
    again = Start(qtbot, tmp_path, ComposeClerk()).page
    assert again.recipients.text() == "13800138000\n1380013"
    assert again.content.message.text() == "Half a sent"
    assert again.through.sender_edit.text() == "Shop"
    assert list(tmp_path.iterdir()) == []
    qtbot.waitUntil(lambda: again.recipients.check is not None and again.recipients.check.bad_count == 1)


def test_a_template_is_there_again_through_its_account(qtbot: QtBot, tmp_path: Path) -> None:
    first = Start(qtbot, tmp_path, ComposeClerk())
    first.page.through.choose("clinic")
    first.page.content.template.set_content("1834521", ["王女士", "口腔科", "9:30"])
    first.keeper.keep()
    again = Start(qtbot, tmp_path, ComposeClerk()).page
    account = again.through.account()
    assert account is not None
    assert account.name == "clinic"
    preview = again.content.template.preview
    qtbot.waitUntil(lambda: preview.text() == "【安心诊所】您好王女士，您预约的口腔科门诊时间为9:30。")


def test_an_account_that_is_gone_leaves_the_default_one(qtbot: QtBot, tmp_path: Path) -> None:
    DraftFile(tmp_path).write(KeptDraft(text="Hello", account="gone"))
    again = Start(qtbot, tmp_path, ComposeClerk()).page
    account = again.through.account()
    assert account is not None
    assert (account.name, again.content.message.text()) == ("simulator", "Hello")


def test_an_empty_page_keeps_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    Start(qtbot, tmp_path, ComposeClerk()).keeper.keep()
    assert list(tmp_path.iterdir()) == []


def test_what_is_handed_over_while_the_program_ends_is_not_kept(qtbot: QtBot, tmp_path: Path) -> None:
    first = Start(qtbot, tmp_path, ComposeClerk())
    write(qtbot, first.page)
    first.keeper.keep()
    first.composer.handed_over.emit(HandedOver(1, 1, 1))
    assert list(tmp_path.iterdir()) == []


def test_an_order_whose_fate_is_not_known_keeps_its_number_over_a_start(qtbot: QtBot, tmp_path: Path) -> None:
    def lost(_params: dict[str, object]) -> dict[str, object]:
        raise LedgerError("ledger.locked")

    def confirm(page: ComposePage) -> None:
        page.send()
        confirm_shown(qtbot, page)
        qtbot.mouseClick(page.confirmation.confirm_button, LEFT)
        qtbot.waitUntil(lambda: not page.confirmation.isVisible())

    clerk, other = ComposeClerk(), ComposeClerk()
    clerk.answers["compose.send"] = lost
    first = Start(qtbot, tmp_path, clerk)
    write(qtbot, first.page)
    confirm(first.page)
    first.keeper.keep()
    again = Start(qtbot, tmp_path, other)
    qtbot.waitUntil(lambda: again.page.recipients.check is not None)
    confirm(again.page)
    (number,) = {call["request_id"] for call in clerk.calls_of("compose.send")}
    assert [call["request_id"] for call in other.calls_of("compose.send")] == [number]


def test_a_changed_order_gets_another_number_after_a_start(qtbot: QtBot, tmp_path: Path) -> None:
    DraftFile(tmp_path).write(KeptDraft("13800138000", "simulator", text="Hello", request_id="number-1"))
    clerk = ComposeClerk()
    page = Start(qtbot, tmp_path, clerk).page
    page.content.message.set_text("Hello!")
    assert page.orders.kept().request_id == ""


@pytest.mark.skipif(sys.platform == "win32", reason="no modes of files")
def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    DraftFile(tmp_path).write(KeptDraft(recipients="13800138000"))
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_every_text_is_kept_as_it_is(tmp_path: Path) -> None:
    draft = KeptDraft("1\n2", "clinic", "签名", True, "😀 \ud83d “x”", "1834521", "a\nb", "number")
    DraftFile(tmp_path).write(draft)
    assert DraftFile(tmp_path).read() == draft


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"text": 1}', b'{"by_template": "x"}', b"\xff", b"9" * 5_000, b"[" * 99_999]
)
def test_what_is_no_draft_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NAME).write_bytes(content)
    assert DraftFile(tmp_path).read() is None


def test_a_draft_without_bounds_is_neither_written_nor_read(tmp_path: Path) -> None:
    DraftFile(tmp_path).write(KeptDraft(text="a" * MOST_BYTES))
    assert list(tmp_path.iterdir()) == []
    (tmp_path / NAME).write_text(KeptDraft(text="a" * MOST_BYTES).to_json())
    assert DraftFile(tmp_path).read() is None


def test_a_folder_that_takes_nothing_stops_neither_start_nor_end(tmp_path: Path) -> None:
    file = DraftFile(tmp_path / "gone")
    file.write(KeptDraft(text="Hello"))
    assert file.read() is None
    file.remove()
