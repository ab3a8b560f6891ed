"""How the documentation is built: `make docs`."""

from __future__ import annotations

from typing import Any

import click
from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx

from symelbo import __version__
from symelbo.cli import main as cli

project = "symelbo"
author = "the symelbo authors"
release = version = __version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.viewcode"]
source_suffix = {".md": "markdown"}
myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence", "deflist"]
myst_heading_anchors = 3
html_math_renderer = "mathml"
html_theme = "furo"
html_title = f"symelbo {release}"
html_copy_source = False
html_static_path: list[str] = []
autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_preserve_defaults = True
suppress_warnings = ["misc.highlighting_failure"]


def _inline(self: Any, node: nodes.math) -> None:
    self.body.append(convert(node.astext()))
    raise nodes.SkipNode


def _block(self: Any, node: nodes.math_block) -> None:
    self.body.append(f'<div class="math">{convert(node.astext(), display="block")}</div>')
    raise nodes.SkipNode


def _commands(app: Sphinx, page: str, text: list[str]) -> None:
    """The page of commands is what the commands say of themselves."""
    if page == "reference/command_line":
        main = click.Context(cli, info_name="symelbo")
        for name, command in sorted(cli.commands.items()):
            words = command.get_help(click.Context(command, main, info_name=name))
            text[0] += f"\n## symelbo {name}\n\n```text\n{words}\n```\n"


def setup(app: Sphinx) -> None:
    """Formulas become MathML, which browsers show by themselves: no script and nothing from elsewhere."""
    app.connect("source-read", _commands)
    app.add_html_math_renderer("mathml", inline_renderers=(_inline, None), block_renderers=(_block, None))
