"""Pages made from the corpus: pure functions from frozen data to Markdown, one idea a module."""
