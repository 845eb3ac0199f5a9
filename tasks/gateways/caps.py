"""How many messages a gateway takes for one number: caps that it enforces, known here to warn before sending.

They are the gateways' published defaults, can be raised per account and are enforced by the gateway alone: the program
warns and never refuses. An account says its own with `number_caps`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

MINUTE_S, HOUR_S, DAY_S = 60, 3_600, 86_400


class Kind(StrEnum):
    """What a message is, for the rules of mainland China."""

    CODE = "code"
    """A verification code."""
    NOTICE = "notice"
    """Anything else."""


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `most` messages of a kind to one number within `window_s` seconds.

    Windows are taken as rolling ones. Some gateways count by the minutes and hours of the clock, in which a rolling
    window warns of the same and of a little more.
    """

    kind: Kind
    most: int
    window_s: int
    per_template: bool = False
    """Counted for each template by itself; else over all messages of the kind through the account."""


_CHINESE_DEFAULT = (
    Cap(Kind.CODE, 1, MINUTE_S),
    Cap(Kind.CODE, 5, HOUR_S),
    Cap(Kind.CODE, 10, DAY_S),
    Cap(Kind.NOTICE, 50, DAY_S, per_template=True),
)
"""What most gateways of mainland China have for an account that asked for nothing else. Source: Aliyun, "SMS sending
rules" (help document 44335)."""

CAPS: Mapping[str, tuple[Cap, ...]] = {
    # Source: Yuntongxun's console, REST documentation page 3_2_2_1 (rules of SMS); its codes 160038 to 160041.
    "yuntongxun": (
        Cap(Kind.CODE, 1, 30),
        Cap(Kind.CODE, 5, DAY_S, per_template=True),
        Cap(Kind.CODE, 8, DAY_S),
        Cap(Kind.NOTICE, 20, DAY_S, per_template=True),
    ),
    # It enforces nothing: the warning is part of what it lets people practise.
    "simulator": _CHINESE_DEFAULT,
}

NONE = "none"
PATTERN = r"\s*(?:none|(?:\d{1,6}/\d{0,4}[smhd](?:\s+|$))*)\s*"
"""What an account's `number_caps` may be: empty, `none`, or caps of verification codes: `1/m 5/h 10/d`, `1/30s`."""

_UNITS = {"s": 1, "m": MINUTE_S, "h": HOUR_S, "d": DAY_S}
_CODE = re.compile(
    r"验证码|校验码|动态码|动态密码|确认码|激活码|安全码|短信密码"
    r"|\b(?:verification|security|confirmation|activation|login|access|one[- ]time)\s+(?:pass)?code"
    r"|\bone[- ]time\s+pass(?:word|code)|\bpasscode|\bOTP\b|\byour code\b",
    re.IGNORECASE,
)


def kind_of(text: str) -> Kind:
    """What a message is by its wording. One whose text is not known counts as a code: the stricter rule."""
    return Kind.CODE if not text.strip() or _CODE.search(text) else Kind.NOTICE


def caps_of(gateway: str, own: str = "") -> tuple[Cap, ...]:
    """The caps of a gateway; `own` (an account's `number_caps`) replaces those of codes, `none` all of them."""
    known = CAPS.get(gateway, ())
    if own.strip() == NONE:
        return ()
    codes = tuple(
        Cap(Kind.CODE, int(most), int(times or 1) * _UNITS[unit])
        for most, times, unit in re.findall(r"(\d+)/(\d*)([smhd])", own)
    )
    if not codes:
        return known
    return (*codes, *(cap for cap in known if cap.kind is not Kind.CODE))
