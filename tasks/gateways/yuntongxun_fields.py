"""The described settings of a Yuntongxun account.

The platform's limits a day (verification codes 30 s apart, 5 per template and number, 8 over all templates; notices 20)
are no settings: they can be raised per account, and the platform's own codes (160038 to 160041) tell when one is met.
"""

from __future__ import annotations

from collections.abc import Sequence

from tasks.gateways.protocol import AccountField

SANDBOX = "https://sandboxapp.cloopen.com:8883"
"""Named by the vendor's older material only."""

ACCOUNT_FIELDS: Sequence[AccountField] = (
    AccountField(
        "account_sid",
        str,
        "",
        {"en": "ACCOUNT SID", "zh": "ACCOUNT SID（主账号）"},
        {"en": "On the console's first page.", "zh": "见控制台首页。"},
        required=True,
    ),
    AccountField(
        "auth_token",
        str,
        "",
        {"en": "AUTH TOKEN", "zh": "AUTH TOKEN（账号令牌）"},
        {"en": "On the console's first page.", "zh": "见控制台首页。"},
        secret=True,
        required=True,
    ),
    AccountField(
        "app_id",
        str,
        "",
        {"en": "APP ID", "zh": "APP ID（应用）"},
        {
            "en": "The application must be online; in test it reaches only the test numbers bound in the console.",
            "zh": "应用须已上线；测试状态下只能发送给控制台中绑定的测试号码。",
        },
        required=True,
    ),
    AccountField(
        "base_url",
        str,
        "https://app.cloopen.com:8883",
        {"en": "Server address", "zh": "服务器地址"},
        {"en": f"Older accounts have a sandbox: {SANDBOX}", "zh": f"早期账号可使用沙箱：{SANDBOX}"},
        advanced=True,
    ),
    AccountField(
        "numbers_per_request",
        int,
        100,
        {"en": "Numbers in one request", "zh": "每次请求的号码数"},
        {
            "en": "Equal messages share a request. The platform takes 100, some accounts 200. With 1 every message has "
            "an answer of its own.",
            "zh": "内容相同的短信合并为一次请求。平台允许 100 个，部分账号为 200 个。设为 1 时每条短信单独应答。",
        },
        minimum=1,
        maximum=200,
        advanced=True,
    ),
    AccountField(
        "sub_append",
        str,
        "",
        {"en": "Extension code", "zh": "扩展码"},
        {
            "en": "Up to four digits behind the sender's number, if the provider has set them up for you.",
            "zh": "附加在发送号码之后，最多四位数字；须由服务商开通。",
        },
        advanced=True,
    ),
    AccountField(
        "sub_account",
        bool,
        False,
        {"en": "This is a sub-account", "zh": "这是子账号"},
        {
            "en": "SID and token are those of a sub-account. Test and template query may not work for it.",
            "zh": "以上 SID 和令牌属于子账号。测试和模板查询对子账号可能不可用。",
        },
        advanced=True,
    ),
)
