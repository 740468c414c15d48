"""Who reacts to what: outbox topic -> dotted paths of its handlers, in order."""

HANDLERS: dict[str, tuple[str, ...]] = {}
