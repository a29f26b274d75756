"""Both themes can be read."""

import pytest

from widgets import theme


@pytest.mark.parametrize("name", theme.NAMES)
@pytest.mark.parametrize("pair", theme.PAIRS, ids="-on-".join)
def test_words_can_be_read(name: str, pair: tuple[str, str]) -> None:
    tokens = theme.tokens(name)
    assert theme.contrast(tokens[pair[0]], tokens[pair[1]]) >= 4.5


@pytest.mark.parametrize("name", theme.NAMES)
@pytest.mark.parametrize("pair", theme.SHAPES, ids="-on-".join)
def test_shapes_can_be_told_apart(name: str, pair: tuple[str, str]) -> None:
    tokens = theme.tokens(name)
    assert theme.contrast(tokens[pair[0]], tokens[pair[1]]) >= 3


def test_both_themes_have_the_same_tokens() -> None:
    assert theme.tokens("dark").keys() == theme.tokens("light").keys()


def test_contrast_is_as_wcag_defines_it() -> None:
    assert theme.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert theme.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
