"""Settings are read from the data folder, and a wrong one is said, not ignored."""

from pathlib import Path

import pytest

from console.app import Console
from console.errors import ConsoleError
from console.settings import Settings, load


def test_nothing_stated_is_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path / "settings.toml") == Settings()


def test_the_board_follows_what_is_stated(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("service_level_s = 30\nshow_customers = true\n")
    console = Console(tmp_path)
    board = console.board()
    console.close()
    assert board.totals is not None
    assert board.totals.service_level_s == 30


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("service_levels = 30", "no setting “service_levels”"),
        ("service_level_s = '30'", "cannot be '30'"),
        ("service_level_s = -1", "cannot be -1"),
        ("show_customers = 1", "true or false"),
        ("country = 'gb'", "two capital letters"),
        ("service_level_s = ", "cannot be read"),
    ],
)
def test_a_wrong_one_is_named(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "settings.toml").write_text(text)
    with pytest.raises(ConsoleError) as caught:
        Console(tmp_path)
    assert words in str(caught.value)


def test_every_setting_has_its_sentence() -> None:
    assert all(sentence.endswith(".") for sentence in Settings.sentences().values())


def test_the_guide_lists_every_setting_as_it_is() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "guide.md").read_text("utf-8")
    for name, sentence in Settings.sentences().items():
        default = getattr(Settings(), name)
        shown = str(default).lower() if isinstance(default, bool) else default
        assert f"| `{name}` | {shown} | {sentence} |" in guide


@pytest.mark.parametrize("first", [False, True])
def test_customers_stay_as_they_were_first_kept(tmp_path: Path, first: bool) -> None:
    log = tmp_path / "pbx" / "queue_log"
    log.parent.mkdir()
    log.write_text("1767600000|1767600000.1|q|NONE|ENTERQUEUE||+4930123456|1\n")
    data = tmp_path / "data"
    console = Console(data, settings=Settings(show_customers=first))
    console.sync([log])
    console.close()
    Console(data, settings=Settings(show_customers=first)).close()
    with pytest.raises(ConsoleError, match="after the first contact"):
        Console(data, settings=Settings(show_customers=not first))
