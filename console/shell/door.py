"""From the command line to the exit code."""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from console.errors import ConsoleError
from console.settings import default_data_dir
from console.shell.arguments import parser
from console.twin.places import DATA, REHEARSALS, data_of

if TYPE_CHECKING:
    from console.shell.answer import Answer

DONE = 0
LOOK = 1
WRONG = 2
FAILED = 3
INTERRUPTED = 130


def run(arguments: Sequence[str] | None, open_window: Callable[[argparse.Namespace], int]) -> int:
    """Answer a subcommand, or open the window where there is none; returns the exit code."""
    typed = parser()
    options = typed.parse_args(arguments)
    if options.database is not None and (fault := _fault_of(options.database)):
        typed.error(f"argument --database: {fault}")
    if fault := _mixture(options):
        typed.error(fault)
    # What is this user's and no rehearsal's: where past ones lie, and what has been seen once.
    options.home = options.data or default_data_dir()
    if options.data is None:
        options.data = _own_folder(options) or options.home
        kept = options.data.parent.parent
        if options.data.name == DATA and kept.name == REHEARSALS:
            options.home = kept.parent  # a past rehearsal, looked at again
    try:
        if options.command is None:
            if options.rehearse is not None:
                _begin(options)
            return open_window(options)
        return _rehearse(options) if options.command == "rehearse" else _answer(options)
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


def _fault_of(url: str) -> str:
    """What is wrong with a database's URL, or nothing."""
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError

    try:
        make_url(url).get_dialect().import_dbapi()
    except (ArgumentError, NoSuchModuleError, ValueError):
        return f"{url!r} is not a URL such as sqlite:////home/ann/centre.db"
    except ImportError as error:
        return f"{url!r} needs {error.name}, which is not installed"
    return ""


def _own_folder(options: argparse.Namespace) -> Path | None:
    """A data folder apart from all real queues, where a past log is played or a rehearsal read."""
    if options.command is None and options.replay is not None:
        return Path(tempfile.mkdtemp(prefix="coalface-replay-"))
    found = _rehearsals(options)
    return data_of(found[0]) if found and found[0] is not None else None


def _rehearsals(options: argparse.Namespace) -> list[Path | None]:
    """Of each folder or file that is to be read, the rehearsal that it is of; None: of none."""
    from console.twin.places import rehearsal_of

    paths = options.watch if options.command is None else getattr(options, "paths", None)
    return list(dict.fromkeys(rehearsal_of(path) for path in paths or ()))


def _begin(options: argparse.Namespace) -> None:
    """A fresh folder for a rehearsal, with a data folder in it that is apart from all real queues.

    ScenarioError where the scenario cannot be played: there is no window to say it yet.
    """
    from console.shell.arguments import REHEARSED_SPEED
    from console.twin import scenario
    from console.twin.places import new_place

    found = scenario.load(options.rehearse)
    if options.rehearse.endswith(".toml"):
        options.rehearse = str(Path(options.rehearse).absolute())
    options.title, options.story = found.title, found.story.strip()
    options.goals = tuple(goal.words for goal in found.goals)
    options.speed = min(600.0, max(1.0, options.speed or REHEARSED_SPEED))
    options.folder = new_place(options.home.absolute(), found.name)
    options.data = data_of(options.folder)


def _mixture(options: argparse.Namespace) -> str:
    """Why these must not be read together, or nothing."""
    if options.command is None and options.rehearse is not None:
        beside = options.watch or options.replay or options.database
        return "--rehearse stands alone: a rehearsal is read beside nothing else" if beside else ""
    found = _rehearsals(options)
    if found in ([], [None]):
        return ""
    if len(found) > 1:
        return "a rehearsal is read alone, never beside other exports"
    return "a rehearsal is never read into a shared database" if options.database else ""


def _rehearse(options: argparse.Namespace) -> int:
    """Needs no database."""
    from console.shell.answer import WrongUsage
    from console.shell.rehearsal_answers import rehearse

    try:
        return _print(rehearse(options), options)
    except WrongUsage as error:
        print(f"main.py rehearse: {error}", file=sys.stderr)
        return WRONG


def _answer(options: argparse.Namespace) -> int:
    # Brings SQLAlchemy and the store, which --help and --version do without.
    from console.app import Console
    from console.shell.answer import WrongUsage
    from console.shell.answers import COMMANDS

    console = Console(options.data, options.database)
    try:
        return _print(COMMANDS[options.command](console, options), options)
    except WrongUsage as error:
        print(f"main.py {options.command}: {error}", file=sys.stderr)
        return WRONG
    finally:
        console.close()


def _print(answer: "Answer", options: argparse.Namespace) -> int:
    pieces = answer.as_json() if options.json else answer.as_text()
    if sys.stdout is not None:  # None: started without one, by a service say
        for piece in pieces:
            sys.stdout.write(piece)
        sys.stdout.flush()
    return LOOK if answer.troubled else DONE


def _fail(words: str) -> int:
    print(words, file=sys.stderr)
    return FAILED
