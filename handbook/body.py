"""The words of a section as an edition keeps them: rendered once, in plain HTML, the same for as long as nobody edits them.

Two kinds of address in it have a meaning of their own, and are turned into real ones only when shown:
`section:<key>#fragment` for another section of the handbook, `asset:<sha256>/<name>` for a picture or document.
"""

import hashlib
import json
import re
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

import lxml.html
import nh3
from django.conf import settings
from django.core.files.storage import default_storage
from wagtail.blocks import StreamValue
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from handbook.models.handbook import RESERVED_SLUGS
from portal.pages.anchors import plain_text, with_anchors

# The closed vocabulary. What the blocks render beyond it is taken out, so that an edition never depends on the site's design.
TAGS = {
    "a", "b", "blockquote", "br", "caption", "code", "dd", "del", "details", "div", "dl", "dt", "em", "figcaption", "figure",
    "h2", "h3", "h4", "hr", "i", "img", "li", "ol", "p", "pre", "s", "strong", "sub", "summary", "sup", "table", "tbody", "td", "th",
    "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "*": {"id"},
    "a": {"href"},
    "code": {"class"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "td": {"colspan"},
    "th": {"colspan", "scope"},
}
CLASSES = {"div": {"inset", "table", "warning"}, "td": {"number"}, "th": {"number"}}
SCHEMES = {"http", "https", "mailto", "tel"}
ADDRESS = re.compile(r'(href|src)="(section|asset):([0-9a-f-]{36,64})([^"]*)"')
# How a wide table or line of code is scrolled belongs to the site's design, so it is not frozen.
SCROLLED_CODE = '<pre tabindex="0">'
SCROLLED_TABLE = '<div class="table" role="group" aria-label="Table" tabindex="0">'
SECTION_LINK = re.compile(r'<a href="section:([0-9a-f-]{36})[^"]*">(.*?)</a>', re.DOTALL)
ADDRESSES = re.compile(r'(?:href|src)="[^"]*"')
DOCUMENT = re.compile(r"^/documents/(\d+)/")
LANGUAGE = re.compile(r"language-[\w+#.-]+")
# Where one run of words ends and the next begins. Tags within a line, as in H<sub>2</sub>O, part nothing.
BETWEEN_WORDS = re.compile(
    r"(?=</?(?:blockquote|br|caption|dd|details|div|dl|dt|fig|h\d|hr|img|li|ol|p|pre|summary|t\w+|ul)\b)"
)
BETWEEN_TAGS = re.compile(r">\s*\n\s*<")


@dataclass(frozen=True)
class AssetUse:
    """A file that a section shows: its bytes, the name it is served under, and the image or document it comes from."""

    sha256: str
    name: str
    content: bytes
    image_id: int | None = None
    document_id: int | None = None


@dataclass
class Rendered:
    """A section as an edition keeps it, the files that it shows, and links that lead nowhere (in words)."""

    html: str
    source: list[dict[str, Any]]
    text: str
    assets: list[AssetUse] = field(default_factory=list)
    broken_links: list[str] = field(default_factory=list)

    @property
    def sha256(self) -> str:
        return hash_of(self.html)


def render(stream: StreamValue, *, sections: Mapping[str, str], home: str) -> Rendered:
    """Freezes a section's blocks.

    `sections` maps the address path of each section of the working copy to its key; `home` is the address path of the
    handbook, below which a link must lead to one of them or to a page of an edition.
    """
    html = "".join(block.render() for block in stream)
    html = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_languages_only,
        allowed_classes=CLASSES,
        url_schemes=SCHEMES,
        link_rel=None,
    )
    rendered = Rendered(html="", source=without_ids(stream.get_prep_value()), text="")
    root = lxml.html.fragment_fromstring(html, create_parent="div")
    for link in list(root.iter("a")):
        _settle_link(link, rendered, sections, home)
    for picture in list(root.iter("img")):
        _settle_picture(picture, rendered)
    for table in list(root.iter("table")):
        _frame_table(table)
    inner = "".join([root.text or "", *(lxml.html.tostring(child, encoding="unicode") for child in root)])
    rendered.html = with_anchors(BETWEEN_TAGS.sub(">\n<", inner).strip())[0]
    rendered.text = text_of(rendered.html)
    return rendered


def differs_in_markup_alone(rendered: Rendered, *, html: str, source: list[dict[str, Any]]) -> bool:
    """Whether `rendered` says and shows what an earlier edition's words do (its `html` and the blocks it was made of).

    A change of a block's template is no amendment: nobody edited the section, and it reads the same.
    """
    return (rendered.source, rendered.text, ADDRESSES.findall(rendered.html)) == (
        source,
        text_of(html),
        ADDRESSES.findall(html),
    )


def hash_of(html: str) -> str:
    """The sha256 by which a frozen section is known."""
    return hashlib.sha256(html.encode()).hexdigest()


def without_dead_links(html: str, keys: Container[str]) -> str:
    """A frozen section in which a link to a section that is not among `keys` is plain words."""
    return SECTION_LINK.sub(lambda link: link[0] if link[1] in keys else link[2], html)


