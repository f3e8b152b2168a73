"""Markdown of posts as text that reads well in a mail: paragraphs of one line each, links with their addresses behind them."""

import unicodedata

from markdown_it.tree import SyntaxTreeNode

from forum.markup import ATTACHMENT, PERSON, parsed
from forum.outgoing.links import absolute

WIDEST_TABLE = 78
RULE = "* * *"  # not hyphens: these end a post in a digest (RFC 1153), or the text of a mail
MARKS = {"em": "_", "strong": "*", "s": "~"}


def to_text(markdown: str, base: str) -> str:
    """A post as text without a line feed at its end. `base` is the address that relative links in it start from."""
    markdown = clean(markdown)
    tokens = parsed(markdown)
    if tokens is None:
        return markdown.strip("\n")
    return "\n".join(_Writer(base).blocks(SyntaxTreeNode(tokens).children))


def clean(text: str) -> str:
    """A text with line feeds as ends of lines and without control characters, which terminals would obey."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cs"})


def aligned(rows: list[list[str]]) -> list[str]:
    """The rows of a table under one another if they fit into a line, the first one underlined; else with strokes between cells."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    if sum(widths) + 2 * len(widths) > WIDEST_TABLE:
        return [" | ".join(row).strip() for row in rows]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    return [lines[0], "  ".join("-" * width for width in widths), *lines[1:]]


class _Writer:
    """Writes blocks of Markdown as lines, and what is in them as words."""

    def __init__(self, base: str) -> None:
        self.base = base

    def blocks(self, nodes: list[SyntaxTreeNode], *, tight: bool = False) -> list[str]:
        lines: list[str] = []
        for node in nodes:
            block = self.block(node)
            lines += [""] if lines and block and not tight else []
            lines += block
        return lines

    def block(self, node: SyntaxTreeNode) -> list[str]:
        match node.type:
            case "heading":
                words = self.words(node).replace("\n", " ")
                return [words, "=" * min(len(words), WIDEST_TABLE)] if words else []
            case "blockquote":
                return [f"> {line}".rstrip() for line in self.blocks(node.children)]
            case "bullet_list" | "ordered_list":
                return self.list(node)
            case "fence" | "code_block":
                return [f"    {line}".rstrip() for line in node.content.rstrip("\n").split("\n")]
            case "hr":
                return [RULE]
            case "table":
                rows = [row for part in node.children for row in part.children]
                return aligned(
                    [[self.words(cell).replace("\n", " ") for cell in row.children] for row in rows]
                )
        return self.words(node).split("\n")

    def list(self, node: SyntaxTreeNode) -> list[str]:
        start = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else None
        tight = all(
            child.hidden for item in node.children for child in item.children if child.type == "paragraph"
        )
        lines: list[str] = []
        for number, item in enumerate(node.children):
            mark = "* " if start is None else f"{start + number}. "
            within = self.blocks(item.children, tight=tight) or [""]
            lines += [""] if lines and not tight else []
            lines += [(mark + within[0]).rstrip()]
            lines += [f"{' ' * len(mark)}{line}".rstrip() for line in within[1:]]
        return lines

    def words(self, node: SyntaxTreeNode) -> str:
        """What is within a block or a piece of a line."""
        return "".join(self.piece(child) for child in node.children)

    def piece(self, node: SyntaxTreeNode) -> str:
        match node.type:
            case "inline":
                return self.words(node)
            case "softbreak" | "hardbreak":
                return "\n"
            case "em" | "strong" | "s":
                return f"{MARKS[node.type]}{self.words(node)}{MARKS[node.type]}"
            case "code_inline":
                return f"`{node.content}`"
            case "link":
                return self.link(self.words(node), str(node.attrs.get("href", "")))
            case "image":
                return self.link(node.content, str(node.attrs.get("src", "")))
        return node.content

    def link(self, words: str, target: str) -> str:
        """The words of a link, with its address behind them unless they say it or it is that of a person."""
        if PERSON.fullmatch(target):
            return words
        if attachment := ATTACHMENT.fullmatch(target):
            target = f"/forum/attachments/{attachment[1]}/file"
        address = absolute(target, self.base)
        shown = words.strip()
        if not address or shown in {address, address.partition("://")[2], address.removeprefix("mailto:")}:
            return words or address
        return f"{words} <{address}>" if shown else f"<{address}>"
