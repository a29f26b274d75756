"""Tokens become a palette and one sheet; everybody asks here for a token, never for a colour."""

import tomllib
from functools import lru_cache
from pathlib import Path
from string import Template

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

FOLDER = Path(__file__).resolve().parents[1] / "resources" / "themes"
NAMES = ("dark", "light")

#: Text on ground, as drawn together somewhere; each must reach a contrast of 4.5.
PAIRS = (
    *((text, ground) for text in ("text", "muted") for ground in ("ground", "panel", "raised")),
    ("header", "panel"),
    ("header", "ground"),
    ("text", "hovered"),
    ("muted", "hovered"),
    ("selected_text", "selected"),
    ("control_text", "control"),
    ("control_off_text", "control_off"),
    ("bad_text", "bad"),
    ("warn_text", "warn"),
    *(
        (words, ground)
        for words in ("bad_words", "warn_words", "good_words", "info_words")
        for ground in ("ground", "panel", "raised", "hovered", "selected")
    ),
)
#: Shapes on ground (curves, focus rings): a contrast of 3 is enough to tell them apart.
SHAPES = (("focus", "panel"), ("spark", "panel"), ("curve_1", "panel"), ("curve_2", "panel"))

# Narrow faces with even digits, the first that this machine has; else what the desktop prefers.
FAMILIES = ("Segoe UI", "Inter", "SF Pro Text", "Noto Sans", "Cantarell", "DejaVu Sans Condensed")

#: Width of the sample text in a narrow face, for each point of its size.
NARROW = 10.6

_current = "dark"


@lru_cache(maxsize=4)
def tokens(name: str) -> dict[str, str]:
    """The colours of one theme by their meaning."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))


@lru_cache(maxsize=256)
def _color(name: str, token: str) -> QColor:
    return QColor(tokens(name)[token])


def color(token: str) -> QColor:
    """The colour that `token` has in the theme shown now."""
    return _color(_current, token)


def current() -> str:
    return _current


def resolve(name: str) -> str:
    """`auto` follows the desktop; a desktop that does not say gets the dark one, for the night."""
    if name in NAMES:
        return name
    scheme = QGuiApplication.styleHints().colorScheme()
    return "light" if scheme == Qt.ColorScheme.Light else "dark"


def apply(app: QApplication, name: str) -> None:
    """Dress the whole application."""
    global _current
    _current = resolve(name)
    t = tokens(_current)
    palette = QPalette()
    for role, token in (
        (QPalette.ColorRole.Window, "ground"),
        (QPalette.ColorRole.WindowText, "text"),
        (QPalette.ColorRole.Base, "panel"),
        (QPalette.ColorRole.AlternateBase, "raised"),
        (QPalette.ColorRole.Text, "text"),
        (QPalette.ColorRole.PlaceholderText, "muted"),
        (QPalette.ColorRole.Button, "control"),
        (QPalette.ColorRole.ButtonText, "control_text"),
        (QPalette.ColorRole.ToolTipBase, "raised"),
        (QPalette.ColorRole.ToolTipText, "text"),
        (QPalette.ColorRole.Highlight, "selected"),
        (QPalette.ColorRole.HighlightedText, "selected_text"),
        (QPalette.ColorRole.Link, "info_words"),
        (QPalette.ColorRole.Accent, "focus"),
    ):
        palette.setColor(role, QColor(t[token]))
    for role in (
        QPalette.ColorRole.WindowText,
        QPalette.ColorRole.Text,
        QPalette.ColorRole.ButtonText,
    ):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(t["muted"]))
    app.setStyle("Fusion")
    app.setPalette(palette)
    app.setStyleSheet(Template((FOLDER / "console.qss").read_text("utf-8")).substitute(t))


def font(size: float = 10.0) -> QFont:
    """The face of the console at `size` points."""
    known = set(QFontDatabase.families())
    face = QFont(QGuiApplication.font())
    found = [family for family in FAMILIES if family in known]
    if found:
        face.setFamilies([*found[:1], *face.families()])
    face.setPointSizeF(size)
    # A wide face gets a smaller size, so that as much fits on a line.
    wide = QFontMetricsF(face).horizontalAdvance("offer 0123456789") / (size * NARROW)
    if wide > 1.05:
        face.setPointSizeF(size / min(wide, 1.15))
    return face


def luminance(text: str) -> float:
    """Relative luminance as WCAG 2 defines it."""

    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    shade = QColor(text)
    return (
        0.2126 * linear(shade.redF())
        + 0.7152 * linear(shade.greenF())
        + 0.0722 * linear(shade.blueF())
    )


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
