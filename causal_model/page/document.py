"""The page as HTML: for a server that has scripts and style beside it, or as one file with all inside.

The one file carries a content security policy that allows its own script and style by their hashes and
nothing else: no request can leave it, and no text of a graph file can become a script.
"""

import json
import re
from base64 import b64encode
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import Any

from causal_model.model import Model
from causal_model.page.content import content_of

__all__ = ["ASSETS", "asset", "page_html", "page_of"]

# The modules of the page, each after those that it imports.
MODULES = (
    "engine.js",
    "state.js",
    "words.js",
    "dom.js",
    "paths.js",
    "ask.js",
    "view.js",
    "panels.js",
    "main.js",
)
STYLE = "page.css"
ASSETS = (*MODULES, STYLE)
IMPORT = re.compile(r'^import \{[^}]*\} from "\./[a-z]+\.js";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=async |const |function |class )", re.MULTILINE)
FIGURE = "figure"

NO_SCRIPT = {
    "en": "Without JavaScript this page is a picture: the graph with nothing given.",
    "zh-Hant": "未啟用 JavaScript 時,本頁只是一張圖:未給定任何發現的因果圖。",
}


def asset(name: str) -> str:
    """The text of a script or of the style.

    Raises:
        KeyError: there is no such asset; a name never leads anywhere else.
    """
    if name not in ASSETS:
        raise KeyError(name)
    return (files("causal_model.page") / "assets" / name).read_text(encoding="utf-8")


def page_of(model: Model, *, lang: str = "en", served_as: str | None = None) -> str:
    """The page of a graph: one file with all inside, or that of a server; see `page_html`."""
    served = served_as is not None
    content = content_of(model, answers=not served, server=served)
    return page_html(content, lang=lang, served_as=served_as)


def page_html(content: dict[str, Any], *, lang: str = "en", served_as: str | None = None) -> str:
    """The page of what is known of a graph.

    Args:
        content: what it knows, see `content.content_of`.
        lang: the language it opens in.
        served_as: the name of the graph at a server that has scripts and style under `/assets/`, and
            answers under `/api/graphs/NAME/`; None for a page with all inside, which asks no network.
    """
    figure = content[FIGURE]
    known = content | {FIGURE: {"downwards": figure["downwards"]}}
    title = escape(content["title"].get(lang) or content["graph"]["id"])
    if served_as is not None:
        head = f'<link rel="stylesheet" href="/assets/{STYLE}">'
        script = '<script type="module" src="/assets/main.js"></script>'
    else:
        style, code = f"\n{asset(STYLE)}", f"\n{_bundled()}"
        policy = (
            f"default-src 'none'; img-src data:; script-src '{_hash(code)}'; style-src '{_hash(style)}';"
            " base-uri 'none'; form-action 'none'"
        )
        head = f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n<style>{style}</style>'
        script = f'<script type="module">{code}</script>'
    return f"""<!doctype html>
<html lang="{escape(lang)}" data-lang="{escape(lang)}" data-served-as="{escape(served_as or "")}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
{head}
<title>{title}</title>
<link rel="icon" href="data:,">
</head>
<body>
<header>
<h1 id="title">{title}</h1>
<p id="headline" role="status"></p>
<div class="aside"><span id="note"></span><span id="evidence">&nbsp;</span></div>
<noscript><p>{NO_SCRIPT.get(lang, NO_SCRIPT["en"])}</p></noscript>
</header>
<main>
<div class="controls">
<div id="variants"></div><div id="scenarios"></div><div id="versus"></div><div id="languages"></div>
</div>
<p id="problem" role="alert"></p>
<div class="pane" id="graph">{figure["markup"]}</div>
<ul class="legend" id="legend"></ul>
<div class="panels">
<div class="column">
<section class="card" id="node"></section>
<section class="card" id="comparison"></section>
<section class="card" id="sources"></section>
</div>
<section class="card">
<div id="tabs" role="tablist"></div><div id="panel" role="tabpanel" tabindex="0"></div>
</section>
</div>
</main>
<script type="application/json" id="content">{_embedded(known)}</script>
{script}
</body>
</html>
"""


def _bundled() -> str:
    """All modules as one, so that none has to be fetched; names at the top of a module are unique."""
    return "".join(EXPORT.sub("", IMPORT.sub("", asset(name))) for name in MODULES)


def _embedded(data: Any) -> str:
    """JSON inside HTML, where nothing in it can end the element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
