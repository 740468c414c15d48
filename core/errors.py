"""What can go wrong, each with a sentence a person can read and the HTTP status it answers with.

`core.middleware.ProblemMiddleware` turns them into a page, an htmx toast or JSON problem details (RFC 9457).
"""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from core.languages import lazily as _lazy


class Problem(Exception):
    """A refusal with a readable sentence. Subclasses set the status, a stable kind and a title."""

    status = 400
    kind = "bad-request"
    title = _lazy("That did not work")

    def __init__(self, sentence: str) -> None:
        # Words kept lazily are chosen here, in the language of whoever is refused.
        self.sentence = str(sentence)
        super().__init__(self.sentence)

    def details(self, instance: str) -> dict[str, object]:
        """The RFC 9457 form."""
        return {
            "type": f"urn:quantile:problem:{self.kind}",
            "title": self.title,
            "status": self.status,
            "detail": self.sentence,
            "instance": instance,
        }


class Invalid(Problem):
    """Input that cannot be taken: field -> message naming the limit and the fix."""

    status = 422
    kind = "invalid"
    title = _lazy("Please correct the marked fields")

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = dict(errors)

    def details(self, instance: str) -> dict[str, object]:
        return {**super().details(instance), "errors": self.errors}


class Refused(Problem):
    """The rules say no in the present state."""

    status = 409
    kind = "refused"
    title = _lazy("Not possible now")


class Conflict(Problem):
    """Someone else was faster; nothing was changed."""

    status = 409
    kind = "conflict"
    title = _lazy("Someone was faster")


class Forbidden(Problem):
    """The person may see this but not do that."""

    status = 403
    kind = "forbidden"
    title = _lazy("Not allowed")


class PersonNeeded(Forbidden):
    """An agent's key asks for what only a person does; `decide_at` is the page where one does it."""

    kind = "person-needed"
    title = _lazy("A person decides on this")
    decide_at = ""  # named by the address that was asked

    def details(self, instance: str) -> dict[str, object]:
        told = {**super().details(instance), "decide_at": self.decide_at}
        return {**told, "detail": f"{self.sentence} A person decides at {self.decide_at}"}


class Busy(Problem):
    """Nothing was changed; the same request will do after a moment."""

    status = 503
    kind = "busy"
    title = _lazy("Busy")
    wait = 1  # seconds, sent as Retry-After


class Unavailable(Problem):
    """The database cannot be reached; the same request will do once it is back."""

    status = 503
    kind = "unavailable"
    title = _lazy("Not available just now")
    wait = 5


class SignInNeeded(Problem):
    """Nobody is signed in."""

    status = 401
    kind = "sign-in-needed"
    title = _lazy("Please sign in")

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or _("Please sign in to continue."))


class SecondFactorNeeded(Problem):
    """The person's role asks for a second factor, and this session has none."""

    status = 403
    kind = "second-factor-needed"
    title = _lazy("A second factor is needed")

    def __init__(self) -> None:
        super().__init__(_("Your role asks for a second factor. Set up an authenticator app on your account’s page."))


def refuse(sentence: str) -> None:
    """Raise `Refused` with the sentence; do nothing on "" (what every `why_not_*` rule answers for yes)."""
    if sentence:
        raise Refused(sentence)


def leave_to_people(sentence: str) -> None:
    """The same with `PersonNeeded`, for what an agent asks."""
    if sentence:
        raise PersonNeeded(sentence)
