"""The view of a million rows: what it asks of the model, where keys lead, what stays selected."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot
from support.deliveries_ledger import STATES, row

from desktop.i18n import apply_language
from desktop.models.columns import Column
from desktop.models.deliveries import DeliveriesModel
from desktop.theme.colours import colour, state_look
from desktop.widgets.deliveries.table import DeliveriesTable

MILLION = 1_000_000
KEYS = Qt.Key
NO_PARENT = QModelIndex()
CTRL = Qt.KeyboardModifier.ControlModifier


class CountingModel(DeliveriesModel):
    """Counts what a painting asks."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0
        self.sizes_asked = 0
        self.rows_asked: set[int] = set()

    def rowCount(self, parent: Any = NO_PARENT) -> int:
        self.sizes_asked += 1
        return super().rowCount(parent)

    def data(self, index: Any, role: int = 0) -> Any:
        self.asked += 1
        return super().data(index, role)

    def texts(self, row: int) -> tuple[str, ...] | None:
        self.asked += 1
        self.rows_asked.add(row)
        return super().texts(row)


def shown(qtbot: QtBot, count: int = MILLION, model: DeliveriesModel | None = None) -> DeliveriesTable:
    """A table 40 rows high whose model reads its rows from their number."""
    model = model or DeliveriesModel()
    table = DeliveriesTable()
    qtbot.addWidget(table)
    model.setParent(table)
    table.setModel(model)

    def bring(start: int, number: int) -> None:
        model.put_rows(start, [row(count - place) for place in range(start, min(count, start + number))], 1)

    model.page_wanted.connect(bring)
    model.open(count, 1)
    height = table.verticalHeader().defaultSectionSize() * 40
    table.resize(1_500, height + table.horizontalHeader().sizeHint().height() + 20)
    with qtbot.waitExposed(table):
        table.show()
    qtbot.waitUntil(lambda: model.record(0) is not None or count == 0)
    return table


def current_id(table: DeliveriesTable) -> int | None:
    record = table.deliveries().record(table.currentIndex().row())
    return record["message_id"] if record is not None else None


def test_a_painting_asks_once_for_each_row_not_for_each_cell(qtbot: QtBot) -> None:
    model = CountingModel()
    table = shown(qtbot, model=model)
    first, last = table.visible_rows()
    assert last - first + 1 >= 40
    model.asked = 0
    table.viewport().repaint()
    assert 0 < model.asked <= last - first + 1


def test_only_the_rows_that_changed_are_painted(qtbot: QtBot) -> None:
    model = CountingModel()
    table = shown(qtbot, model=model)
    qtbot.waitUntil(lambda: bool(model.rows_asked))
    table.viewport().repaint()
    model.rows_asked.clear()
    model.put_rows(7, [row(MILLION - 7, state="teleported"), row(MILLION - 8, state="teleported")], 2)
    qtbot.waitUntil(lambda: bool(model.rows_asked))
    assert model.rows_asked <= {6, 7, 8, 9}


@pytest.mark.parametrize(
    ("keys", "row_number"),
    [
        ([KEYS.Key_End], MILLION - 1),
        ([KEYS.Key_End, KEYS.Key_Home], 0),
        ([KEYS.Key_Down, KEYS.Key_Down], 2),
        ([KEYS.Key_End, KEYS.Key_Up], MILLION - 2),
    ],
)
def test_keys_go_anywhere_in_a_million_rows(qtbot: QtBot, keys: list[Qt.Key], row_number: int) -> None:
    table = shown(qtbot)
    table.setCurrentIndex(table.deliveries().index(0, 0))
    table.setFocus()
    for key in keys:
        qtbot.keyClick(table, key)
    assert table.currentIndex().row() == row_number
    first, last = table.visible_rows()
    assert first <= row_number <= last
    qtbot.waitUntil(lambda: current_id(table) == MILLION - row_number)


def test_page_keys_turn_pages(qtbot: QtBot) -> None:
    table = shown(qtbot)
    table.setCurrentIndex(table.deliveries().index(0, 0))
    qtbot.keyClick(table, KEYS.Key_PageDown)
    down = table.currentIndex().row()
    assert 30 <= down <= 45
    qtbot.keyClick(table, KEYS.Key_PageUp)
    assert table.currentIndex().row() < 5


def test_a_jump_reads_only_where_it_lands(qtbot: QtBot) -> None:
    table = shown(qtbot)
    asked: list[tuple[int, int]] = []
    table.deliveries().page_wanted.connect(lambda start, count: asked.append((start, count)))
    table.setFocus()
    qtbot.keyClick(table, KEYS.Key_End)
    qtbot.waitUntil(lambda: current_id(table) == 1)
    assert all(start >= MILLION - 600 for start, _ in asked)
    assert len(asked) <= 2


