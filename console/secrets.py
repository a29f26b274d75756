"""Secrets of connections: in the keyring of this desk's system, never in a file or the database."""

import os

# keyring is imported where it is needed: looking for the system's keyring takes its time.
SERVICE = "coalface"


class Secrets:
    """`scope` tells data folders apart, which may know a source of the same number.

    Where the system has no keyring, a secret lives as long as this console; at the next start it is
    asked for again. `COALFACE_SECRET_<NAME>_<SOURCE NUMBER>`, such as COALFACE_SECRET_SECRET_1, in
    the environment comes before the keyring: that is for consoles that nobody sits at. What
    somebody types comes before both, as long as this console lives.
    """

    def __init__(self, scope: str) -> None:
        self._scope = scope
        self._kept: dict[str, str] = {}

    def get(self, source_id: int, name: str) -> str:
        """Empty where there is none."""
        user = self._user(source_id, name)
        if user in self._kept:
            return self._kept[user]
        stated = os.environ.get(f"COALFACE_SECRET_{name.upper()}_{source_id}")
        if stated:
            return stated
        import keyring
        from keyring.errors import KeyringError

        try:
            return keyring.get_password(SERVICE, user) or ""
        except KeyringError:
            return ""

    def put(self, source_id: int, name: str, secret: str) -> bool:
        """Keep it; False where only until this console closes, for want of a keyring."""
        import keyring
        from keyring.errors import KeyringError

        user = self._user(source_id, name)
        self._kept[user] = secret
        try:
            keyring.set_password(SERVICE, user, secret)
        except KeyringError:
            return False
        return True

    def drop(self, source_id: int, name: str) -> None:
        import keyring
        from keyring.errors import KeyringError

        user = self._user(source_id, name)
        self._kept.pop(user, None)
        try:
            keyring.delete_password(SERVICE, user)
        except KeyringError:  # there was none, or there is no keyring
            return

    def _user(self, source_id: int, name: str) -> str:
        return f"{self._scope} {source_id} {name}"
