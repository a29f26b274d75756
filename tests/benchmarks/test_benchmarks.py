"""Each benchmark runs, at a size that says nothing about speed."""

import ast
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from benchmarks.__main__ import CATALOG
from benchmarks.pairs import in_turn, percentile, ratio

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="clocks and memory as on Linux")


def run(name: str, *arguments: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", name, "--small", *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=110, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.splitlines()


@pytest.mark.parametrize("name", CATALOG)
def test_it_says_what_it_measures_and_a_figure_beside_its_limit(name: str, tmp_path: Path) -> None:
    kept = ("--cache", str(tmp_path)) if name in ("first_board", "memory") else ()
    lines = run(name, *kept)
    spec = find_spec(f"benchmarks.{name}")
    assert spec is not None and spec.origin is not None
    words = ast.get_docstring(ast.parse(Path(spec.origin).read_text()))
    assert words is not None
    assert lines[0] == words.splitlines()[0]
    assert any("limit:" in line for line in lines)
    assert not any("nan" in line for line in lines)
    if name in ("kill_nine", "controls_killed"):
        zero = [line.split("   [")[0].split()[-1] for line in lines if "limit: 0" in line]
        assert zero == ["0", "0", "0"], lines
    if name == "sync_million":
        assert sum("as counted in the file" in line for line in lines) == 3, lines


def test_every_file_that_runs_is_listed() -> None:
    runnable = {
        path.stem
        for path in (ROOT / "benchmarks").glob("*.py")
        if "SMALL = " in path.read_text("utf-8")
    }
    assert runnable == set(CATALOG)


def test_runs_are_taken_in_turn() -> None:
    order: list[str] = []

    def named(name: str) -> float:
        order.append(name)
        return float(len(order))

    found = in_turn({"a": lambda: named("a"), "b": lambda: named("b")}, 2)
    assert order == ["a", "b", "b", "a"]
    assert found == {"a": [1.0, 4.0], "b": [2.0, 3.0]}
    assert ratio(found["a"], found["b"]) == "0.92 × (0.50 to 1.33, n=2)"


def test_a_percentile_is_one_of_the_values() -> None:
    values = [float(n) for n in range(1, 101)]
    assert percentile(values, 0.5) == 51
    assert percentile(values, 0.99) == 100
    assert percentile([3.0], 0.99) == 3.0
