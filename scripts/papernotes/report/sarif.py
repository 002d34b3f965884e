"""Findings as SARIF 2.1.0, which code-scanning services read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from papernotes.diagnostics import Diagnostic

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_sarif(found: Iterable[Diagnostic], titles: Mapping[str, str]) -> str:
    """One SARIF log with one run.

    Args:
        found: in order.
        titles: one line about each code.

    Returns:
        JSON that ends with a newline. Columns count characters (Unicode code points).
    """
    results = [
        {
            "ruleId": fault.code,
            "level": fault.severity.value,
            "message": {"text": fault.message + (f" ({fault.hint})" if fault.hint else "")},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": fault.path},
                        "region": {
                            "startLine": fault.line,
                            "startColumn": fault.col,
                            "endColumn": fault.col + fault.width,
                        },
                    }
                }
            ],
        }
        for fault in found
    ]
    codes = sorted({str(result["ruleId"]) for result in results})
    rules = [{"id": code, "shortDescription": {"text": titles.get(code, code)}} for code in codes]
    log = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "papernotes", "rules": rules}},
                "columnKind": "unicodeCodePoints",
                "results": results,
            }
        ],
    }
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"
