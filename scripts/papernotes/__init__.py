"""Paper Notes: a paper-reading knowledge base that checks itself."""