def test_typed_letters_do_not_search_row_by_row(qtbot: QtBot) -> None:
    model = CountingModel()
    table = shown(qtbot, model=model)
    table.setFocus()
    model.asked = 0
    qtbot.keyClicks(table, "xyz")
    assert model.asked < 500


def test_all_rows_are_selected_as_one_range(qtbot: QtBot) -> None:
    model = CountingModel()
    table = shown(qtbot, model=model)
    table.setFocus()
    model.sizes_asked = 0
    qtbot.keyClick(table, KEYS.Key_A, CTRL)
    table.viewport().repaint()
    table.horizontalHeader().viewport().repaint()
    assert table.selected_ranges() == [(0, MILLION - 1)]
    qtbot.keyClick(table, KEYS.Key_Down)
    table.viewport().repaint()
    table.horizontalHeader().viewport().repaint()
    assert table.selected_ranges() == [(1, 1)]
    assert model.sizes_asked < 5_000  # nothing walks down the rows


def test_ranges_are_ascending_and_joined(qtbot: QtBot) -> None:
    table = shown(qtbot)
    flags = QItemSelectionModel.SelectionFlag
    for at in (9, 3, 4):
        table.selectionModel().select(table.deliveries().index(at, 0), flags.Select | flags.Rows)
    assert table.selected_ranges() == [(3, 4), (9, 9)]


