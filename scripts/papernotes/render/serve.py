"""The preview: both editions behind one server, rebuilt and reloaded when a file changes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from papernotes.render.site import build


def serve(
    root: Path,
    report: Callable[[str], None] = print,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
) -> None:
    """Build both editions into a temporary folder, serve them, and rebuild on every change until interrupted.

    Args:
        root: the repository.
        report: called with one line per stage and per warning; a warning does not end the preview.
        host: address to listen on.
        port: port to listen on.

    Raises:
        OSError: the port is taken.
    """
    from mkdocs.livereload import LiveReloadServer  # here, because MkDocs is slow to import

    with tempfile.TemporaryDirectory(prefix="papernotes-") as folder:
        url = f"http://{host}:{port}/"

        def rebuild() -> None:
            for line in build(root, Path(folder), report, site_url=url):
                report(f"warning: {line}")

        try:
            rebuild()
            server = LiveReloadServer(rebuild, host, port, folder)
            for name in ("docs", "papers", "mkdocs.yml", "mkdocs.zh.yml"):
                if (root / name).exists():
                    server.watch(str(root / name))
            report(f"serve {url}")
            server.serve()  # type: ignore[no-untyped-call]
        except KeyboardInterrupt:
            report("stop")
