"""Make a one-time sign-in link from outside the API process."""

from __future__ import annotations

from cutroom.accounts import Accounts
from cutroom.accounts.secret import platform_secret
from cutroom.base.settings import Settings
from cutroom.database import Database


async def make_sign_in_link(settings: Settings, database_url: str, email: str | None = None) -> str:
    """Return an address that signs a user in once; without an e-mail address, the operator.

    Raises:
        Conflict: With code `no_such_account`.
        Unavailable: When the database does not answer.
    """
    database = Database(database_url, size=1)
    try:
        await database.open()
        accounts = Accounts(database, settings, await platform_secret(database, settings))
        return await accounts.make_link(email)
    finally:
        await database.close()
