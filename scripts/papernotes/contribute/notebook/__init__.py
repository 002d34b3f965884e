"""An old notebook becomes draft notes: a pure pipeline from text to (drafts, report); one module writes."""
