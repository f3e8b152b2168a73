"""Places in the words of a section."""

import pytest

from handbook import places
from handbook.body import hash_of


def shown(html: str) -> str:
    return places.with_places(html, hash_of(html))


def place(number: int, name: str = "") -> str:
    name = name or f"p-{number}"
    return f'<a class="place" href="#{name}" aria-label="Link to paragraph {number}"></a>'


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("", ""),
        ("<p>One.</p>", f'{place(1)}<p id="p-1">One.</p>'),
        (
            "<p>One.</p>\n<hr>\n<ul><li>Two</li></ul>",
            f'{place(1)}<p id="p-1">One.</p>\n<hr>\n{place(2)}<ul id="p-2"><li>Two</li></ul>',
        ),
        (
            '<h2 id="why">Why <em>so</em>?</h2>',
            '<h2 id="why"><a class="heading-place" href="#why">Why <em>so</em>?</a></h2>',
        ),
        (
            '<h2 id="why">Why <a href="/x/">so</a>?</h2>',
            '<h2 id="why">Why <a href="/x/">so</a>?</h2>',
        ),
        ("<h2>Without</h2>", "<h2>Without</h2>"),
        (
            '<div class="table"><table><tbody><tr><td>1</td></tr></tbody></table></div>',
            f'{place(1)}<div class="table"><table id="p-1"><tbody><tr><td>1</td></tr></tbody></table></div>',
        ),
        (
            '<pre><code class="language-sh">ls</code></pre><p>Two.</p>',
            f'{place(1)}<pre><code class="language-sh" id="p-1">ls</code></pre>{place(2)}<p id="p-2">Two.</p>',
        ),
        ("<pre>ls</pre><p>One.</p>", f'<pre>ls</pre>{place(1)}<p id="p-1">One.</p>'),
        (
            '<h2 id="p-1">P 1</h2><p>One.</p>',
            f'<h2 id="p-1"><a class="heading-place" href="#p-1">P 1</a></h2>{place(2)}<p id="p-2">One.</p>',
        ),
        ('<p id="mine">One.</p>', f'{place(1, "mine")}<p id="mine">One.</p>'),
        (
            '<div class="inset"><p>One.</p><p>Two.</p></div>',
            f'{place(1)}<div class="inset" id="p-1"><p>One.</p><p>Two.</p></div>',
        ),
        ("<p>H<sub>2</sub>O &amp; <br>&lt;b&gt;</p>", f'{place(1)}<p id="p-1">H<sub>2</sub>O &amp; <br>&lt;b&gt;</p>'),
    ],
)  # fmt: skip
def test_a_block_gets_a_number_and_a_link_and_a_heading_becomes_one(html: str, expected: str) -> None:
    assert shown(html) == expected


def test_places_are_made_once_for_the_same_words(monkeypatch: pytest.MonkeyPatch) -> None:
    first = shown("<p>One.</p>")
    monkeypatch.setattr(places, "_with_places", lambda _: "made again")

    assert (shown("<p>One.</p>"), shown("<p>Two.</p>")) == (first, "made again")
