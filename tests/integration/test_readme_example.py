"""The web site in the README is a program that works."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.counting_gateway import CountingGateway
from support.desk import ROOT
from support.sending import Sending

READMES = ("README.md", "README.zh-CN.md")

VISITOR = """
import json
visitor = site.test_client()
asked = visitor.post("/codes", data={"mobile": "13800138000", "code": "9527"})
assert asked.status_code == 202, asked.text
for _ in range(10):
    told = visitor.get("/codes/" + asked.json["task"])
    if told.status_code == 200:
        break
print(json.dumps(told.json))
"""


def example(name: str) -> str:
    """The Flask site as the README has it."""
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / name).read_text("utf-8"), re.DOTALL)
    return str(code)


@pytest.fixture
def sending(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sending]:
    with CountingGateway() as gateway:
        opened = Sending(tmp_path / "home", gateway, monkeypatch)
        yield opened
        opened.close()


def test_the_web_site_in_the_readme_sends_and_learns_the_outcome(sending: Sending) -> None:
    sending.desk.worker()
    done = subprocess.run(
        [sys.executable, "-c", example("README.md") + VISITOR],
        env=sending.desk.environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"id": 1, "state": "submitted", "code": ""}
    assert sending.gateway.state()["numbers"] == 1


def test_both_readmes_show_the_same_web_site() -> None:
    assert example(READMES[0]) == example(READMES[1])
