"""Tell which Debian or Ubuntu packages Qt still needs on this machine, by starting Qt.

Without an option: print the names of the missing packages on one line, nothing when all is well.
With --explain: say what is missing and what to run; fail if Qt cannot start without it.
"""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

# Which package brings a shared library. Newer releases add "t64" to some names; apt finds those by
# the old name too.
PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libGLX.so.0": "libgl1",
    "libOpenGL.so.0": "libopengl0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
    "libstdc++.so.6": "libstdc++6",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libSM.so.6": "libsm6",
    "libICE.so.6": "libice6",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-util.so.1": "libxcb-util1",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}
FONTS = "fonts-dejavu-core"

START = """
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication
app = QApplication([])
print("fonts", len(QFontDatabase.families()))
"""


def start_qt() -> subprocess.CompletedProcess[str]:
    """Start Qt in a process of its own, since a plugin that fails ends its process."""
    surroundings = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", START]
    return subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)


def missing_packages(*parts: str) -> list[str]:
    """The packages behind the libraries that the loader cannot find for these files of PySide6."""
    found = find_spec("PySide6")
    if found is None or found.submodule_search_locations is None:
        sys.exit("PySide6 is not installed in this environment.")
    home = Path(found.submodule_search_locations[0])
    files = [str(path) for part in parts for path in sorted(home.glob(part))]
    report = subprocess.run(["ldd", *files], capture_output=True, text=True, check=False).stdout
    absent = re.findall(r"^\s*(\S+) => not found", report, re.MULTILINE)
    return sorted({PACKAGES[name] for name in absent if name in PACKAGES})


def main() -> int:
    if sys.platform != "linux":
        return 0
    started = start_qt()
    needed = []
    if started.returncode:
        needed = missing_packages("Qt[GW]*.abi3.so", "Qt/plugins/platforms/*offscreen*")
    if started.returncode or "fonts 0" in started.stdout:
        needed.append(FONTS)
    # A window on a display needs more than the tests do.
    for_window = missing_packages("Qt/plugins/platforms/*xcb.so", "Qt/plugins/platforms/*wayland*")
    packages = " ".join(dict.fromkeys([*needed, *for_window]))

    if "--explain" not in sys.argv:
        print(packages)
    elif started.returncode:
        print(started.stderr.strip(), file=sys.stderr)
        print(f"Qt cannot start here. Run: sudo apt-get install {packages}", file=sys.stderr)
        return 1
    elif packages:
        print(f"To see a window with text, run: sudo apt-get install {packages}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
