"""What only the API says no to, each with its stable kind."""

from core.errors import Forbidden, Problem


class NotThere(Problem):
    """Nothing here that this person may know of."""

    status = 404
    kind = "not-found"
    title = "Not found"


class TooLarge(Problem):
    """More than is read at a time."""

    status = 413
    kind = "too-large"
    title = "Too much at once"


class WrongMethod(Problem):
    """The address does not take this method; `Allow` lists those it takes."""

    status = 405
    kind = "method-not-allowed"
    title = "Method not allowed"

    def __init__(self, method: str | None, allowed: str) -> None:
        super().__init__(f'Method "{method}" not allowed. This address takes {allowed}.')


class Compressed(Problem):
    """The body comes with a `Content-Encoding`; bodies are read as they are."""

    status = 415
    kind = "unsupported-content-encoding"
    title = "The body is compressed"


class ScopeMissing(Forbidden):
    """The key was not given what this needs."""

    kind = "scope-missing"
    title = "The key has no scope for this"


class Stale(Problem):
    """If-Match names a state that is not the present one; nothing was changed."""

    status = 412
    kind = "stale"
    title = "Changed meanwhile"


class MatchNeeded(Problem):
    """A change of something that others change too says which state it was made for."""

    status = 428
    kind = "match-needed"
    title = "If-Match is needed"


class KeyReused(Problem):
    """The same Idempotency-Key came with another request."""

    status = 409
    kind = "idempotency-key-reused"
    title = "The Idempotency-Key belongs to another request"


class StillRunning(Problem):
    """The first request with this Idempotency-Key has no answer yet."""

    status = 409
    kind = "still-running"
    title = "The first request still runs"
    wait = 1
