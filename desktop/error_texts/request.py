"""Of what was asked for, and of messages that wait."""

from __future__ import annotations

from typing import Final

from desktop.error_texts.form import Texts

REQUEST: Final[Texts] = {
    "request.malformed": (
        "The window asked for something in a form that was not understood ({field}). Nothing was done.",
        "Restart the program; window and its parts may be of different versions.",
    ),
    "request.unknown": (
        "The window asked for something that this version does not know ({do}). Nothing was done.",
        "Restart the program; window and its parts may be of different versions.",
    ),
    "request.field_missing": (
        "Something that is needed is missing: {field}. Nothing was sent.",
        "Fill it in and try again.",
    ),
    "request.no_recipients": (
        "There is no valid recipient. Nothing was sent.",
        "Enter at least one valid number.",
    ),
    "request.recipients_gone": (
        "The recipients have to be checked again. Nothing was sent.",
        "Wait until the numbers are checked, then send again.",
    ),
    "request.text_missing": (
        "The message has no text. Nothing was sent.",
        "Write a text and send again.",
    ),
    "request.template_missing": (
        "This gateway sends approved templates only, and none is chosen. Nothing was sent.",
        "Choose a template, or another gateway account.",
    ),
    "request.variable_missing": (
        "Variable {number} of the template is empty. Nothing was sent.",
        "Fill it in and send again.",
    ),
    "request.variables_surplus": (
        "The template takes {expected} variables, but {given} are given. Nothing was sent.",
        "Remove the surplus ones and send again.",
    ),
    "request.cancelled": (
        "It was cancelled.",
        "Start it again if you still want it.",
    ),
    "request.superseded": (
        "A newer question took its place.",
        "Nothing needs to be done.",
    ),
    "request.view_closed": (
        "This list is no longer open.",
        "Look at Deliveries again; it opens anew.",
    ),
    "request.no_message": (
        "This message is not in the ledger.",
        "Refresh Deliveries; another ledger may be in use.",
    ),
    "request.no_batch": (
        "This batch is not in the ledger. Nothing was changed.",
        "Refresh Deliveries; another ledger may be in use.",
    ),
    "request.unknown_state": (
        "The filter names a state that does not exist.",
        "Choose a state from the list.",
    ),
    "request.unknown_sort": (
        "The list cannot be sorted by this column.",
        "Choose another column.",
    ),
    "request.sort_too_large": (
        "More than {most} messages are too many to sort this way.",
        "Narrow the filter first, or sort by time.",
    ),
    "request.argument": (
        "Another program handed over a message whose argument {name} has the wrong form. Nothing was sent.",
        "Its developer finds the forms of to, datas and temp_id in the README.",
    ),
    "request.arguments": (
        "Another program handed over a message with too few or too many arguments. Nothing was sent.",
        "Its developer finds what send_sms takes in the README: to, datas, temp_id.",
    ),
    "request.no_gateway": (
        "Another program handed over a message, but which gateway account it should go through is not known: the "
        "settings cannot be used. Nothing was sent.",
        "Correct the settings, then restart the worker.",
    ),
    "request.too_many_recipients": (
        "There are {given} recipients, and at most {most} can go together. Nothing was sent.",
        "Send in several parts.",
    ),
    "request.cannot_write_file": (
        "The file could not be written ({reason}). No complete export exists.",
        "Choose another folder or free disk space, then export again.",
    ),
    "request.export_stopped": (
        "The export ended before it was complete.",
        "Start it again; nothing else is affected.",
    ),
}

WAITING: Final[Texts] = {
    "waiting.no_worker": (
        "No worker is running, so the message waits.",
        "Start the worker on the Workers page.",
    ),
    "waiting.no_account": (
        "No worker has the account {account}, so the message waits.",
        "Give a worker the account's credentials, in Settings or in its computer's environment, and restart it.",
    ),
    "waiting.undo": (
        "The message waits a moment, so that sending can still be undone.",
        "It goes out by itself; Undo keeps the whole batch from being sent.",
    ),
    "waiting.held": (
        "The account {account} is stopped, so the message waits.",
        "",
    ),
}
