"""What `sms-desk-worker --help` says, and `--help` behind each of its commands; in both languages.

The manual page (packaging/linux/sms-desk-worker.1) says the same; tests/unit/test_usage.py compares them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "zh_CN"]


@dataclass(frozen=True, slots=True)
class Page:
    """The help of one command, in one language."""

    synopsis: str
    summary: str
    options: tuple[tuple[str, str], ...]
    examples: tuple[str, ...]
    statuses: tuple[tuple[int, str], ...]
    """Exit status and what it means."""
    more: str = ""


HELP_WORDS = frozenset({"help", "--help", "-h"})
PROGRAM = "sms-desk-worker"
INTERNAL = frozenset({"server", "clerk", "maintenance"})
"""Commands that nobody types: they are not on the page, and say so when they are asked."""

_WORKER = Page(
    "worker [options of Celery's worker]",
    "Takes messages from the broker and sends them, until it is told to stop.",
    (
        ("-l, --loglevel LEVEL", "info unless another is named"),
        ("-c, --concurrency N", "Celery tasks at once, instead of SMSDESK_WORKER_CONCURRENCY"),
        ("-P, --pool POOL", "threads, prefork, solo or gevent, instead of SMSDESK_WORKER_POOL"),
        ("-n, --hostname NAME", "the worker's name, where several run on one machine"),
        ("--celery-help", "every option of Celery's worker"),
    ),
    (
        "sms-desk-worker worker",
        "SMSDESK_BROKER_URL=redis://host:6379/0 sms-desk-worker worker -c 16",
    ),
    (
        (0, "it was told to stop (SIGTERM, SIGINT), and what was in flight is answered and recorded"),
        (1, "it could not start or go on; its last lines say why, and a service manager starts it again"),
        (2, "an option was not understood"),
    ),
    "The same as `celery -A tasks worker` in an installation by pip.\n"
    "Stop it by one SIGTERM, and by SIGKILL not before twice SMSDESK_CALL_DEADLINE_S and 30 seconds:\n"
    "a call that is cut off leaves messages Unknown.",
)
_DOCTOR = Page(
    "doctor [--language LANGUAGE] [--json]",
    "Looks at settings, broker, ledger, accounts and workers, and says what to do about what is wrong.",
    (
        ("--language LANGUAGE", "en or zh_CN; else the setting, else the system's"),
        ("--json", "for machines"),
    ),
    ("sms-desk-worker doctor", "sms-desk-worker doctor --json"),
    (
        (0, "nothing is in trouble; there may be warnings"),
        (1, "something is in trouble"),
        (2, "an option was not understood"),
    ),
    "Sends and changes nothing, and waits for nobody longer than five seconds.\n"
    "It judges what its own user and environment see: run it as the worker's.",
)
_HEALTH = Page(
    "health",
    "Asks the worker on this machine whether it can work; for a container's health check.",
    (),
    ("SMSDESK_METRICS_PORT=9464 sms-desk-worker health",),
    (
        (0, "it can"),
        (1, "it cannot, or nobody answers at SMSDESK_METRICS_PORT; the line says which"),
        (2, "an option was not understood"),
    ),
)
_WORKER_ZH = Page(
    "worker [Celery worker 的选项]",
    "从消息代理取出短信并发送，直到收到停止信号。",
    (
        ("-l, --loglevel LEVEL", "日志级别，默认为 info"),
        ("-c, --concurrency N", "同时执行的 Celery 任务数，代替 SMSDESK_WORKER_CONCURRENCY"),
        ("-P, --pool POOL", "threads、prefork、solo 或 gevent，代替 SMSDESK_WORKER_POOL"),
        ("-n, --hostname NAME", "工作进程的名称，用于同一台机器运行多个时"),
        ("--celery-help", "列出 Celery worker 的全部选项"),
    ),
    _WORKER.examples,
    (
        (0, "收到停止信号（SIGTERM、SIGINT），手头的调用均已得到应答并记录"),
        (1, "无法启动或无法继续，最后几行说明原因；服务管理器会重新启动它"),
        (2, "无法识别的选项"),
    ),
    "与 pip 安装后的 `celery -A tasks worker` 相同。\n"
    "停止时只发一次 SIGTERM，在 SMSDESK_CALL_DEADLINE_S 的两倍再加 30 秒之内不要发 SIGKILL：\n"
    "被打断的调用会使短信变为“结果未知”。",
)
_DOCTOR_ZH = Page(
    "doctor [--language LANGUAGE] [--json]",
    "检查设置、消息代理、台账、账号和工作进程，并说明如何处理发现的问题。",
    (
        ("--language LANGUAGE", "en 或 zh_CN；不指定时取设置中的语言，再取系统的语言"),
        ("--json", "供程序读取"),
    ),
    _DOCTOR.examples,
    ((0, "没有故障，可能有警告"), (1, "有故障"), (2, "无法识别的选项")),
    "不发送、不改动任何东西，每项最多等待五秒。\n它只能看到自己的用户和环境变量：请以工作进程的用户身份运行。",
)
_HEALTH_ZH = Page(
    "health",
    "询问本机的工作进程是否能正常工作，用于容器的健康检查。",
    (),
    _HEALTH.examples,
    (
        (0, "能"),
        (1, "不能，或 SMSDESK_METRICS_PORT 上无人应答；输出的一行说明是哪一种"),
        (2, "无法识别的选项"),
    ),
)
PAGES: Mapping[str, Mapping[Language, Page]] = {
    "worker": {"en": _WORKER, "zh_CN": _WORKER_ZH},
    "doctor": {"en": _DOCTOR, "zh_CN": _DOCTOR_ZH},
    "health": {"en": _HEALTH, "zh_CN": _HEALTH_ZH},
}
ENVIRONMENT: Mapping[str, Mapping[Language, str]] = {
    "SMSDESK_HOME": {
        "en": "folder of settings, ledger and logs, ~/.local/share/sms-desk unless it is set",
        "zh_CN": "存放设置、台账和日志的文件夹，默认为 ~/.local/share/sms-desk",
    },
    "SMSDESK_BROKER_URL": {
        "en": "Celery's broker; without it the embedded server",
        "zh_CN": "Celery 的消息代理；不设置则使用内置服务",
    },
    "SMSDESK_LEDGER_URL": {
        "en": "the ledger's PostgreSQL database, where several machines share it",
        "zh_CN": "台账所在的 PostgreSQL 数据库，用于多台机器共用",
    },
    "SMSDESK_*_FILE": {
        "en": "a file that holds the value of the variable SMSDESK_*, for secrets",
        "zh_CN": "存有变量 SMSDESK_* 之值的文件，用于密钥",
    },
}
_WORDS: Mapping[str, Mapping[Language, str]] = {
    "title": {
        "en": "Sends SMS from a queue, for SMS Desk and other Celery clients.",
        "zh_CN": "从队列发送短信，供 SMS Desk 和其他 Celery 客户端使用。",
    },
    "unknown": {"en": "unknown command: ", "zh_CN": "没有这个命令："},
    "usage": {"en": "usage: ", "zh_CN": "用法："},
    "command": {"en": "COMMAND", "zh_CN": "命令"},
    "commands": {"en": "Commands:", "zh_CN": "命令："},
    "options": {"en": "Options:", "zh_CN": "选项："},
    "examples": {"en": "Examples:", "zh_CN": "示例："},
    "statuses": {"en": "Exit status:", "zh_CN": "退出状态："},
    "environment": {"en": "Environment:", "zh_CN": "环境变量："},
    "more": {
        "en": "More of a command: sms-desk-worker COMMAND --help. All settings: the file worker.env.example.",
        "zh_CN": "各命令的详细说明：sms-desk-worker 命令 --help。全部设置见文件 worker.env.example。",
    },
    "version": {"en": "which version this is", "zh_CN": "显示版本"},
    "help": {"en": "shows this", "zh_CN": "显示本帮助"},
    "internal": {"en": "a part of the program, which starts it itself", "zh_CN": "由程序自行启动，无需手动执行"},
}


def language_here() -> Language:
    """The language of the setting's variable, else of the locale."""
    asked = os.environ.get("SMSDESK_LANGUAGE", "")
    if asked in ("en", "zh_CN"):
        return "en" if asked == "en" else "zh_CN"
    locale = next((os.environ[key] for key in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(key)), "")
    return "zh_CN" if locale.lower().startswith("zh") else "en"


