"""Where the mathematics of a file stands: LaTeX, Markdown, notebooks, plain text; tokens, macros, directives."""
