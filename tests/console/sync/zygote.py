"""A process that has everything imported and forks a reader for each line it is given.

Each line: the folder of a desk, how many bytes to read at a time, how large a file may become, and
where to write what a person would be told. Answers with the reader's number, and to "wait" with
the exit status of each.
"""

import json
import os
import sys
from pathlib import Path

from console.errors import ConsoleError
from console.store.engine import Store
from console.sync import files
from tests.console.sync.logs import MASK


def read(place: Path, chunk: int, limit: int, words: Path) -> int:
    if limit:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    files.CHUNK = chunk
    store = Store(f"sqlite:///{place / 'd.db'}")
    try:
        results = files.sync(store, MASK, [place / "asterisk"])
    except ConsoleError as error:
        words.write_text(str(error))
        return 3
    finally:
        store.close()
    return 4 if any(result.problem for result in results) else 0


def main() -> None:
    children: list[int] = []
    for line in sys.stdin:
        wanted = json.loads(line)
        if wanted == "wait":
            codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
            children.clear()
            print(json.dumps(codes), flush=True)
            continue
        child = os.fork()
        if child == 0:
            code = 9
            try:
                code = read(
                    Path(wanted["place"]), wanted["chunk"], wanted["limit"], Path(wanted["words"])
                )
            except BaseException as error:
                print(repr(error), file=sys.stderr, flush=True)
            finally:
                os._exit(code)
        children.append(child)
        print(json.dumps(child), flush=True)


if __name__ == "__main__":
    main()
