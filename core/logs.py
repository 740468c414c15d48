"""Lines of the log: one a message, whoever wrote line breaks into it, and without what opens something."""

import logging
import re

HIDDEN = (
    (re.compile(r"(/room/)[\w-]{16,}"), r"\1…"),
    (re.compile(r"(/account/password/)[\w=-]+/[\w-]+"), r"\1…"),
    (re.compile(r"(qk_[a-z0-9]{8}_)[\w-]+"), r"\1…"),
    (re.compile(r"whsec_[\w+/=]+"), "whsec_…"),
    (re.compile(r"(Bearer )\S+"), r"\1…"),
    (re.compile(r"(\w+://[^\s:@/]*:)[^\s@/]+(@)"), r"\1…\2"),
)
"""Addresses of rooms and of password links, keys, secrets of webhooks, passwords in addresses of servers."""

BREAKS = re.compile(r"[\r\n\x0b\x0c\x1b\x85\u2028\u2029]")


def masked(text: str) -> str:
    for pattern, instead in HIDDEN:
        text = pattern.sub(instead, text)
    return text


class LineFormatter(logging.Formatter):
    """What a request carries cannot begin a line of its own; tracebacks keep theirs."""

    def format(self, record: logging.LogRecord) -> str:
        line = logging.makeLogRecord(record.__dict__)
        line.msg, line.args = BREAKS.sub(lambda found: f"\\x{ord(found[0]):02x}", record.getMessage()), ()
        return masked(super().format(line))
