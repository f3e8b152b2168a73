"""The HTML of posts as it stands in a mail: nothing in it is loaded from anywhere, and every address is absolute.

It starts from the HTML of `forum.markup`, in which a tag is written in one way only: attributes in double quotes, with every
double quote in them escaped. So it can be read by a pattern.
"""

import re
from html import escape, unescape

from forum.outgoing.links import absolute

TAG = re.compile(r'<(/?)(\w+)((?: [\w-]+="[^"]*")*)>')
ATTRIBUTE = re.compile(r' ([\w-]+)="([^"]*)"')
# Programs that show mails know no style sheets of the text; colours for dark screens are in the head of the mail.
STYLES = {
    "blockquote": "margin:0 0 16px;padding:0 0 0 16px;border-left:4px solid #d8dde0",
    "code": "font-family:monospace;font-size:14px",
    "h3": "margin:24px 0 8px;font-size:18px;line-height:24px",
    "h4": "margin:24px 0 8px;font-size:16px;line-height:24px",
    "h5": "margin:24px 0 8px;font-size:16px;line-height:24px",
    "h6": "margin:24px 0 8px;font-size:16px;line-height:24px",
    "hr": "margin:24px 0;border:0;border-top:1px solid #d8dde0",
    "p": "margin:0 0 16px",
    "pre": "margin:0 0 16px;font-family:monospace;font-size:14px;white-space:pre-wrap;overflow-wrap:anywhere",
    "table": "border-collapse:collapse",
    "td": "padding:4px 8px;border:1px solid #aeb7bd;vertical-align:top",
    "th": "padding:4px 8px;border:1px solid #aeb7bd;vertical-align:top;text-align:left",
}
LIST, LIST_WITHIN = "margin:0 0 16px;padding:0 0 0 24px", "margin:0;padding:0 0 0 24px"
LINK = "color:#005eb8;overflow-wrap:anywhere"


def for_mail(html: str, base: str) -> str:
    """The HTML of a post for a mail. `base` is the address that relative links in it start from.

    Pictures become links with the words that describe them: a mail that loads something tells who opened it, and these are only
    for those who may read the list.
    """
    links = lists = 0

    def tag(match: re.Match[str]) -> str:
        nonlocal links, lists
        closes, name = match[1], match[2]
        attributes = {key: unescape(value) for key, value in ATTRIBUTE.findall(match[3])}
        if name == "img":
            return picture(attributes, linked=links > 0)
        step = -1 if closes else 1
        links += step * (name == "a")
        lists += step * (name in {"ol", "ul"})
        if closes:
            return match[0]
        if name == "a":
            return opened_link(attributes.get("href", ""))
        if name == "div":
            # A table that is wider than the mail is moved within itself.
            return (
                '<div style="margin:0 0 16px;overflow-x:auto" tabindex="0" role="region" aria-label="Table">'
            )
        start = f' start="{escape(attributes["start"])}"' if "start" in attributes else ""
        style = STYLES.get(name, "")
        if name in {"ol", "ul"}:
            style = LIST if lists == 1 else LIST_WITHIN
        return f'<{name}{start} style="{style}">' if style else f"<{name}{start}>"

    def opened_link(target: str) -> str:
        address = absolute(target, base)
        return f'<a href="{escape(address)}" style="{LINK}">' if address else "<a>"

    def picture(attributes: dict[str, str], *, linked: bool) -> str:
        words = escape(attributes.get("alt", "").strip() or "Picture")
        return words if linked else f"{opened_link(attributes.get('src', ''))}Picture: {words}</a>"

    return TAG.sub(tag, html.replace("\0", ""))
