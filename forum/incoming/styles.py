"""What the attributes of HTML in mail say: hidden, set tight, the beginning of an older mail, a signature."""

import re

from lxml.html import HtmlElement

HIDDEN = re.compile(
    r"display:none|visibility:hidden|mso-hide:all|(?<![-\w])font-size:0(?:px|pt|em|%)?(?:;|!|$)"
    r"|max-height:0(?:px)?(?:;|!|$)|(?<![-\w])opacity:0(?:\.0+)?(?:;|!|$)"
)
NO_MARGIN = re.compile(r"margin(?:-top)?:0(?:in|cm|px|pt|em)?(?:;|$|0|\s)")
LINE_ABOVE = re.compile(
    r"border-top:(?:solid|1(?:\.0)?pt|#)|border:none;border-top:solid|border-top-style:solid"
)
INDENTED = re.compile(r"border:(?:none|0|medium none)")

# Where mail programs put the older mail. The names are theirs, as found in what they send.
HISTORY_CLASSES = {
    "gmail_quote", "gmail_quote_container", "gmail_attr", "yahoo_quoted", "moz-cite-prefix", "protonmail_quote",
    "tutanota_quote", "zmail_extra", "OutlookMessageHeader", "quote-header", "x_gmail_quote", "x_yahoo_quoted", "ms-outlook-mobile-reference-message",
    "quoted-text-header", "replyHeader", "iwQuote", "hmquote",
}  # fmt: skip
HISTORY_IDS = {
    "divRplyFwdMsg", "x_divRplyFwdMsg", "appendonsend", "x_appendonsend", "OLK_SRC_BODY_SECTION", "stopSpelling", "stopSpelling2",
    "mail-editor-reference-message-container", "reply-intro", "isReplyContent", "isForwardContent", "replySplit", "zwchr",
    "orghdr", "quoted_header", "origbody",
}  # fmt: skip
# Those after which everything to the end of the mail is older, not only what lies within.
OPEN_ENDED = {"divRplyFwdMsg", "x_divRplyFwdMsg", "appendonsend", "x_appendonsend", "stopSpelling", "stopSpelling2", "zwchr", "replySplit",
    "gmail_attr", "moz-cite-prefix", "OutlookMessageHeader", "quote-header", "reply-intro", "quoted-text-header", "replyHeader", "orghdr", "quoted_header"}  # fmt: skip
SIGNATURE_CLASSES = {
    "gmail_signature",
    "moz-signature",
    "protonmail_signature_block",
    "x_gmail_signature",
    "tutanota_signature",
    "apple-mail-signature",
}
SIGNATURE_IDS = {
    "Signature",
    "x_Signature",
    "ms-outlook-mobile-signature",
    "x_ms-outlook-mobile-signature",
    "AppleMailSignature",
    "lineBreakAtBeginningOfSignature",
    "ymail_android_signature",
}

# Yahoo puts letters before its own names, so that those of a quote are others.
SIGNATURE = re.compile(r"ydp\w{1,20}signature")
# Spark names the parts of a mail.
HISTORY_NAME, SIGNATURE_NAME = "messageReplySection", "messageSignatureSection"


def style_of(element: HtmlElement) -> str:
    return (element.get("style") or "").replace(" ", "").lower()


def is_hidden(element: HtmlElement) -> bool:
    """Whether a reader would never see it, as preheaders and counting pixels."""
    if element.get("hidden") is not None or (element.tag == "input" and element.get("type") == "hidden"):
        return True
    return bool(element.get("style")) and bool(HIDDEN.search(style_of(element)))


def is_tight(element: HtmlElement) -> bool:
    """Whether a paragraph is set as a line, without space around it, as Outlook does."""
    if "MsoNormal" in (element.get("class") or "") or "MsoPlainText" in (element.get("class") or ""):
        return True
    return bool(element.get("style")) and bool(NO_MARGIN.search(style_of(element)))


def is_indented(element: HtmlElement) -> bool:
    """Whether a blockquote is only text moved to the right."""
    if element.get("type") == "cite" or "gmail_quote" in (element.get("class") or ""):
        return False
    return "webkit-indent-blockquote" in (element.get("class") or "") or bool(
        INDENTED.search(style_of(element))
    )


def _names(element: HtmlElement) -> tuple[set[str], str]:
    return set((element.get("class") or "").split()), element.get("id") or ""


def begins_history(element: HtmlElement) -> bool:
    """Whether the older mail begins here, by a name that a mail program gives, or by Outlook's line above the header."""
    classes, identifier = _names(element)
    if identifier in HISTORY_IDS or identifier.startswith(("yahoo_quoted", "yiv_quoted")):
        return True
    if element.get("name") == HISTORY_NAME:
        return True
    if classes & HISTORY_CLASSES and element.tag != "blockquote":
        return True
    return element.tag == "div" and bool(element.get("style")) and _is_outlook_header(element)


def _is_outlook_header(element: HtmlElement) -> bool:
    if not LINE_ABOVE.search(style_of(element)):
        return False
    words = "".join(element.itertext())[:400]
    return bool(re.search(r"\S:\s*\S", words)) and ("@" in words or words.count(":") >= 3)


def is_open_ended(element: HtmlElement) -> bool:
    classes, identifier = _names(element)
    named = identifier or classes or element.get("name")
    return identifier in OPEN_ENDED or bool(classes & OPEN_ENDED) or not named


def is_signature(element: HtmlElement) -> bool:
    classes, identifier = _names(element)
    return (
        bool(classes & SIGNATURE_CLASSES)
        or identifier in SIGNATURE_IDS
        or element.get("name") == SIGNATURE_NAME
        or element.get("data-smartmail") == "gmail_signature"
        or any(SIGNATURE.fullmatch(name) for name in classes)
    )
