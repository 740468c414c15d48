"""Names of colleagues in a text: "@ben", but not the one in an e-mail address."""

import re

MENTION = re.compile(r"(?<![\w.+-])@([A-Za-z0-9_]+(?:[.+-][A-Za-z0-9_]+)*)")


def mentions(text: str) -> list[str]:
    """The usernames in the text, each once, as they come."""
    return list(dict.fromkeys(MENTION.findall(text)))


def parts(text: str) -> list[tuple[str, bool]]:
    """The text cut at its mentions: (words, whether they are a mention)."""
    found, end = [], 0
    for match in MENTION.finditer(text):
        found += [(text[end : match.start()], False), (match.group(), True)]
        end = match.end()
    return [(words, mention) for words, mention in [*found, (text[end:], False)] if words]
