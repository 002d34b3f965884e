"""Registries that know a few works: Crossref, the handle system, arXiv."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from links.web import MISSING, Answer, Request, Web

JSON = {"Content-Type": "application/json"}


def serve(web: Web, crossref: Mapping[str, str], handles: frozenset[str], arxiv: Mapping[str, str]) -> None:
    """Let the web have the three registries.

    Args:
        web: the web.
        crossref: titles by DOI.
        handles: DOIs that other agencies have registered.
        arxiv: titles by identifier.
    """

    def works(request: Request) -> Answer:
        query = parse_qs(urlsplit(request.target).query)
        asked = [part.removeprefix("doi:") for part in query["filter"][0].split(",")]
        items = [{"DOI": doi.upper(), "title": [crossref[doi]]} for doi in asked if doi in crossref]
        return Answer(200, json.dumps({"status": "ok", "message": {"items": items}}), JSON)

    def handle(request: Request) -> Answer:
        path = unquote(urlsplit(request.target).path)
        if not path.startswith("/api/handles/"):
            return MISSING
        doi = path.removeprefix("/api/handles/")
        known = doi in handles or doi in crossref
        data = json.dumps({"responseCode": 1 if known else 100, "handle": doi})
        return Answer(200 if known else 404, data, JSON)

    def feed(request: Request) -> Answer:
        query = parse_qs(urlsplit(request.target).query)
        entries = "".join(
            f"<entry><id>http://arxiv.org/abs/{name}v1</id><title>{escape(arxiv[name])}</title></entry>"
            for name in query["id_list"][0].split(",")
            if name in arxiv
        )
        text = f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>'
        return Answer(200, text, {"Content-Type": "application/atom+xml"})

    web.hosts |= {"api.crossref.org": works, "doi.org": handle, "export.arxiv.org": feed}
