"""What the window worded is understood and checked once more; passwords in addresses stay where they are."""

from __future__ import annotations

from typing import Any

import pytest

from tasks.clerk.addresses import MASK, hide_password, restore_password
from tasks.clerk.content import read_content, refuse_incomplete
from tasks.errors import RequestError
from tasks.settings import Account

SHOP = Account("shop", "yuntongxun", {}, signature="店")


def refusal(wire: dict[str, Any], *, needs_template: bool = False) -> RequestError:
    with pytest.raises(RequestError) as refused:
        refuse_incomplete(read_content(wire, SHOP), needs_template=needs_template)
    return refused.value


def test_the_accounts_signature_stands_unless_another_is_chosen() -> None:
    assert read_content({"text": "hi"}, SHOP).sender == "店"
    assert read_content({"text": "hi", "sender": None}, SHOP).sender == "店"
    assert read_content({"text": "hi", "sender": "【Desk】"}, SHOP).sender == "Desk"
    assert read_content({"text": "hi", "sender": ""}, SHOP).sender is None


def test_a_template_is_rendered_here_and_not_taken_on_trust() -> None:
    wire = {"template_id": "7", "variables": ["1234", "5"], "text": "wrong", "template_text": "Code {1}, {2} minutes"}
    content = read_content(wire, SHOP)
    assert (content.text, content.variables) == ("Code 1234, 5 minutes", ("1234", "5"))
    refuse_incomplete(content, needs_template=True)


def test_a_template_that_the_book_does_not_have_may_be_sent() -> None:
    content = read_content({"template_id": "7", "variables": ["1234"], "text": ""}, SHOP)
    refuse_incomplete(content, needs_template=True)
    assert (content.text, content.variables) == ("", ("1234",))


@pytest.mark.parametrize("text", ["", "  \n "])
def test_an_empty_text_is_refused(text: str) -> None:
    assert refusal({"text": text}).code == "request.text_missing"


def test_free_text_is_refused_where_only_templates_are_sent() -> None:
    assert refusal({"text": "hi"}, needs_template=True).code == "request.template_missing"


@pytest.mark.parametrize(
    ("variables", "code", "params"),
    [
        (["1234"], "request.variable_missing", {"number": 2}),
        (["1234", " "], "request.variable_missing", {"number": 2}),
        ([], "request.variable_missing", {"number": 1}),
        (["1234", "5", "6"], "request.variables_surplus", {"expected": 2, "given": 3}),
    ],
)
def test_variables_that_do_not_fit_are_refused(variables: list[str], code: str, params: dict[str, int]) -> None:
    wire = {"template_id": "7", "variables": variables, "template_text": "Code {1}, {2} minutes"}
    refused = refusal(wire)
    assert (refused.code, refused.params) == (code, params)


@pytest.mark.parametrize(
    "wire", [{"text": 3}, {"template_id": "7", "variables": "12"}, {"template_id": "7", "variables": [1]}]
)
def test_content_of_another_form_is_refused(wire: dict[str, Any]) -> None:
    with pytest.raises(RequestError, match=r"request\.malformed"):
        read_content(wire, SHOP)


@pytest.mark.parametrize(
    "url",
    [
        "redis://:secret@host:6379/0",
        "amqps://user:se%40cret@host//?ssl_cert_reqs=required",
        "postgresql://user:secret@[::1]:5432/desk",
        "sentinel://u:secret@a:6379/0;sentinel://u:secret@b:2/0?master_name=m&sentinel_password=se%40cret",
        "postgresql://host:6379/desk?user=u&password=secret",
    ],
)
def test_a_password_is_masked_and_put_back(url: str) -> None:
    shown = hide_password(url)
    assert shown is not None
    assert "secret" not in shown
    assert "cret" not in shown.replace("ssl_cert_reqs", "")
    assert MASK in shown
    assert restore_password(shown, url) == url
    assert restore_password(shown.replace("6379", "6380"), url) == url.replace("6379", "6380")


def test_a_mask_carries_no_password_to_another_server() -> None:
    shown = hide_password("redis://:secret@host/0")
    assert shown is not None
    assert "secret" not in restore_password(shown.replace("host", "elsewhere"), "redis://:secret@host/0")


@pytest.mark.parametrize(
    "changed",
    ["sentinel://a:1;sentinel://evil:2?", "sentinel://evil:1?", "sentinel://a:1;sentinel://b:2;sentinel://evil?"],
)
def test_a_parameters_mask_carries_no_password_to_another_server(changed: str) -> None:
    known = "sentinel://u:secret@a:1;sentinel://b:2?sentinel_password=secret"
    assert "secret" in restore_password(f"sentinel://a:1;sentinel://b:3?sentinel_password={MASK}", known)
    assert "secret" not in restore_password(f"{changed}sentinel_password={MASK}", known)


@pytest.mark.parametrize(
    "url", [None, "", "sqlite:////home/x/ledger.sqlite", "redis://host/0", "redis+socket:///x.sock"]
)
def test_an_address_without_a_password_stays_as_it_is(url: str | None) -> None:
    assert hide_password(url) == url
    if url is not None:
        assert restore_password(url, "redis://:secret@host/0") == url
