"""Where a secret comes from: what somebody types, else the environment, else the keyring."""

from dataclasses import dataclass, field

import keyring
import pytest
from keyring.errors import KeyringLocked, PasswordDeleteError

from console.secrets import Secrets

STATED = "COALFACE_SECRET_SECRET_1"


@dataclass
class Ring:
    locked: bool = False
    kept: dict[tuple[str, str], str] = field(default_factory=lambda: {})

    def get_password(self, service: str, user: str) -> str | None:
        return self.kept.get((service, user))

    def set_password(self, service: str, user: str, secret: str) -> None:
        if self.locked:
            raise KeyringLocked
        self.kept[service, user] = secret

    def delete_password(self, service: str, user: str) -> None:
        if (service, user) not in self.kept:
            raise PasswordDeleteError
        del self.kept[service, user]


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Ring:
    made = Ring()
    for name in ("get_password", "set_password", "delete_password"):
        monkeypatch.setattr(keyring, name, getattr(made, name))
    return made


def test_a_secret_is_kept_in_the_keyring(ring: Ring) -> None:
    assert Secrets("desk").get(1, "secret") == ""
    assert Secrets("desk").put(1, "secret", "typed")
    assert Secrets("desk").get(1, "secret") == "typed"
    assert Secrets("other").get(1, "secret") == ""
    Secrets("desk").drop(1, "secret")
    assert Secrets("desk").get(1, "secret") == ""


def test_without_a_keyring_it_is_known_until_the_console_closes(ring: Ring) -> None:
    ring.locked = True
    secrets = Secrets("desk")
    assert not secrets.put(1, "secret", "typed")
    assert secrets.get(1, "secret") == "typed"
    assert Secrets("desk").get(1, "secret") == ""
    secrets.drop(1, "secret")
    assert secrets.get(1, "secret") == ""


def test_what_is_typed_counts_before_the_environment(
    ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring.set_password("coalface", "desk 1 secret", "old")
    monkeypatch.setenv(STATED, "stated")
    secrets = Secrets("desk")
    assert secrets.get(1, "secret") == "stated"
    # A correction in the dialog is tried at once, whatever the environment says.
    secrets.put(1, "secret", "typed")
    assert secrets.get(1, "secret") == "typed"
    assert Secrets("desk").get(1, "secret") == "stated"
