"""The one declaration of every setting: key, kind, default, name in the environment, words for people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tasks.gateways import caps

PREFIX = "SMSDESK_"


@dataclass(frozen=True, slots=True)
class Field:
    """One described setting; the Settings page builds itself from these."""

    key: str
    kind: type
    """str, int, float, bool or Decimal."""
    default: Any
    title: Mapping[str, str]
    """{"en": …, "zh": …}"""
    help: Mapping[str, str] = field(default_factory=dict)
    secret: bool = False
    required: bool = False
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    pattern: str | None = None
    """A regular expression that the whole value must match."""
    restart_worker: bool = False
    """True where a running worker takes the change only after a restart."""
    advanced: bool = False

    @property
    def env(self) -> str:
        """Its name in the environment, for a setting of the program (not of an account)."""
        return PREFIX + self.key.upper()


URL = r"[A-Za-z][A-Za-z0-9+.:_-]*://.*"

FIELDS: tuple[Field, ...] = (
    Field(
        "gateway",
        str,
        "simulator",
        {"en": "Default account", "zh": "默认账号"},
        {
            "en": "The gateway account that messages go through unless another is chosen.",
            "zh": "未另行选择时，短信通过此网关账号发送。",
        },
    ),
    Field(
        "region",
        str,
        "CN",
        {"en": "Default region", "zh": "默认地区"},
        {
            "en": "Numbers written without a country code are taken to be of this region (two letters).",
            "zh": "未写国家代码的号码按此地区处理（两个字母）。",
        },
        pattern="[A-Z]{2}",
    ),
    Field(
        "time_zone",
        str,
        "auto",
        {"en": "Time zone", "zh": "时区"},
        {
            "en": "Where days and months begin for the limits of accounts, for example Asia/Shanghai. “auto” follows "
            "the system; all machines on one ledger need the same.",
            "zh": "账号限额按此时区划分日和月，例如 Asia/Shanghai。“auto”表示跟随系统；"
            "共用台账的机器应填写相同的时区。",
        },
        pattern=r"auto|[A-Za-z]+([/_+\-][A-Za-z0-9]+)*",
        advanced=True,
    ),
    Field(
        "language",
        str,
        "auto",
        {"en": "Language", "zh": "语言"},
        {"en": "“auto” follows the system.", "zh": "“auto”表示跟随系统。"},
        choices=("auto", "en", "zh_CN"),
    ),
    Field(
        "broker_url",
        str,
        None,
        {"en": "Broker address", "zh": "消息代理地址"},
        {
            "en": "Empty: the embedded server. Else redis://…, rediss://…?ssl_cert_reqs=required, "
            "sentinel://…?master_name=… or amqps://….",
            "zh": "留空则使用内置服务；也可填写 redis://…、rediss://…?ssl_cert_reqs=required、"
            "sentinel://…?master_name=… 或 amqps://…。",
        },
        pattern=URL,
        restart_worker=True,
    ),
    Field(
        "embedded_broker",
        str,
        "auto",
        {"en": "Built-in broker", "zh": "内置消息代理"},
        {
            "en": "Without a broker address: “server” runs one beside the window, “stand_in” is a file for systems "
            "that have no server (slower to begin, no remote control); “auto” takes the server where there is one.",
            "zh": "未填写消息代理地址时：“server”随窗口运行一个服务；“stand_in”使用一个文件，适用于没有该服务的系统"
            "（起步稍慢，不能远程控制）；“auto”在有服务时使用服务。",
        },
        choices=("auto", "server", "stand_in"),
        restart_worker=True,
        advanced=True,
    ),
    Field(
        "result_backend",
        str,
        None,
        {"en": "Result backend", "zh": "结果存储地址"},
        {
            "en": "Empty: the broker where it is Redis, else the ledger's database.",
            "zh": "留空：消息代理为 Redis 时使用它，否则使用台账数据库。",
        },
        pattern=URL,
        restart_worker=True,
        advanced=True,
    ),
    Field(
        "ledger_url",
        str,
        None,
        {"en": "Ledger address", "zh": "台账数据库地址"},
        {
            "en": "Empty: a file on this machine. A postgresql:// address where several machines share one ledger.",
            "zh": "留空则使用本机文件；多台机器共用台账时填写 postgresql:// 地址。",
        },
        pattern=r"(sqlite|postgresql)(\+[a-z0-9]+)?://.*",
        restart_worker=True,
    ),
    Field(
        "worker_pool",
        str,
        "threads",
        {"en": "Kind of worker pool", "zh": "工作进程池类型"},
        {"en": "“threads” suits almost everyone.", "zh": "一般使用“threads”即可。"},
        choices=("threads", "prefork", "solo"),
        restart_worker=True,
        advanced=True,
    ),
    Field(
        "worker_concurrency",
        int,
        8,
        {"en": "Tasks at once", "zh": "同时执行的任务数"},
        {"en": "Celery tasks that one worker runs at the same time.", "zh": "一个工作进程同时执行的 Celery 任务数。"},
        minimum=1,
        maximum=500,
        restart_worker=True,
        advanced=True,
    ),
    Field(
        "max_in_flight",
        int,
        64,
        {"en": "Calls in flight", "zh": "同时进行的网关调用数"},
        {
            "en": "Most calls to gateways at the same time. If a worker is killed, the messages of as many calls can "
            "become Unknown.",
            "zh": "同时进行的网关调用上限。工作进程若被强行终止，最多有这么多次调用的短信会变为“结果未知”。",
        },
        minimum=1,
        maximum=1000,
        restart_worker=True,
    ),
    Field(
        "call_deadline_s",
        int,
        20,
        {"en": "Longest gateway call (s)", "zh": "网关调用最长时间（秒）"},
        {
            "en": "A call without an answer by then ends, and its messages become Unknown.",
            "zh": "超过此时间仍无应答则结束调用，其短信变为“结果未知”。",
        },
        minimum=2,
        maximum=300,
        restart_worker=True,
        advanced=True,
    ),
    Field(
        "max_tries",
        int,
        5,
        {"en": "Most tries", "zh": "最多尝试次数"},
        {
            "en": "Tries of a message that surely has not left, before it is Failed.",
            "zh": "确定尚未发出的短信最多尝试的次数，之后记为失败。",
        },
        minimum=1,
        maximum=50,
        restart_worker=True,
        advanced=True,
    ),
    Field(
        "receipt_wait_hours",
        int,
        72,
        {"en": "Wait for receipts (h)", "zh": "等待回执的时间（小时）"},
        {
            "en": "A submitted message without a receipt by then is No receipt.",
            "zh": "已提交的短信超过此时间仍无回执，记为“无回执”。",
        },
        minimum=1,
        maximum=720,
        restart_worker=True,
        advanced=True,
    ),
    Field(
        "undo_s",
        int,
        5,
        {"en": "Time to undo (s)", "zh": "可撤销时间（秒）"},
        {
            "en": "A batch of several messages waits this long after Send, so that it can still be undone. 0: none.",
            "zh": "点击发送后，多条短信的批次会等待这段时间，期间可以撤销。0 表示不等待。",
        },
        minimum=0,
        maximum=60,
    ),
    Field(
        "update_feed",
        str,
        None,
        {"en": "Address for updates", "zh": "更新信息地址"},
        {
            "en": "Where Check for updates asks, only when you click it. Empty: nowhere.",
            "zh": "仅在点击“检查更新”时访问此地址。留空则不访问。",
        },
        # Without TLS only on this computer.
        pattern=r"https://.+|http://(127\.0\.0\.1|localhost)[:/].*",
        advanced=True,
    ),
    Field(
        "metrics_port",
        int,
        0,
        {"en": "Port of health and metrics", "zh": "健康检查与指标端口"},
        {
            "en": "For an administrator: /healthz and /metrics (Prometheus) of a worker. 0: off.",
            "zh": "供管理员使用：工作进程的 /healthz 和 /metrics（Prometheus）。0 表示关闭。",
        },
        minimum=0,
        maximum=65_535,
        restart_worker=True,
        advanced=True,
    ),
    Field(
        "metrics_host",
        str,
        "127.0.0.1",
        {"en": "Address of health and metrics", "zh": "健康检查与指标地址"},
        {
            "en": "127.0.0.1: this computer only. Whoever reaches another address sees counts and account names.",
            "zh": "127.0.0.1 表示仅限本机。能访问其他地址的人都可看到数量和账号名称。",
        },
        pattern=r"[A-Za-z0-9.:\-]+",
        restart_worker=True,
        advanced=True,
    ),
)

COMMON_ACCOUNT_FIELDS: tuple[Field, ...] = (
    Field(
        "signature",
        str,
        "",
        {"en": "Signature or sender", "zh": "签名或发送方"},
        {"en": "Without brackets.", "zh": "不含【】括号。"},
    ),
    Field(
        "price_per_segment",
        Decimal,
        None,
        {"en": "Price per segment", "zh": "每计费条单价"},
        {"en": "Empty: no costs are shown.", "zh": "留空则不显示费用。"},
        minimum=0,
        maximum=1000,
    ),
    Field("currency", str, "CNY", {"en": "Currency", "zh": "货币"}, pattern="[A-Z]{3}"),
    Field(
        "rate_per_s",
        float,
        None,
        {"en": "Messages a second", "zh": "每秒短信数上限"},
        {"en": "Empty: as fast as the gateway answers.", "zh": "留空则不限制。"},
        minimum=0.01,
        maximum=100_000,
    ),
    Field(
        "most_in_flight",
        int,
        None,
        {"en": "Messages in flight", "zh": "同时在途短信数上限"},
        {
            "en": "Most messages whose answer is awaited, over all workers. Empty: as many as the workers call.",
            "zh": "所有工作进程合计、正等待网关应答的短信数上限。留空则由工作进程的设置决定。",
        },
        minimum=1,
        maximum=100_000,
        advanced=True,
    ),
    Field(
        "per_day",
        int,
        None,
        {"en": "Messages a day", "zh": "每日短信数上限"},
        {
            "en": "What is above it waits until midnight. Empty: no limit.",
            "zh": "超出部分等到次日零点后继续发送。留空则不限制。",
        },
        minimum=1,
        maximum=100_000_000,
    ),
    Field(
        "budget_per_month",
        Decimal,
        None,
        {"en": "Budget a month", "zh": "每月预算"},
        {
            "en": "In the account's currency; what is above it waits until next month. It needs the price per segment. "
            "Empty: no limit.",
            "zh": "以账号的货币计；超出部分等到下月继续发送。需要先填写每计费条单价。留空则不限制。",
        },
        minimum=0,
        maximum=1_000_000_000,
    ),
    Field(
        "number_caps",
        str,
        "",
        {"en": "Verification codes to one number", "zh": "同一号码的验证码上限"},
        {
            "en": "What the gateway allows, to warn before sending: 1/m 5/h 10/d is one a minute, five an hour, ten a "
            "day. Empty: the gateway's usual rule; none: no warning.",
            "zh": "网关允许的次数，用于发送前提醒：1/m 5/h 10/d 表示每分钟 1 条、每小时 5 条、每天 10 条。"
            "留空则按网关的一般规则；none 表示不提醒。",
        },
        pattern=caps.PATTERN,
        advanced=True,
    ),
)


def gateway_names() -> tuple[str, ...]:
    """The gateways there are, in the order to offer them."""
    from tasks.gateways.registry import GATEWAYS

    return tuple(GATEWAYS)


def account_fields(gateway: str) -> tuple[Field, ...]:
    """All fields of an account of a gateway: the gateway's own, then those every account has.

    Raises GatewayError `gateway.unknown`.
    """
    from tasks.gateways import registry

    own = (
        Field(
            entry.key,
            entry.kind,
            entry.default,
            entry.title,
            entry.help,
            secret=entry.secret,
            required=entry.required,
            minimum=entry.minimum,
            maximum=entry.maximum,
            restart_worker=True,
            advanced=entry.advanced,
        )
        for entry in registry.account_fields(gateway)
    )
    return (*own, *COMMON_ACCOUNT_FIELDS)


def account_env(account: str, key: str) -> str:
    """The name in the environment of one field of an account: SMSDESK_<ACCOUNT>_<FIELD>.

    The account that has its gateway's name is the one that `SMSDESK_<GATEWAY>_<FIELD>` sets.
    """
    return f"{PREFIX}{re.sub('[^A-Za-z0-9]', '_', account)}_{key}".upper()
