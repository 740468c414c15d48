import pytest

from crm.actions.connections import NewConnection, create_connection
from tests.factories import AT


@pytest.fixture
def made(ivo, ada) -> NewConnection:
    """Salesforce, told of quotes at an address where nobody listens; drafts are Ada's."""
    url = "https://relay.example/hooks"
    return create_connection(system="salesforce", url=url, seller=ada, by=ivo, at=AT)