def overview(language: Language) -> str:
    """The whole program on one page."""
    rows = [(name, page[language].summary) for name, page in PAGES.items()]
    options = [("--version", _WORDS["version"][language]), ("--help", _WORDS["help"][language])]
    variables = [(name, said[language]) for name, said in ENVIRONMENT.items()]
    parts = [
        f"{_WORDS['usage'][language]}{PROGRAM} {_WORDS['command'][language]} [...]",
        _WORDS["title"][language],
        _section("commands", rows, language),
        _section("options", options, language),
        _section("environment", variables, language),
        _WORDS["more"][language],
    ]
    return "\n\n".join(parts) + "\n"


def refusal(word: str, language: Language) -> str:
    """What is said to a command that there is not."""
    return f"{PROGRAM}: {_WORDS['unknown'][language]}{word}\n\n{overview(language)}"


def page_of(command: str, language: Language) -> str:
    """The help of one command; KeyError where there is none of that name."""
    if command in INTERNAL:
        return f"{PROGRAM} {command}: {_WORDS['internal'][language]}\n"
    page = PAGES[command][language]
    options = [*page.options, ("--help", _WORDS["help"][language])]
    parts = [
        f"{_WORDS['usage'][language]}{PROGRAM} {page.synopsis}",
        page.summary,
        _section("options", options, language),
        "\n".join([_WORDS["examples"][language], *(f"  {line}" for line in page.examples)]),
        _section("statuses", [(str(status), meaning) for status, meaning in page.statuses], language),
        page.more,
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _section(title: str, rows: list[tuple[str, str]], language: Language) -> str:
    width = max(len(name) for name, _ in rows) + 2
    return "\n".join([_WORDS[title][language], *(f"  {name:{width}}{said}" for name, said in rows)])
