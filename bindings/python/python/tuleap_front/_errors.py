"""What is raised. Python, because a class of the stable ABI cannot extend an exception."""

from __future__ import annotations

from typing import Optional


class TuleapFrontError(ValueError):
    """A value that was refused; `str(error)` says what is wrong and what to write instead.

    code: the stable name, such as "trusted-proxies/host-bits-set"; "abi/argument" for an argument
    that has no meaning. The rest is None where it is not known. hint: what to write instead.
    entry: which entry of a list, from 0. offset, offset_in_entry: where the faulty part starts, in
    bytes of the UTF-8 form of the text and of the entry. length: how many bytes it has. line,
    column: from 1, the column in characters.
    """

    code: str
    hint: Optional[str]
    entry: Optional[int]
    offset: Optional[int]
    offset_in_entry: Optional[int]
    length: Optional[int]
    line: Optional[int]
    column: Optional[int]

    def __init__(
        self,
        message: str,
        *,
        # A default, so that it can be unpickled.
        code: str = "abi/other",
        hint: Optional[str] = None,
        entry: Optional[int] = None,
        offset: Optional[int] = None,
        offset_in_entry: Optional[int] = None,
        length: Optional[int] = None,
        line: Optional[int] = None,
        column: Optional[int] = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint
        self.entry = entry
        self.offset = offset
        self.offset_in_entry = offset_in_entry
        self.length = length
        self.line = line
        self.column = column


class PanicError(RuntimeError):
    """A fault of the library: please report it with what was printed to stderr.

    The process goes on, and so may you: no object is left half changed. code: "abi/panic".
    """

    code = "abi/panic"
