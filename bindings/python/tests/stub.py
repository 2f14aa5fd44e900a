"""Keeps the docstrings of the committed stub equal to those of the native module.

The Rust documentation is the text; editors show the stub's. `python tests/stub.py` writes them
into python/tuleap_front/_tuleap_front.pyi, and a test fails if that was forgotten.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from pathlib import Path
from typing import Any, Union

from tuleap_front import _tuleap_front

STUB = Path(__file__).parent.parent / "python/tuleap_front/_tuleap_front.pyi"

Node = Union[ast.ClassDef, ast.FunctionDef]


def documented(text: str) -> str:
    """The stub with the docstrings that the module has."""
    lines = text.splitlines()
    # From the end, so that the places of what comes before stay true.
    for node, item in reversed(list(items(ast.parse(text)))):
        doc = inspect.getdoc(item)
        if doc:
            replace_doc(lines, node, doc)
    return "\n".join(lines) + "\n"


def items(module: ast.Module) -> list[tuple[Node, Any]]:
    """Every public class and function of the stub, and what the module has under that name."""
    found: list[tuple[Node, Any]] = []
    for node in module.body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and not node.name.startswith("_"):
            item = getattr(_tuleap_front, node.name)
            found.append((node, item))
            members = node.body if isinstance(node, ast.ClassDef) else []
            for member in members:
                if isinstance(member, ast.FunctionDef) and not member.name.startswith("_"):
                    found.append((member, getattr(item, member.name)))
    return found


def replace_doc(lines: list[str], node: Node, doc: str) -> None:
    first = node.body[0]
    indent = " " * (node.col_offset + 4)
    quoted = textwrap.indent(f'"""{doc}"""' if "\n" not in doc else f'"""{doc}\n"""', indent)
    has_doc = isinstance(first, ast.Expr) and isinstance(getattr(first.value, "value", 0), str)
    start = first.lineno - 1
    assert first.end_lineno is not None
    end = first.end_lineno if has_doc or isinstance(node, ast.FunctionDef) else start
    if isinstance(node, ast.ClassDef) and isinstance(first, ast.FunctionDef):
        start = end = min([first.lineno, *(it.lineno for it in first.decorator_list)]) - 1
    signature = lines[start][: first.col_offset].rstrip()
    above = [signature] if signature and isinstance(node, ast.FunctionDef) else []
    lines[start:end] = above + quoted.splitlines()


if __name__ == "__main__":
    STUB.write_text(documented(STUB.read_text("utf-8")), "utf-8")
