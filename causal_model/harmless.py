r"""Text from elsewhere, made harmless for those who show it: terminals and Markdown pages."""

import re

__all__ = ["in_markdown", "on_one_line", "plain_text"]

# Markdown takes a backslash before any of these for the sign itself; "$" starts a formula on many pages.
# "!" starts a picture only before "[", which is here.
SIGNS = "\\`*[]|~$"
# Not every reader of Markdown knows backslashes before these, but all know HTML's own names.
ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
# An underscore inside a word is no sign, and names are full of them.
UNDERSCORES = re.compile(r"(?<![^\W_])_+|_+(?![^\W_])")
MARKDOWN = str.maketrans({sign: f"\\{sign}" for sign in SIGNS} | ENTITIES | {"\n": " "})


def plain_text(text: str) -> str:
    r"""Show control characters instead of sending them to a terminal.

    >>> plain_text("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    if text.isprintable():
        return text
    return "".join(
        each if each.isprintable() or each == "\n" else repr(each)[1:-1] for each in text
    )


def on_one_line(text: str) -> str:
    r"""The same, with line feeds shown as well.

    >>> on_one_line("a\nb")
    'a\\nb'
    """
    return plain_text(text).replace("\n", "\\n")


def in_markdown(text: str) -> str:
    r"""Text for a cell or a line of Markdown, where it shows as it is: no links, pictures, HTML.

    >>> in_markdown("[x](http://y) & <b>|")
    '\\[x\\](http://y) &amp; &lt;b&gt;\\|'
    >>> in_markdown("gpu_price __init__")
    'gpu_price \\_\\_init\\_\\_'
    """
    escaped = plain_text(text).translate(MARKDOWN)
    return UNDERSCORES.sub(lambda found: found[0].replace("_", "\\_"), escaped)
