"""The doors of the house: register, sign in, sign out, and who is asking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cutroom.accounts import links, users
from cutroom.accounts.keys import Keys
from cutroom.accounts.passwords import Passwords, check_strength
from cutroom.accounts.secret import derive_key
from cutroom.accounts.sessions import Sessions
from cutroom.accounts.throttle import Throttle
from cutroom.accounts.users import Member, User
from cutroom.base.errors import Conflict, Forbidden, Unauthenticated
from cutroom.base.settings import Settings
from cutroom.database import Connection, Database, execute, fetch_one


@dataclass(frozen=True)
class SignedIn:
    """A fresh session."""

    member: Member
    token: str
    expires_at: datetime

    @property
    def user(self) -> User:
        """Whose session it is."""
        return self.member.user


class Accounts:
    """Everything about identity on one database. One per process."""

    def __init__(self, database: Database, settings: Settings, secret: str) -> None:
        """Put the parts together; `secret` comes from `platform_secret`."""
        self.database = database
        self.settings = settings
        self.keys = Keys(database)
        self.sessions = Sessions(database, derive_key(secret, "session"), settings.session_days)
        self.throttle = Throttle(database, settings.login_attempts)
        self.passwords = Passwords()

    async def register(self, email: str, password: str, address: str | None) -> SignedIn:
        """Make an account and sign it in.

        Args:
            email: As typed.
            password: At least 8 characters, at most 1024 bytes.
            address: The network address of the caller: one that tries taken e-mails is throttled.

        Raises:
            Forbidden: With code `registration_closed`.
            Refused: With code `invalid_email` or `invalid_password`.
            Conflict: With code `email_taken`.
            Limited: After too many failures from the address.
        """
        if self.settings.registration == "closed":
            message = "Registration is closed here; ask the operator for an account."
            raise Forbidden(message, code="registration_closed")
        email = users.clean_email(email)
        check_strength(password)
        attempt = await self.throttle.begin(None, address)
        password_hash = await self.passwords.hash(password)
        async with self.database.transaction() as connection:
            member = await users.add(connection, email, password_hash)
            await self.throttle.succeed(connection, attempt)
            return await self._open(connection, member)

    async def sign_in(self, email: str, password: str, address: str | None) -> SignedIn:
        """Check a password and open a session.

        Raises:
            Unauthenticated: With code `wrong_credentials`, the same for an unknown address, an
                account without a password and a wrong password, after the same time.
            Limited: With code `too_many_attempts` and the seconds to wait.
        """
        email = users.clean_email(email)
        attempt = await self.throttle.begin(email, address)
        async with self.database.transaction() as connection:
            row = await fetch_one(connection, "accounts.find_user_by_email", email=email)
        password_hash = row["password_hash"] if row else None
        if not await self.passwords.verify(password, password_hash) or row is None:
            message = "The e-mail address or the password is wrong."
            raise Unauthenticated(message, code="wrong_credentials")
        renewed = await self._rehash(password, str(password_hash))
        async with self.database.transaction() as connection:
            if renewed is not None:
                await execute(connection, "accounts.set_password", user_id=row["id"], password_hash=renewed)
            await self.throttle.succeed(connection, attempt)
            return await self._open(connection, Member.of(row))

    async def sign_in_by_link(self, token: str) -> SignedIn:
        """Use up a one-time link.

        Raises:
            Refused: With code `invalid_link`.
        """
        async with self.database.transaction() as connection:
            return await self._open(connection, await links.redeem(connection, token))

    async def make_link(self, email: str | None = None) -> str:
        """Make a one-time sign-in address for a user; without a name, for the operator.

        Raises:
            Conflict: With code `no_such_account`.
        """
        async with self.database.transaction() as connection:
            if email is None:
                member, _ = await users.ensure_operator(connection)
                user = member.user
            else:
                row = await fetch_one(
                    connection, "accounts.find_user_by_email", email=users.clean_email(email)
                )
                if row is None:
                    raise Conflict(f"There is no account for {email}.", code="no_such_account")
                user = User.of(row)
            return links.link_url(self.settings.base_url, await links.add(connection, user))

    async def sign_out(self, token: str) -> None:
        """End the session of a token."""
        await self.sessions.end(token)

    async def member(self, user: User) -> Member:
        """Return a user's account.

        Raises:
            Unauthenticated: When it is gone.
        """
        async with self.database.transaction() as connection:
            member = await users.find(connection, user.user_id)
        if member is None:
            raise Unauthenticated
        return member

    async def _rehash(self, password: str, password_hash: str) -> str | None:
        is_outdated = self.passwords.is_outdated(password_hash)
        return await self.passwords.hash(password) if is_outdated else None

    async def _open(self, connection: Connection, member: Member) -> SignedIn:
        token, expires_at = await self.sessions.open(connection, member.user)
        return SignedIn(member, token, expires_at)
