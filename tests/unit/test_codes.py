"""Codes as data: what an answer proves, and words for a person in both languages."""

from __future__ import annotations

import re

import pytest

from tasks.gateways.codes import MANY, classify, explain, pause, table
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


KNOWN = {
    "accepted": "000000",
    "ambiguous": "111000 112600 112605 172001 172003",
    "transient": "111001-111099 112606 160001-160010 160012 160050",
    "account": "111100 111104 111106 111109 111115 111128 111129 111130 111131 111132 111133 111138 111139 111140 "
    "111141 111143 111169 111170 111171 111176 111177 111178 111179 111180 111181 111182 111188 111212 111226 112302 "
    "112303 112305 112310 112312 112320 112321",
    "template": "112307 112311 112313 112315 112318 112323 160019 160032 160036 160043",
    "sdk": "172004 172005 172006 172007 172012",
    "client_bug": "111101 111102 111103 111105 111107 111108 111110 111113 112300 112306 112319 112603 112604 112614 "
    "112616 160017 160031",
    "rate_limited": "111111 111112 111114 111116 160016",
    "balance": "111142 160014",
    "content": "112301 112304 112308 112309 160011 160018 160020 160033 160035 160037",
    "recipient_limit": "112314 160015 160021 160022 160038 160039 160040 160041",
    "recipient": "112316 112317 160013 160034 160042",
}
"""The codes that are known of the platform, by what is wrong."""
MAY_BE = {
    "accepted": {OutcomeKind.ACCEPTED},
    "ambiguous": {OutcomeKind.UNKNOWN},
    "transient": {OutcomeKind.BUSY, OutcomeKind.UNKNOWN},
    "account": {OutcomeKind.ACCOUNT},
    "template": {OutcomeKind.REFUSED},
    "sdk": {OutcomeKind.UNKNOWN},
    "client_bug": {OutcomeKind.ACCOUNT, OutcomeKind.REFUSED},
    "rate_limited": {OutcomeKind.BUSY},
    "balance": {OutcomeKind.ACCOUNT},
    "content": {OutcomeKind.REFUSED},
    "recipient_limit": {OutcomeKind.REFUSED, OutcomeKind.BUSY},
    "recipient": {OutcomeKind.REFUSED},
}


def test_the_platforms_table_has_all_known_codes() -> None:
    known = [code for codes in KNOWN.values() for code in codes.split()]
    assert len(known) == len(set(known)) == 109
    assert sorted(table("yuntongxun")) == sorted(known)


@pytest.mark.parametrize("fault", KNOWN)
def test_every_code_is_of_the_kind_that_its_fault_allows(fault: str) -> None:
    for code in KNOWN[fault].split():
        assert table("yuntongxun")[code].kind in MAY_BE[fault], code


def test_every_remedy_is_something_to_do() -> None:
    for code, entry in table("yuntongxun").items():
        english, chinese = entry.remedy["en"], entry.remedy["zh"]
        if entry.kind is OutcomeKind.ACCEPTED:
            continue
        assert "Nothing to do" not in english, code
        # What waits goes on only by the operator's hand; what is busy by the program's.
        assert ("resume" in english.lower()) == (entry.kind is OutcomeKind.ACCOUNT), code
        assert ("恢复该账号" in chinese) == (entry.kind is OutcomeKind.ACCOUNT), code
        assert ("by itself" in english) == (entry.kind is OutcomeKind.BUSY), code
        assert ("自动重试" in chinese) == (entry.kind is OutcomeKind.BUSY), code
        if entry.kind is OutcomeKind.UNKNOWN:
            assert "before you send again" in english, code
            assert "重发" in chinese, code


@pytest.mark.parametrize("code", ["112311", "112313", "112323", "160032"])
def test_a_template_that_the_gateway_does_not_know_is_found_by_a_button(code: str) -> None:
    assert "“Fetch from gateway”" in explain("yuntongxun", code, "en").remedy
    assert "“从网关获取”" in explain("yuntongxun", code, "zh").remedy


def test_a_pause_of_the_platforms_rules_is_data() -> None:
    assert pause("yuntongxun", "160038") == 30
    assert pause("yuntongxun", "160016") is None
    assert pause("yuntongxun", "999999") is None


def test_one_code_for_many_numbers_is_told_as_that() -> None:
    english = explain("yuntongxun", f"{MANY}160034", "en")
    assert english.meaning.endswith(explain("yuntongxun", "160034", "en").meaning)
    assert "may have left" in english.meaning
    assert "before you send again" in english.remedy
    assert "本条短信可能已发出" in explain("yuntongxun", f"{MANY}160034", "zh").meaning
    assert classify("yuntongxun", f"{MANY}160034") is OutcomeKind.UNKNOWN


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
        ("112601", OutcomeKind.UNKNOWN),
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
