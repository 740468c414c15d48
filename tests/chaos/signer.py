"""A web process as it signs: `python -m tests.chaos.signer FIRST STOP` accepts these quotes and may be killed anywhere.

Started again it goes on; who clicks twice gets the same contract.
"""

import sys

import django

django.setup()

from django.utils.timezone import now  # noqa: E402

from quotes.actions.acceptance import accept, committed_total  # noqa: E402
from quotes.actions.sending import token_hash  # noqa: E402
from quotes.models import Contract, RoomLink  # noqa: E402
from tests.chaos.deals import token  # noqa: E402


def main(first: int, stop: int) -> None:
    for number in range(first, stop):
        link = RoomLink.objects.select_related("version__quote").get(token_sha256=token_hash(token(number)))
        if Contract.objects.filter(version=link.version_id).exists():
            continue
        link.codes.update(verified_at=now())  # what was proved at first does not hold as long as a storm
        for _ in range(2 if number % 5 == 0 else 1):
            accept(
                link,
                name="Cleo Hartmann",
                title="VP Engineering",
                sha256=link.version.sha256,
                shown_total=committed_total(link.version),
                at=now(),
            )


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
