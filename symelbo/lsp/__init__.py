"""A language server: claims are judged while they are typed, in any editor that speaks the protocol (LSP 3.17)."""
