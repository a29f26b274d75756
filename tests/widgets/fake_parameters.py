"""What a forecast takes for granted, without a database."""

from console.domain.parameters import ASSUMED, MEASURED, SET, Measured, Parameter, Parameters

WHY = "the <b>correction</b> is not out before five"
NOTES = ("12 % of attempts have no customer: who comes again is told of the others.",)


def make_parameters() -> tuple[Parameter, ...]:
    """Measured, assumed, set by hand, unknown, and a share that leads to a channel."""
    handling = Measured(6.43, 6.1, 6.76, 2863, 47.8)
    redial = Measured(64.96, 60.1, 69.5, 512, 336.0, "too few here: of all channels together")
    return (
        Parameter("voice", "fresh", 79.58, MEASURED, Measured(79.58, 65, 94.2, 3258, 47.8), low=65,
                  high=94.2),
        Parameter("voice", "resolution", 62.0, SET, None, "no export says what was settled", WHY,
                  "ann", 1_700_000_000_000_000),
        Parameter("voice", "redial", 64.96, MEASURED, redial, low=60.1, high=69.5),
        Parameter("voice", "handling", 7.5, SET, handling, "", "half of the team is new", "ann",
                  1_700_000_000_000_000),
        Parameter("email", "handling", None, ASSUMED, None, "fewer than 20 contacts"),
        Parameter("voice", "goes_to.chat", 8.1, MEASURED, Measured(8.1, 7, 9.2, 90, 47.8), low=7,
                  high=9.2),
        Parameter("chat", "patience", 6.0, ASSUMED, None, "fewer than ten gave up", "usual"),
    )  # fmt: skip


def parameters(rows: tuple[Parameter, ...], now: int, known: object) -> Parameters | None:
    version = ("parameters", rows)
    if version == known:
        return None
    channels = tuple(dict.fromkeys(row.channel for row in rows))
    return Parameters(version, now, now, 47.8, channels, rows, (), NOTES if rows else ())