def text_of(html: str) -> str:
    """The words of a frozen section, for search and for comparing: one line, a space between blocks."""
    return plain_text(BETWEEN_WORDS.sub(" ", html))


def shown(
    html: str, *, section_address: Callable[[str], str | None], asset_address: Callable[[str], str]
) -> str:
    """A frozen section as it is shown: with real addresses, its tables and code within reach of the keyboard.

    `section_address(key)` is None for a section that the edition does not have: its link is left as plain words.
    `asset_address` is given "<sha256>/<name>".
    """

    def address(match: re.Match[str]) -> str:
        attribute, kind, key, rest = match.groups()
        if kind == "asset":
            return f'{attribute}="{asset_address(key + rest)}"'
        found = section_address(key)
        return f'{attribute}="{found}{rest}"' if found else "data-missing"

    html = ADDRESS.sub(address, html)
    return html.replace('<div class="table">', SCROLLED_TABLE).replace("<pre>", SCROLLED_CODE)


def _settle_link(
    link: lxml.html.HtmlElement, rendered: Rendered, sections: Mapping[str, str], home: str
) -> None:
    href = _without_host(link.get("href"))
    words = " ".join(link.text_content().split())
    if href is None:
        rendered.broken_links.append(f"The link “{words}” leads to something that no longer exists.")
        link.drop_tag()
        return
    address = urlsplit(href)
    path = address.path if address.path.endswith("/") or not address.path else address.path + "/"
    if not address.netloc and path in sections:
        link.set("href", f"section:{sections[path]}" + (f"#{address.fragment}" if address.fragment else ""))
    elif (
        not address.netloc
        and path.startswith(home)
        and path != home
        and not _is_page_of_an_edition(path[len(home) :])
    ):
        rendered.broken_links.append(
            f"The link “{words}” leads to a section that is not in this edition ({address.path})."
        )
    elif not address.netloc and (document := DOCUMENT.match(address.path)):
        _settle_document(link, int(document[1]), rendered)
    else:
        link.set("href", href)


def _without_host(href: str | None) -> str | None:
    """An absolute address of this portal as a path; any other address as it is."""
    if not href:
        return None
    rest = href.removeprefix(settings.BASE_URL)
    return (rest or "/") if rest != href and rest[:1] in {"", "/", "?", "#"} else href


def _languages_only(tag: str, attribute: str, value: str) -> str | None:
    """The language of code is the one class that is not one of ours."""
    return None if (tag, attribute) == ("code", "class") and not LANGUAGE.fullmatch(value) else value


def _frame_table(table: lxml.html.HtmlElement) -> None:
    """A table from Markdown gets what the table block gives: a frame to scroll in, and headings that say what they head."""
    for heading in table.iterfind("thead/tr/th"):
        heading.set("scope", "col")
    if table.getparent().get("class") != "table":
        frame = lxml.html.Element("div", {"class": "table"})
        frame.tail, table.tail = table.tail, None
        table.getparent().replace(table, frame)
        frame.append(table)


def _is_page_of_an_edition(path: str) -> bool:
    return path.split("/", maxsplit=1)[0] in RESERVED_SLUGS or bool(re.match(r"\d+\.\d+/", path))


def _settle_document(link: lxml.html.HtmlElement, document_id: int, rendered: Rendered) -> None:
    document = get_document_model().objects.filter(pk=document_id).first()
    if document is None or not default_storage.exists(document.file.name):
        rendered.broken_links.append(f"The document “{link.text_content().strip()}” no longer exists.")
        link.drop_tag()
        return
    with document.file.open("rb") as file:
        use = _asset(file.read(), document.filename, document_id=document.pk)
    rendered.assets.append(use)
    link.set("href", f"asset:{use.sha256}/{use.name}")


def _settle_picture(picture: lxml.html.HtmlElement, rendered: Rendered) -> None:
    name = unquote(urlsplit(picture.get("src") or "").path.removeprefix(settings.MEDIA_URL))
    rendition = get_image_model().get_rendition_model().objects.filter(file=name).first()
    if rendition is None or not default_storage.exists(name):
        rendered.broken_links.append(f"The picture “{picture.get('alt') or name}” no longer exists.")
        picture.drop_tree()
        return
    with default_storage.open(name) as file:
        use = _asset(file.read(), name, image_id=rendition.image_id)
    rendered.assets.append(use)
    picture.set("src", f"asset:{use.sha256}/{use.name}")


def _asset(content: bytes, name: str, **origin: int) -> AssetUse:
    sha256 = hashlib.sha256(content).hexdigest()
    # Named by its content, so that uploading the same picture again, which changes its name, changes no section.
    return AssetUse(sha256, f"{sha256[:12]}{PurePosixPath(name).suffix.lower()}", content, **origin)


def without_ids(blocks: Iterable[Any]) -> list[dict[str, Any]]:
    """Blocks as an edition keeps them: without the ids that Wagtail gives each, which change when a text is brought in again."""

    def strip(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: strip(item) for key, item in value.items() if key != "id"}
        return [strip(item) for item in value] if isinstance(value, list | tuple) else value

    return strip(json.loads(json.dumps(list(blocks))))
