"""Addresses on the web, without what says who followed them from where."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlsplit

TRACKING = re.compile(
    r"(?:depth_\d+-)?utm_\w+|spm(?:_id_from)?|from(?:_?id|_source|_spmid|_voters_page)?|isappinstalled"
    r"|share_(?:source|medium|plat|session_id|tag|id|token|from|times)|sharer_share\w*|vd_source|fbclid|gclid|igshid"
    r"|mc_[ce]id|msclkid|yclid|ref_src|ops_request_misc|request_id|biz_id|zhida_source|hmsr|hmpl|hmcu|hmkw|hmci"
    r"|source=wechat|nsukey|chksm|_hs\w{2}"
)
"""Names of parameters that no page needs."""
REDIRECT = re.compile(
    r"https?://(?:link\.zhihu\.com/\?target|link\.csdn\.net/\?target|link\.juejin\.cn/?\?target|links\.jianshu\.com/go\?to"
    r"|link\.jianshu\.com/?\?t|www\.google\.com/url\?q|gitee\.com/link\?target)=([^&\s]+)",
    re.IGNORECASE,
)


def cleaned(address: str) -> str:
    """An address without redirections and tracking parameters; the same when it has none."""
    if not re.match(r"https?://", address, re.IGNORECASE):
        return address
    if found := REDIRECT.match(address):
        target = unquote(found[1])
        return cleaned(target) if re.match(r"https?://", target) else address
    try:
        query = urlsplit(address).query
    except ValueError:
        return address
    if not query:
        return address
    names = {name for name, _ in parse_qsl(query, keep_blank_values=True)}
    if not any(TRACKING.fullmatch(name) for name in names):
        return address
    kept = [part for part in query.split("&") if not TRACKING.fullmatch(unquote(part.partition("=")[0]))]
    before, _, after = address.partition(f"?{query}")
    return before + ("?" + "&".join(kept) if kept else "") + after
