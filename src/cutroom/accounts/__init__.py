"""Floor 4: who may come in: users, passwords, sessions, sign-in links, API keys, throttling."""

from cutroom.accounts.accounts import Accounts, SignedIn
from cutroom.accounts.secret import platform_secret
from cutroom.accounts.sweep import sweep
from cutroom.accounts.users import User

__all__ = ["Accounts", "SignedIn", "User", "platform_secret", "sweep"]
