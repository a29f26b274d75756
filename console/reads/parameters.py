"""The parameters of a forecast, from what is stored: measured, assumed or set by hand."""

from sqlalchemy.orm import Session

from console.domain.parameters import Parameters
from console.settings import Settings


def parameters(session: Session, now_us: int, settings: Settings) -> Parameters:
    """All parameters as of `now_us`, from the data up to it. Takes up to some seconds: for reader
    threads only. What the data cannot tell is assumed and says so, or is None."""
    del session, settings
    return Parameters((), now_us, None, 0.0, (), ())


__all__ = ["parameters"]
