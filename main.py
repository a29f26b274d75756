"""The door: reads the command line, opens the console, shows the window."""

import argparse
import sys


def open_window(options: argparse.Namespace) -> int:
    """Qt comes only where there is a window to open."""
    from widgets.desktop import open_window

    return open_window(options)


def main() -> int:
    from console.shell.door import run

    return run(sys.argv[1:], open_window)


if __name__ == "__main__":
    sys.exit(main())
