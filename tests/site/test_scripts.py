"""The site's scripts are typed: TypeScript reads their comments and finds nothing, where Node.js is installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from browser.built import ROOT

ASSETS = ROOT / "scripts/papernotes/render/assets"
SCRIPTS = sorted(ASSETS.glob("*.js"))
FOLDER = ROOT / ".cache" / "tsc"
STRICT = [
    "--noEmit",
    "--allowJs",
    "--checkJs",
    "--strict",
    "--noUnusedLocals",
    "--noUnusedParameters",
    "--noImplicitReturns",
]
WEB = ["--target", "es2022", "--module", "esnext", "--lib", "es2022,dom,dom.iterable"]


@pytest.fixture(scope="module")
def tsc() -> Path:
    """TypeScript, of one version, which depends on nothing else."""
    command = FOLDER / "node_modules/.bin/tsc"
    if not command.exists():
        if not shutil.which("npm"):
            pytest.skip("Node.js is not installed")
        install = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(FOLDER)]
        subprocess.run([*install, "typescript@5.9.3"], capture_output=True, timeout=300, check=False)
    if not command.exists():
        pytest.skip("TypeScript could not be fetched")
    return command


def test_scripts_are_typed(tsc: Path) -> None:
    assert len(SCRIPTS) > 3
    assert [script.name for script in SCRIPTS if "// @ts-check\n" not in script.read_text("utf-8")] == []
    found = subprocess.run(  # each by itself: none shares names with another
        [tsc, *STRICT, *WEB, "--moduleDetection", "force", *SCRIPTS],
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.stdout == ""
