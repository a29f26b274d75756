"""Runs the benchmarks one after another: all, or those named.

python -m benchmarks [NAME…] [--small]
"""

import argparse
import subprocess
import sys
from importlib import import_module

from benchmarks.child import ROOT
from benchmarks.pairs import title

CATALOG = (
    "line_to_paint",
    "sync_million",
    "record_formats",
    "interface_stall",
    "first_board",
    "memory",
    "flat_memory",
    "kill_nine",
    "controls",
    "controls_killed",
    "rehearsal",
    "rehearsal_stall",
    "what_if",
    "preview_signs",
    "gauge",
    "recovery",
    "forecast_truth",
)


def main() -> int:
    parser = argparse.ArgumentParser(description=title(__doc__))
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(CATALOG))
    parser.add_argument("--small", action="store_true", help="at a tiny size: to try them out")
    wanted, more = parser.parse_known_args()
    if unknown := set(wanted.names) - set(CATALOG):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}; there are {CATALOG}")
    failed = 0
    for name in wanted.names or CATALOG:
        small = import_module(f"benchmarks.{name}").SMALL if wanted.small else ()
        command = [sys.executable, "-m", f"benchmarks.{name}", *small, *more]
        failed |= subprocess.run(command, cwd=ROOT, check=False).returncode
        print(flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
