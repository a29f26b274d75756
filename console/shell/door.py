"""From the command line to the exit code."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence

from console.errors import ConsoleError
from console.shell.arguments import parser

DONE = 0
LOOK = 1
WRONG = 2
FAILED = 3
INTERRUPTED = 130


def run(arguments: Sequence[str] | None, open_window: Callable[[argparse.Namespace], int]) -> int:
    """Answer a subcommand, or open the window where there is none; returns the exit code."""
    options = parser().parse_args(arguments)
    try:
        return open_window(options) if options.command is None else _answer(options)
    except ConsoleError as error:
        return _fail(str(error))
    except BrokenPipeError:
        # Who reads us has seen enough. What is still buffered must not fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:
        return _fail(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}")
    except KeyboardInterrupt:
        return INTERRUPTED


def _answer(options: argparse.Namespace) -> int:
    # Brings SQLAlchemy and the store, which --help and --version do without.
    from console.app import Console
    from console.shell.answers import COMMANDS, WrongUsage

    console = Console(options.data, options.database)
    try:
        answer = COMMANDS[options.command](console, options)
        pieces = answer.as_json() if options.json else answer.as_text()
        for piece in pieces:
            sys.stdout.write(piece)
        sys.stdout.flush()
        return LOOK if answer.troubled else DONE
    except WrongUsage as error:
        print(f"main.py {options.command}: {error}", file=sys.stderr)
        return WRONG
    finally:
        console.close()


def _fail(words: str) -> int:
    print(words, file=sys.stderr)
    return FAILED
