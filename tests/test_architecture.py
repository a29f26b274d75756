"""The house is as docs/architecture.md says: imports, lists, and what documents tell."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("console", "widgets", "benchmarks", "tests", "resources")
#: Where a new thing is one line: the file with the tuple.
CATALOGS = {
    "console/commands": "console/commands/__init__.py",
    "console/connectors": "console/connectors/__init__.py",
    "console/channels": "console/channels/__init__.py",
    "console/exports": "console/exports/catalog.py",
    "console/kpis": "console/kpis/__init__.py",
    "widgets/views": "widgets/views/__init__.py",
    "benchmarks": "benchmarks/__main__.py",
}


def sources(*packages: str) -> Iterator[tuple[Path, ast.Module]]:
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path, ast.parse(path.read_text("utf-8"))


def documents() -> list[Path]:
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("package", CATALOGS)
def test_a_catalog_is_a_tuple_that_can_be_read(package: str) -> None:
    tree = ast.parse((ROOT / CATALOGS[package]).read_text("utf-8"))
    found = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        and any(
            isinstance(target, ast.Name) and target.id == "CATALOG"
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        )
    ]
    assert len(found) == 1
    assert isinstance(found[0], ast.Tuple), "written out, not computed"
    assert found[0].elts
    assert not any(isinstance(item, ast.Starred | ast.Call) for item in found[0].elts)
    names = [ast.unparse(item) for item in found[0].elts]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("package", [p for p in CATALOGS if CATALOGS[p].endswith("__init__.py")])
def test_the_file_of_a_catalog_holds_nothing_else(package: str) -> None:
    """Shape and list in one file are an import cycle waiting to happen."""
    tree = ast.parse((ROOT / CATALOGS[package]).read_text("utf-8"))
    kinds = {type(node) for node in tree.body}
    assert not kinds & {ast.FunctionDef, ast.ClassDef, ast.For, ast.If}


def test_every_part_of_the_console_has_its_place() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    layers = next(c for c in contracts if c["type"] == "layers")
    assert layers["containers"] == ["console"]
    assert layers["exhaustive"] is True
    placed = {name.strip() for layer in layers["layers"] for name in layer.split("|")}
    there = {
        path.stem if path.is_file() else path.name
        for path in (ROOT / "console").iterdir()
        if (path.suffix == ".py" and path.stem != "__init__") or (path / "__init__.py").exists()
    }
    assert placed == there


def test_the_console_works_where_there_is_no_qt() -> None:
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path, _tree in sources("console")
        # These run under alembic only.
        if "migrations" not in path.parts
    ]
    words = (
        "import importlib, sys\n"
        "for name in ('PySide6', 'shiboken6', 'pyqtgraph', 'widgets'):\n"
        "    sys.modules[name] = None\n"
        f"for name in {modules!r}:\n"
        "    importlib.import_module(name)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_imports_are_absolute() -> None:
    relative = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, tree in sources(*PACKAGES)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert not relative


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path, tree in sources("console", "widgets", "benchmarks")
        if tree.body and not ast.get_docstring(tree)
    ]
    assert not silent


def test_nobody_swallows_every_error() -> None:
    """Faults are shown in one place. Elsewhere a broad except must pass the error on."""
    broad = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, tree in sources("console", "widgets")
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) == "Exception")
        and "excepthook" not in ast.unparse(node)
    ]
    assert not broad


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.name)
def test_documents_name_no_machine(document: Path) -> None:
    """What is told holds on every machine: no folder of ours, no package index, no host."""
    text = document.read_text("utf-8")
    ours = re.findall(r"(?<![\w.])/(?:home|root|work|tmp|Users)/[^\s)`]*", text)
    indexes = re.findall(r"--(?:extra-)?index-\w+\S*|\bpypi\.[\w.]+|\bsimple/\b", text)
    hosts = re.findall(r"\b(?:localhost|\d{1,3}(?:\.\d{1,3}){3})\b", text)
    assert not (ours or indexes or hosts), (ours, indexes, hosts)


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.name)
def test_documents_point_to_what_is_there(document: Path) -> None:
    text = document.read_text("utf-8")
    targets = re.findall(r"\]\(([^)#:]+)\)", text)
    missing = [target for target in targets if not (document.parent / target).exists()]
    assert not [m for m in missing if not m.endswith(".png")]


def test_the_requirements_name_no_index() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        lines = (ROOT / name).read_text("utf-8").splitlines()
        assert not [line for line in lines if "index" in line or "://" in line]
