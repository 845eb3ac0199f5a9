"""Of settings."""

from __future__ import annotations

from typing import Final

from desktop.error_texts.form import Texts

SETTINGS: Final[Texts] = {
    "settings.home_unusable": (
        "SMS Desk cannot use its folder: {path}.",
        "Free disk space if there is none left. Otherwise ask whoever looks after this computer: your user must be "
        "allowed to write in this folder, or SMSDESK_HOME must name another one.",
    ),
    "settings.unreadable": (
        "The settings file cannot be read: {path}. Defaults are in force.",
        "Correct the file's permissions, then restart the program.",
    ),
    "settings.corrupt": (
        "The settings file has a mistake in line {line}: {path}. Defaults are in force, the file was not touched.",
        "Correct that line in a text editor, or move the file away and enter the settings anew.",
    ),
    "settings.corrupt_but_kept": (
        "The settings file has a mistake in line {line}: {path}. Defaults are in force, the file was not touched.",
        "Correct that line in a text editor, or put the copy {backup}, which lies beside it, in its place; then "
        "restart the program.",
    ),
    "settings.newer": (
        "The settings file was written by a newer SMS Desk (version {version}, this one knows {known}): {path}. It was "
        "not touched; defaults are in force, and no worker of this program starts.",
        "Install the newer program, or put an earlier copy of the file (its name ends in .bak) in its place.",
    ),
    "settings.ledger_not_known": (
        "Which ledger is meant is not known: the settings file that names it cannot be used: {path}. No message is "
        "accepted, so that none goes where nobody would look for it.",
        "Correct the file, or put the copy beside it (its name ends in .bak) in its place. It goes on by itself then.",
    ),
    "settings.cannot_write": (
        "The settings could not be saved: {path}. The former ones stay in force.",
        "Free disk space or correct the permissions, then save again.",
    ),
    "settings.invalid": (
        "The setting {key} cannot be used: {reason}. Its default is in force.",
        "Correct it in Settings, in settings.toml or in the environment.",
    ),
    "settings.unknown_key": (
        "settings.toml has a setting that this program does not know: {key}. It is ignored.",
        "Correct its spelling, or delete it.",
    ),
    "settings.unknown_variable": (
        "The environment has a setting that this program does not know: {key}. It is ignored.",
        "Correct its spelling, or remove it.",
    ),
    "settings.value_file": (
        "The file that {key} names cannot be read as one line of text. Its setting is missing.",
        "Correct the path in the environment, or let your user read the file, then restart the program.",
    ),
    "settings.secret_in_file": (
        "settings.toml holds a secret ({key}). It is not used from there, because others may read that file.",
        "Enter it in Settings, which keeps it in the system keyring, and delete it from the file.",
    ),
    "settings.tls_unchecked": (
        "{key} asks for TLS without checking the other side's certificate, which protects nothing. It is not used.",
        "Add ?ssl_cert_reqs=required to the address.",
    ),
    "settings.sentinel_without_master": (
        "{key} names Sentinels but not the master they watch. It is not used.",
        "Add ?master_name=… to the address, as in the Sentinels' own settings.",
    ),
    "settings.budget_without_price": (
        "A budget needs the price per segment: without it nobody can count what is spent. The budget is not kept.",
        "Fill in the price per segment of the account, or leave its budget empty.",
    ),
    "settings.pool_by_flag": (
        "The pool gevent cannot be chosen by a setting: its worker would take no task. No worker starts with it.",
        "Choose another pool; on a server, start a worker with the option -P gevent.",
    ),
    "settings.pool_not_on_windows": (
        "The pool prefork does not exist on Windows. No worker starts with it.",
        "Choose the pool threads.",
    ),
    "settings.result_backend_rpc": (
        "The result backend rpc:// gives each result only once, so states could not be shown. It is not used.",
        "Leave the result backend empty, or name a Redis server or a database.",
    ),
    "settings.set_by_environment": (
        "{key} comes from the environment variable {variable}, which wins over what is entered here. Nothing "
        "was changed.",
        "Change or remove the variable in the environment, then restart the program.",
    ),
    "settings.test_timeout": (
        "The test got no answer within 5 seconds.",
        "Check the address and the network; a firewall may swallow the connection.",
    ),
    "settings.ledger_not_shared": (
        "The broker is on another computer, but the ledger is a file on this one: workers elsewhere could not"
        " see the messages. The built-in broker is used instead.",
        "Set a PostgreSQL ledger address that all computers share.",
    ),
}

INVALID_REASONS: Final = {
    "malformed": "it has the wrong form",
    "not_a_number": "it is not a number",
    "not_a_choice": "it is not one of {choices}",
    "too_small": "it is below {minimum}",
    "too_large": "it is above {maximum}",
    "no_such_account": "there is no such account",
    "not_a_whole_number": "it is not a whole number",
    "not_yes_or_no": "it is neither yes nor no",
}
"""Why a setting cannot be used, inside the sentence of `settings.invalid`."""
