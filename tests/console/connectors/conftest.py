"""A small PBX, and lines to it that are closed afterwards."""

from collections.abc import Iterator

import pytest

from console.connectors.asterisk import Asterisk
from console.connectors.connector import Option
from console.domain.links import UP
from tests.console.connectors.at_asterisk import Desk, Open, Quick
from tests.console.connectors.pbx import Pbx


@pytest.fixture
def pbx() -> Iterator[Pbx]:
    pbx = Pbx()
    pbx.member("support", "PJSIP/101", "Ann", static=True)
    yield pbx
    pbx.close()


@pytest.fixture
def desks() -> Iterator[list[Desk]]:
    found: list[Desk] = []
    yield found
    for desk in found:
        desk.connector.close()


@pytest.fixture
def opened(desks: list[Desk]) -> Open:
    def begin(pbx: Pbx, make: type[Asterisk] = Quick, **settings: Option) -> Desk:
        desk = Desk(pbx, make, **settings)
        desks.append(desk)
        return desk

    return begin


@pytest.fixture
def desk(pbx: Pbx, opened: Open) -> Desk:
    desk = opened(pbx)
    desk.await_link(UP)
    return desk
