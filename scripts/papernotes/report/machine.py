"""Findings for machines: JSON, and annotations of a GitHub workflow."""

from __future__ import annotations

import json
from collections.abc import Iterable

from papernotes.diagnostics import Diagnostic


def as_json(found: Iterable[Diagnostic]) -> str:
    """A JSON array of objects: path, line, col, width, code, severity, message, hint; ends with a newline."""
    records = [
        {
            "path": fault.path,
            "line": fault.line,
            "col": fault.col,
            "width": fault.width,
            "code": fault.code,
            "severity": fault.severity.value,
            "message": fault.message,
            "hint": fault.hint,
        }
        for fault in found
    ]
    return json.dumps(records, ensure_ascii=False, indent=2) + "\n"


def as_github(found: Iterable[Diagnostic]) -> str:
    """Workflow commands, one a line; GitHub shows them beside the changed lines of a pull request."""
    lines = []
    for fault in found:
        where = ",".join(
            f"{name}={_property(str(value))}"
            for name, value in (
                ("file", fault.path),
                ("line", fault.line),
                ("col", fault.col),
                ("endColumn", fault.col + fault.width),
                ("title", fault.code),
            )
        )
        text = fault.message + (f"\n{fault.hint}" if fault.hint else "")
        lines.append(f"::{fault.severity.value} {where}::{_data(text)}\n")
    return "".join(lines)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
