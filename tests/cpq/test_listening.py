import pytest
from django.db import connection
from kombu import Connection, Consumer, Exchange, Producer, Queue

from cpq.broker import install_pgmq, pgmq_options

TOLD = Queue("told", Exchange("told"), routing_key="told")


@pytest.mark.django_db(transaction=True)
def test_who_sends_does_not_listen_and_who_takes_does():
    install_pgmq()
    options = pgmq_options(connection.settings_dict, time_limit=1)
    with Connection("pgmq://localhost", transport="cpq.listening:Transport", transport_options=options) as broker:
        for n in range(3):
            Producer(broker).publish({"n": n}, exchange=TOLD.exchange, routing_key="told", declare=[TOLD])
        assert listening() == []
        got = []
        with Consumer(broker, TOLD, callbacks=[lambda body, message: (got.append(body["n"]), message.ack())]):
            while len(got) < 3:
                broker.drain_events(timeout=5)
            assert listening() == ['LISTEN "pgmq.q_told.INSERT";']
    assert sorted(got) == [0, 1, 2]


def listening() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT query FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%%'", []
        )
        return [query for (query,) in cursor.fetchall()]
