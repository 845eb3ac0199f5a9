"""Codes as data: what an answer proves, and words for a person in both languages."""

from __future__ import annotations

import re

import pytest

from tasks.gateways.codes import classify, explain, table
from tasks.gateways.protocol import OutcomeKind

TABLES = ["desk", "simulator", "yuntongxun"]
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("name", TABLES)
def test_every_row_is_whole_in_both_languages(name: str) -> None:
    rows = table(name)
    assert rows
    for code, entry in rows.items():
        for text in (entry.meaning, entry.remedy):
            assert text["en"].endswith((".", "?")), code
            assert not CHINESE.search(text["en"]), code
            assert text["zh"].endswith(("。", "？")), code
            assert CHINESE.search(text["zh"]), code
            assert text["en"] == text["en"].strip()


def test_the_platforms_table_has_all_known_codes() -> None:
    assert len(table("yuntongxun")) == 109
    assert all(re.fullmatch(r"\d{6}(-\d{6})?", code) for code in table("yuntongxun"))


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("000000", OutcomeKind.ACCEPTED),
        ("111000", OutcomeKind.UNKNOWN),
        ("111001", OutcomeKind.UNKNOWN),
        ("111050", OutcomeKind.UNKNOWN),
        ("111099", OutcomeKind.UNKNOWN),
        ("111100", OutcomeKind.ACCOUNT),
        ("111106", OutcomeKind.ACCOUNT),
        ("111109", OutcomeKind.ACCOUNT),
        ("111111", OutcomeKind.BUSY),
        ("111115", OutcomeKind.ACCOUNT),
        ("111142", OutcomeKind.ACCOUNT),
        ("111181", OutcomeKind.ACCOUNT),
        ("112310", OutcomeKind.ACCOUNT),
        ("112311", OutcomeKind.REFUSED),
        ("112316", OutcomeKind.REFUSED),
        ("112317", OutcomeKind.REFUSED),
        ("112600", OutcomeKind.UNKNOWN),
        ("160001", OutcomeKind.BUSY),
        ("160010", OutcomeKind.BUSY),
        ("160011", OutcomeKind.REFUSED),
        ("160038", OutcomeKind.BUSY),
        ("160039", OutcomeKind.REFUSED),
        ("160042", OutcomeKind.REFUSED),
        # Made up by the vendor's own client, also for a read time-out.
        ("172001", OutcomeKind.UNKNOWN),
        ("172003", OutcomeKind.UNKNOWN),
        # Not in the table: by the layer that the code names.
        ("111198", OutcomeKind.ACCOUNT),
        ("112999", OutcomeKind.REFUSED),
        ("160999", OutcomeKind.REFUSED),
        ("172999", OutcomeKind.UNKNOWN),
        ("999999", OutcomeKind.UNKNOWN),
        ("", OutcomeKind.UNKNOWN),
    ],
)
def test_what_the_platforms_codes_prove(code: str, kind: OutcomeKind) -> None:
    assert classify("yuntongxun", code) is kind


def test_an_unlisted_code_of_any_other_gateway_proves_nothing() -> None:
    assert classify("simulator", "sim.new") is OutcomeKind.UNKNOWN
    assert classify("no_such_gateway", "1") is OutcomeKind.UNKNOWN


def test_our_own_codes_are_known_behind_every_gateway() -> None:
    for gateway in ("yuntongxun", "simulator", "desk", "no_such_gateway"):
        assert "may have left" in explain(gateway, "http.read_timeout", "en").meaning
        assert classify(gateway, "http.connect_refused") is OutcomeKind.UNREACHED


def test_an_http_status_without_a_row_is_told_by_its_class() -> None:
    assert explain("yuntongxun", "http.502", "en") == explain("desk", "http.5xx", "en")
    assert explain("yuntongxun", "http.418", "zh") == explain("desk", "http.4xx", "zh")
    assert explain("yuntongxun", "http.429", "en") != explain("desk", "http.4xx", "en")


def test_an_unknown_code_is_told_as_it_is() -> None:
    assert "999999" in explain("yuntongxun", "999999", "en").meaning
    assert "999999" in explain("yuntongxun", "999999", "zh").meaning
    assert explain("yuntongxun", "", "en").meaning == ""


@pytest.mark.parametrize("gateway", ["../codes/desk", "desk.tsv", ""])
def test_a_gateways_name_is_never_a_path(gateway: str) -> None:
    assert table(gateway) == {}
