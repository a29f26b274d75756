"""The picture that can be taken without a display."""

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

HOUSE = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("theme", "scale", "dark"),
    [("dark", None, True), ("light", None, False), ("dark", "1.25", True)],
)
def test_the_sample_hour_as_a_picture(
    tmp_path: Path, theme: str, scale: str | None, dark: bool
) -> None:
    picture = tmp_path / "board.png"
    command = [
        sys.executable, str(HOUSE / "main.py"), "--data", str(tmp_path / "data"),
        "--replay", str(HOUSE / "resources" / "samples" / "queue_log"),
        "--screenshot", str(picture), "--after", "3", "--size", "1366x768", "--theme", theme,
        *(["--scale", scale] if scale else []),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    image = QImage(str(picture))
    assert abs(image.width() - 1366) <= 2 and abs(image.height() - 768) <= 2
    bar = image.pixelColor(900, 15)  # the bar of menus, inside the stripes of what is not live
    assert (bar.lightness() < 80) == dark
    assert not (tmp_path / "data" / "coalface.log").exists()