def test_copy_asks_for_the_selected_ranges(qtbot: QtBot) -> None:
    table = shown(qtbot)
    table.setFocus()
    table.setCurrentIndex(table.deliveries().index(2, 0))
    qtbot.keyClick(table, KEYS.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    with qtbot.waitSignal(table.copy_requested) as told:
        qtbot.keyClick(table, KEYS.Key_C, CTRL)
    assert told.args == [[(2, 3)]]


def click_header(qtbot: QtBot, table: DeliveriesTable, column: Column) -> None:
    header = table.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(column) + 20, header.height() // 2)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_a_screen_reader_chooses_a_row_by_selecting_it(qtbot: QtBot) -> None:
    table = shown(qtbot, 50)
    with qtbot.waitSignal(table.row_chosen) as chosen:
        # As Qt's bridge to the screen reader does it.
        flags = QItemSelectionModel.SelectionFlag
        table.selectionModel().select(table.deliveries().index(7, 0), flags.Select | flags.Rows)
    assert chosen.args == [7]
    assert table.currentIndex().row() == 7


def test_a_click_on_a_heading_asks_the_database_to_sort(qtbot: QtBot) -> None:
    table = shown(qtbot)
    with qtbot.waitSignal(table.sort_requested) as told:
        click_header(qtbot, table, Column.RECIPIENT)
    assert told.args == ["recipient", False]
    with qtbot.waitSignal(table.sort_requested) as told:
        click_header(qtbot, table, Column.RECIPIENT)
    assert told.args == ["recipient", True]
    assert table.sorted_column() is Column.RECIPIENT


def test_a_column_that_cannot_be_sorted_says_so_by_its_arrow(qtbot: QtBot) -> None:
    table = shown(qtbot)
    with qtbot.assertNotEmitted(table.sort_requested):
        click_header(qtbot, table, Column.TASK)
    assert table.horizontalHeader().sortIndicatorSection() == Column.TIME


def test_rows_on_top_do_not_move_what_is_read(qtbot: QtBot) -> None:
    table = shown(qtbot)
    table.verticalScrollBar().setValue(5_000)
    qtbot.waitUntil(lambda: table.deliveries().record(5_000) is not None)
    before = table.deliveries().record(5_000)
    change = {
        "count": MILLION + 30,
        "inserted": 30,
        "reset": False,
        "start": 0,
        "rows": [],
        "revision": 2,
        "service": "",
    }
    table.deliveries().refresh(5_000, 5_040, change)
    assert table.visible_rows()[0] == 5_030
    assert table.deliveries().record(5_030) == before


def test_new_rows_are_seen_at_the_top(qtbot: QtBot) -> None:
    table = shown(qtbot)
    change = {"count": MILLION + 3, "inserted": 3, "reset": False, "start": 0, "rows": [], "revision": 2, "service": ""}
    table.deliveries().refresh(0, 40, change)
    assert table.visible_rows()[0] == 0


def reorder(table: DeliveriesTable, order: list[int], *, again: bool = False) -> None:
    model = table.deliveries()
    if not again:
        model.page_wanted.disconnect()
    change = {"count": len(order), "inserted": 0, "reset": True, "start": 0, "rows": [], "revision": 2, "service": ""}
    model.refresh(0, len(order) - 1, change)
    model.put_rows(0, [row(message_id) for message_id in order], 2)


def test_the_selection_follows_its_message_into_another_order(qtbot: QtBot) -> None:
    table = shown(qtbot, count=30)
    table.setCurrentIndex(table.deliveries().index(4, 0))
    assert current_id(table) == 26
    reorder(table, list(range(1, 31)))
    assert current_id(table) == 26
    assert table.selected_ranges() == [(25, 25)]


def test_a_message_that_left_the_view_leaves_no_other_one_selected(qtbot: QtBot) -> None:
    table = shown(qtbot, count=30)
    table.setCurrentIndex(table.deliveries().index(4, 0))
    reorder(table, [number for number in range(1, 31) if number != 26])
    assert table.selected_ranges() == []
    assert current_id(table) is None


def test_who_went_on_to_another_message_gets_no_older_selection_back(qtbot: QtBot) -> None:
    table = shown(qtbot, count=30)
    table.setCurrentIndex(table.deliveries().index(4, 0))
    reorder(table, [number for number in range(1, 31) if number != 26])
    flags = QItemSelectionModel.SelectionFlag
    table.selectionModel().setCurrentIndex(table.deliveries().index(0, 0), flags.NoUpdate)
    reorder(table, list(range(1, 31)), again=True)
    assert current_id(table) == 1
    assert table.selected_ranges() == []


def test_the_table_stays_where_it_is_in_another_order(qtbot: QtBot) -> None:
    table = shown(qtbot)
    table.verticalScrollBar().setValue(700_000)
    change = {"count": MILLION, "inserted": 0, "reset": True, "start": 0, "rows": [], "revision": 2, "service": ""}
    table.deliveries().refresh(700_000, 700_040, change)
    assert table.visible_rows()[0] == 700_000


def test_widths_are_remembered_and_the_order_is_not_asked_for(qtbot: QtBot) -> None:
    table = shown(qtbot, count=3)
    table.setColumnWidth(Column.TEXT, 321)
    table.setColumnHidden(Column.SOURCE, True)
    state = table.column_state()
    other = shown(qtbot, count=3)
    with qtbot.assertNotEmitted(other.sort_requested):
        other.restore_columns(state)
    assert other.columnWidth(Column.TEXT) == 321
    assert other.isColumnHidden(Column.SOURCE)


def has_colour(image: QImage, wanted: QColor) -> bool:
    """Whether text in this colour is there (its edges are blended, its heart is not)."""
    return any(
        abs(pixel.red() - wanted.red()) + abs(pixel.green() - wanted.green()) + abs(pixel.blue() - wanted.blue()) < 60
        for x in range(image.width())
        for y in range(image.height())
        if (pixel := image.pixelColor(x, y)).isValid()
    )


def test_room_to_spare_goes_to_the_long_texts(qtbot: QtBot) -> None:
    table = shown(qtbot, 5)
    before = {column: table.columnWidth(column) for column in Column if column is not Column.SOURCE}
    table.resize(table.width() + 1_000, table.height())
    assert {column for column in before if table.columnWidth(column) > before[column]} == {Column.TEXT, Column.REASON}
    table.resize(600, table.height())
    assert table.horizontalScrollBar().maximum() > 0


def test_columns_that_a_person_has_sized_stay_so(qtbot: QtBot) -> None:
    table = shown(qtbot, 5)
    assert table.column_state().isEmpty()
    table.horizontalHeader().resizeSection(Column.TEXT, 333)
    table.resize(table.width() + 1_000, table.height())
    assert table.columnWidth(Column.TEXT) == 333
    assert not table.column_state().isEmpty()


@pytest.mark.parametrize("state", [*STATES, "teleported"])
def test_the_states_are_painted_in_their_colours(qtbot: QtBot, state: str) -> None:
    table = shown(qtbot, count=3)
    table.deliveries().put_rows(0, [row(3, state=state)], 2)
    table.viewport().repaint()
    left = table.columnViewportPosition(Column.STATE)
    width, height = table.columnWidth(Column.STATE), table.verticalHeader().defaultSectionSize()
    image = table.viewport().grab().toImage().copy(left, 0, width, height - 2)
    assert has_colour(image, colour(state_look(state)[1]))


def test_a_state_that_is_not_known_has_no_tick() -> None:
    assert state_look("teleported")[0] != state_look("delivered")[0]


def test_a_column_is_fitted_to_what_is_seen(qtbot: QtBot) -> None:
    model = CountingModel()
    table = shown(qtbot, model=model)
    table.setColumnWidth(Column.TEXT, 30)
    model.asked = 0
    table.resizeColumnToContents(Column.TEXT)
    assert table.columnWidth(Column.TEXT) > 100
    assert model.asked < 200


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_title_has_room_in_both_languages(qtbot: QtBot, language: str) -> None:
    table, model = DeliveriesTable(), DeliveriesModel()
    qtbot.addWidget(table)
    table.setModel(model)
    model.setParent(table)
    table.show()
    apply_language(language)
    try:
        header = table.horizontalHeader()
        qtbot.waitUntil(
            lambda: all(header.sectionSize(column) >= header.sectionSizeHint(column) for column in range(len(Column)))
        )
    finally:
        apply_language("en")
