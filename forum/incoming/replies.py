"""What somebody wrote in a mail, without what they answered to: the words that become a post."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from forum.incoming import headers, marks
from forum.incoming.escaping import shown
from forum.incoming.html import to_lines
from forum.incoming.plain import depth_and_words, plain_to_markdown
from forum.incoming.received import Received
from forum.incoming.signatures import begins_signature, device_end, signature_start, warning_end
from forum.incoming.subjects import subject_of

# So the footer of our own mails begins: from there on nothing is the writer's.
FOOTER = "Posted in the list"
WORD = re.compile(r"[^\W_]")
SEPARATOR = re.compile(r"\s*[-_=*~–—]{3,}\s*")
TYPED_QUOTE = re.compile(r"(?:\\> ?)(?:\\?> ?)*")
MOST_LINES = 10_000
MOST_CHOSEN = 12  # lines of a quote without an attribution that somebody may have chosen by hand
ENOUGH = 0.7  # of the plain words must be in the HTML for it to be read instead


@dataclass(frozen=True)
class Extracted:
    """`text`: Markdown of what was written. `removed`: what was taken off, as it stood. `whole`: nothing could be told apart."""

    text: str
    removed: str
    whole: bool


@dataclass
class _Segment:
    """Lines of one kind: `own`, `quote` (with the lines that say whose it is before it) or `history` (all the rest)."""

    kind: str
    lines: list[int] = field(default_factory=list)
    head: int = 0  # how many of the lines say who wrote it


class _Mail:
    """The lines of a mail, as Markdown or as they were typed, and what a reader sees of them without the signs of quotes."""

    def __init__(self, lines: Sequence[str], *, is_markdown: bool) -> None:
        self.lines = _prepared(lines, is_markdown=is_markdown)
        self.is_markdown = is_markdown
        both = [depth_and_words(line) for line in self.lines]
        self.depths = [depth for depth, _ in both]
        self.seen = [shown(words) if is_markdown else words for _, words in both]
        self.seen = [
            "" if marks.is_mark(line) else words for line, words in zip(self.lines, self.seen, strict=True)
        ]
        self.quoted_next = self._quoted_next()

    def mark(self, at: int) -> str:
        return self.lines[at].strip("> ") if marks.is_mark(self.lines[at]) else ""

    def _quoted_next(self) -> list[bool]:
        """For each line, whether the next one that is not empty is quoted."""
        after, found = False, [False] * len(self.lines)
        for at in range(len(self.lines) - 1, -1, -1):
            found[at] = after
            if self.depths[at] or self.seen[at].strip():
                after = self.depths[at] > 0
        return found

    def has_words(self, lines: Sequence[int]) -> bool:
        return any(WORD.search(self.seen[at]) for at in lines)


def _prepared(lines: Sequence[str], *, is_markdown: bool) -> list[str]:
    """Lines with two repairs: an attribution at the end of a line gets its own, and `>` typed into HTML is a quote."""
    prepared: list[str] = []
    for position, line in enumerate(lines):
        if is_markdown and (match := TYPED_QUOTE.match(line)):
            line = match[0].replace("\\", "") + line[match.end() :]  # noqa: PLW2901
        follows = next((after for after in lines[position + 1 : position + 3] if after.strip()), "")
        prepared += (
            headers.apart(line) if follows.startswith((">", "\\>")) and not line.startswith(">") else [line]
        )
    return prepared


def extract(received: Received, pictures: Mapping[str, str] | None = None) -> Extracted:
    """The new words of a mail as Markdown, and what was taken off.

    Quotes, signatures, disclaimers and device lines go; an answer between quotes keeps the quotes that it answers; what was forwarded
    stays. If nothing would be left of a mail that has words, it is kept whole. `pictures`: as in `html.to_markdown`.
    """
    lines = to_lines(received.html, pictures) if received.html.strip() else []
    if _prefers_html(received, lines):
        return _extracted(_Mail(lines, is_markdown=True), received)
    return _extracted(_Mail(received.text.split("\n"), is_markdown=False), received)


def _prefers_html(received: Received, lines: Sequence[str]) -> bool:
    """HTML says more of structure and has no lines broken for the way, unless it lacks words that the plain text has."""
    if not lines or not received.text.strip():
        return bool(lines)
    plain = set(re.findall(r"\w{4,}", received.text[:50_000].lower()))
    html = set(re.findall(r"\w{4,}", shown("\n".join(lines)).lower()))
    return len(plain & html) >= ENOUGH * len(plain)


def _extracted(mail: _Mail, received: Received) -> Extracted:
    is_forward = subject_of(received.subject).forward
    kept = (
        _kept(mail, received.from_name, is_forward=is_forward)
        if len(mail.lines) <= MOST_LINES
        else set(range(len(mail.lines)))
    )
    everything = range(len(mail.lines))
    whole = not mail.has_words(sorted(kept)) and mail.has_words(everything)
    if whole:
        kept = set(everything)
    return Extracted(
        text=_markdown(mail, [at for at in everything if at in kept]),
        removed="\n".join(mail.lines[at] for at in everything if at not in kept and not mail.mark(at)).strip(
            "\n"
        ),
        whole=whole,
    )


def _markdown(mail: _Mail, kept: Sequence[int]) -> str:
    lines = [mail.lines[at] for at in kept if not mail.mark(at)]
    text = "\n".join(lines) if mail.is_markdown else plain_to_markdown("\n".join(lines))
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")


def _kept(mail: _Mail, name: str, *, is_forward: bool) -> set[int]:
    """The numbers of the lines that stay."""
    start = device_end(mail.seen, warning_end(mail.seen))
    end = next(
        (at for at, line in enumerate(mail.seen) if line.lstrip().startswith(FOOTER) and not mail.depths[at]),
        len(mail.lines),
    )
    forward = _forward_start(mail, start, end, is_forward=is_forward)
    segments = _segments(mail, start, forward)
    if segments and segments[-1].kind == "history":
        forward = end = segments[-1].lines[-1] + 1
    own = [segment for segment in segments if segment.kind == "own"]
    for segment in own:
        alone = not any(mail.has_words(other.lines) for other in own if other is not segment)
        segment.lines = _without_signature(mail, segment.lines, name, alone=alone)
    for segment, after in pairwise(segments):
        if segment.kind == "own" and after.kind != "own":
            segment.lines = _without_rule(mail, segment.lines)
    kept = {at for segment in _chosen(mail, segments) for at in segment.lines}
    return kept | set(range(forward, end))


def _forward_start(mail: _Mail, start: int, end: int, *, is_forward: bool) -> int:
    """Where something begins that was passed on, to the end, with the marks and empty lines before it."""
    for at in range(start, end):
        if mail.depths[at]:
            continue
        passed_on = headers.forwarded(mail.seen[at])
        if is_forward and not passed_on:
            passed_on = bool(headers.original(mail.seen, at) or headers.header_block(mail.seen, at))
        if passed_on:
            before = [
                each for each in range(start, at) if mail.depths[each] or not _is_between(mail.seen[each])
            ]
            return before[-1] + 1 if before else start
    return end


def _is_between(line: str) -> bool:
    """Whether a line only parts what stands above and below it."""
    return not line.strip() or bool(SEPARATOR.fullmatch(line))


def _segments(mail: _Mail, start: int, end: int) -> list[_Segment]:
    """What the writer wrote, what is quoted, and the rest after which only older mails come, in their order."""
    segments: list[_Segment] = []
    at = start
    while at < end:
        head = 0 if mail.depths[at] else _head(mail, at, end)
        is_quote = head > 0 or mail.depths[at] > 0
        segment = _quote(mail, at, head, end) if is_quote else _Segment("own", [at])
        if segment.kind == "own" and segments and segments[-1].kind == "own":
            segments[-1].lines += segment.lines
        else:
            segments.append(segment)
        at = segment.lines[-1] + 1
    return segments


def _head(mail: _Mail, at: int, end: int) -> int:
    """How many lines from one on say that an older mail follows."""
    if mail.mark(at) == marks.HISTORY:
        follows = at + 1
        while (
            follows < end
            and (mail.mark(follows) or not mail.seen[follows].strip())
            and not mail.depths[follows]
        ):
            follows += 1
        return (
            follows - at + (_worded_head(mail, follows) if follows < end and not mail.depths[follows] else 0)
        )
    return _worded_head(mail, at)


def _worded_head(mail: _Mail, at: int) -> int:
    seen = mail.seen
    if not seen[at].strip():
        return 0
    return (
        headers.attribution(seen, at, mail.quoted_next)
        or headers.original(seen, at)
        or headers.header_block(seen, at)
    )


def _quote(mail: _Mail, start: int, head: int, end: int) -> _Segment:
    """The quote that begins at a line, after its head. Without `>` all that follows is older."""
    at = start + head
    while at < end and not mail.depths[at] and not mail.seen[at].strip():
        at += 1
    if head and (at == end or not mail.depths[at]):
        closing = next((each for each in range(at, end) if mail.mark(each) == marks.HISTORY_END), None)
        if closing is not None and mail.mark(start) == marks.HISTORY and not any(mail.depths[at:closing]):
            return _Segment("quote", list(range(start, closing + 1)), closing + 1 - start)
        return _Segment("history", list(range(start, end)))
    last = at
    while at < end and (mail.depths[at] or not mail.seen[at].strip()):
        last = at if mail.depths[at] else last
        at += 1
    return _Segment("quote", list(range(start, last + 1)), head)


def _without_signature(mail: _Mail, lines: list[int], name: str, *, alone: bool) -> list[int]:
    """The lines of a writer without their signature. If these are not the only ones, they may be nothing else."""
    filled = [at for at in lines if mail.seen[at].strip() or mail.mark(at) == marks.SIGNATURE]
    if not alone and filled and (mail.mark(filled[0]) or begins_signature(mail.seen[filled[0]])):
        return []
    begun = next((position for position, at in enumerate(lines) if mail.mark(at) == marks.SIGNATURE), None)
    if begun is not None:
        closed = next(
            (
                position
                for position, at in enumerate(lines)
                if position > begun and mail.mark(at) == marks.SIGNATURE_END
            ),
            begun,
        )
        outside = lines[:begun] + lines[closed + 1 :]
        if mail.has_words(outside):
            lines = outside
    return lines[: signature_start([mail.seen[at] for at in lines], name)]


def _without_rule(mail: _Mail, lines: list[int]) -> list[int]:
    """Lines without a rule below them, which belongs to the older mail that follows."""
    end = len(lines)
    while end and _is_between(mail.seen[lines[end - 1]]):
        end -= 1
    return lines[:end] if mail.has_words(lines[:end]) else lines


def _chosen(mail: _Mail, segments: list[_Segment]) -> list[_Segment]:
    """The segments that stay: own words, and the quotes that are answered below themselves."""
    answered = [
        position
        for position, segment in enumerate(segments[:-1])
        if segment.kind == "quote"
        and segments[position + 1].kind == "own"
        and mail.has_words(segments[position + 1].lines)
    ]
    quotes = [position for position, segment in enumerate(segments) if segment.kind == "quote"]
    between = len(answered) > 1 or (
        len(answered) == 1 and quotes and quotes[-1] > answered[0] and len(quotes) > 1
    )
    kept: list[_Segment] = []
    for position, segment in enumerate(segments):
        by_hand = not segment.head and len(segment.lines) <= MOST_CHOSEN
        if segment.kind == "own" or (position in answered and (between or by_hand)):
            kept.append(_Segment(segment.kind, segment.lines[segment.head :]))
    return kept
