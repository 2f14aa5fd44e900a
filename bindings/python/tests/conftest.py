"""Where things are. The package that is tested is the installed one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
# So that tests can ask the row runner and the stub writer without being a package.
sys.path.insert(0, str(HERE))


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the repository."""
    return HERE.parent.parent.parent
