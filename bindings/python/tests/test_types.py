"""The types that are shipped: against the module, and as programs use them."""

from __future__ import annotations

import doctest
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import stub
import tuleap_front


def run(root: Path, *words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=root, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr


CONFIG = "bindings/python/pyproject.toml"


def test_stub_equals_the_module(root: Path) -> None:
    allowed = "bindings/python/tests/stubtest-allowed.txt"
    module = "tuleap_front._tuleap_front"
    run(root, "mypy.stubtest", module, "--mypy-config-file", CONFIG, "--allowlist", allowed)


def test_stub_has_the_documentation_of_the_module() -> None:
    text = stub.STUB.read_text("utf-8")
    assert text == stub.documented(text), "run python bindings/python/tests/stub.py"


def test_package_is_strictly_typed(root: Path) -> None:
    run(root, "mypy", "--config-file", CONFIG, "bindings/python/python/tuleap_front")
    assert files("tuleap_front").joinpath("py.typed").is_file()


def test_programs_are_strictly_typed(root: Path) -> None:
    folders = ["examples/python", "bindings/python/tests", "bindings/python/benches"]
    run(root, "mypy", "--config-file", CONFIG, *folders)


def test_examples_run(root: Path) -> None:
    examples = sorted((root / "examples/python").glob("*.py"))
    assert len(examples) >= 6
    for example in examples:
        subprocess.run([sys.executable, example], check=True, stdout=subprocess.DEVNULL, timeout=60)


def test_readme_shows_the_examples(root: Path) -> None:
    readme = (root / "bindings/python/README.md").read_text("utf-8")
    for name in ("first.py", "destination.py"):
        example = (root / "examples/python" / name).read_text("utf-8")
        assert f"```python\n{example}```\n" in readme
    assert len(readme.splitlines()) <= 60


def test_documentation_holds() -> None:
    failed, tried = doctest.testmod(tuleap_front)
    assert failed == 0 and tried > 4
