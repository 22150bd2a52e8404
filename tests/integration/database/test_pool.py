"""Connections: a network that is gone is noticed, whatever the operator's address says besides."""

import pytest

from cutroom.database import Database


@pytest.mark.parametrize(("said", "seconds"), [("", "25000"), ("&tcp_user_timeout=3000", "3000")])
async def test_a_silent_network_is_noticed(database_url, said, seconds):
    opened = Database(database_url + said)
    await opened.open()
    try:
        for lend in (opened.transaction, opened.statement):
            async with lend() as connection:
                options = connection.info.get_parameters()
                assert options["tcp_user_timeout"] == seconds
                assert options["keepalives_idle"] == "10"
    finally:
        await opened.close()
