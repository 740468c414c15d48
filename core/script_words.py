"""What the scripts say by themselves, in the language of the page; they know it in the language of the house."""

import json

from core.languages import HOUSE, current
from core.languages import lazily as _

WORDS = {
    "Ctrl": _("Ctrl"),
    "Try again": _("Try again"),
    "Editing …": _("Editing …"),
    "Saving …": _("Saving …"),
    "Not saved: you were signed out.": _("Not saved: you were signed out."),
    "Not saved: the server did not take it.": _("Not saved: the server did not take it."),
    "The server did not answer. Nothing was saved; check the connection and try again.": _(
        "The server did not answer. Nothing was saved; check the connection and try again."
    ),
    "The server took too long. Reload the page to see whether it was saved.": _(
        "The server took too long. Reload the page to see whether it was saved."
    ),
    "Copied.": _("Copied."),
    "Your browser does not allow copying here. Select the text and copy it yourself.": _(
        "Your browser does not allow copying here. Select the text and copy it yourself."
    ),
    "This page is too old, or your role does not allow it. Reload the page and try again.": _(
        "This page is too old, or your role does not allow it. Reload the page and try again."
    ),
    "This is not there any more, or not open to you. Nothing was changed.": _(
        "This is not there any more, or not open to you. Nothing was changed."
    ),
    "Too many requests at once. Wait a moment and try again.": _(
        "Too many requests at once. Wait a moment and try again."
    ),
    "Our data cannot be reached just now. Nothing is half saved; try again in a moment.": _(
        "Our data cannot be reached just now. Nothing is half saved; try again in a moment."
    ),
    "Something broke on our side. Nothing is half saved; try again in a moment.": _(
        "Something broke on our side. Nothing is half saved; try again in a moment."
    ),
}


def script_words() -> str:
    """As JSON for the page's head; "" where the scripts' own words will do."""
    return "" if current() == HOUSE else json.dumps({text: str(said) for text, said in WORDS.items()})
