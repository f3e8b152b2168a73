"""Which pages may stand where, what they show, and what they cost."""

import json
import re
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from wagtail.models import Page

from portal.pages import models
from portal.toolkits.models import CalculatorPage
from tests.pages import factories as make

CHILDREN = [
    (
        models.HomePage,
        {
            "advicepage",
            "hubpage",
            "listingpage",
            "articlepage",
            "audiencepage",
            "blogindexpage",
            "calculatorpage",
            "briefingindexpage",
            "casestudyindexpage",
            "downloadindexpage",
            "eventindexpage",
            "explainerpage",
            "handbookpage",
            "informationpage",
            "learningpage",
            "resourceindexpage",
            "timelinepage",
        },
    ),
    (
        models.HubPage,
        {
            "advicepage",
            "articlepage",
            "calculatorpage",
            "explainerpage",
            "learningpage",
            "listingpage",
            "timelinepage",
        },
    ),
    (
        models.ListingPage,
        {
            "articlepage",
            "audiencepage",
            "calculatorpage",
            "explainerpage",
            "timelinepage",
            "toptipspage",
            "toolkitpage",
        },
    ),
    (models.InformationPage, set()),
    (models.BlogIndexPage, {"blogpostpage"}),
    (models.BriefingIndexPage, {"briefingpage"}),
    (models.ResourceIndexPage, {"resourcelistpage"}),
    (models.BlogPostPage, set()),
    (models.BriefingPage, set()),
    (models.ResourceListPage, set()),
    (models.TimelinePage, set()),
    (models.AudiencePage, set()),
    (models.CaseStudyIndexPage, {"casestudypage"}),
    (models.ArticlePage, set()),
    (models.TopTipsPage, set()),
    (models.ToolkitPage, set()),
    (models.CaseStudyPage, set()),
    (CalculatorPage, set()),
]


@pytest.mark.parametrize(("parent", "children"), CHILDREN)
def test_only_these_pages_may_stand_below(parent: type[Page], children: set[str]) -> None:
    assert {child._meta.model_name for child in parent.allowed_subpage_models()} == children


def test_there_is_one_home_page_only(home: Page) -> None:
    assert (type(home), models.HomePage.can_create_at(home.get_parent())) == (models.HomePage, False)


def test_hub_shows_the_date_that_its_editor_gives_else_that_of_its_publication(db: None) -> None:
    published_at = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # past midnight in London

    dates = [
        models.HubPage(updated_on=date(2026, 1, 2), last_published_at=published_at).last_updated_on,
        models.HubPage(last_published_at=published_at).last_updated_on,
        models.HubPage().last_updated_on,
    ]

    assert dates == [date(2026, 1, 2), date(2026, 7, 1), None]


@pytest.fixture
def pages(home: Page) -> dict[str, Page]:
    listing = make.make_listing(home, show_in_menus=True)
    index = make.make_case_studies(home, show_in_menus=True)
    blog, briefings, resources = (
        make.make_blog(home),
        make.make_briefings(home),
        make.make_resources(home),
    )
    return {
        "blog": blog,
        "post": make.make_post(blog, authors=("Ada Love",), topics=("access",)),
        "briefings": briefings,
        "briefing": make.make_briefing(briefings, readers=(("managers", "1, 3"),)),
        "resources": resources,
        "resource list": make.make_resource_list(resources),
        "timeline": make.make_timeline(home, [make.step("2026-03-01")]),
        "guidance": make.make_guidance_for(home),
        "home": home,
        "hub": make.make_hub(home),
        "listing": listing,
        "article": make.make_article(
            listing, title="Pay </script> & rules", slug="pay", author="A committee"
        ),
        "tips": make.make_tips(listing),
        "toolkit": make.make_toolkit(listing),
        "index": index,
        "case study": make.make_case_study(index, "A lift", themes=("access",), roles=("nurse",)),
    }


@pytest.mark.parametrize(
    "name",
    [
        *("home", "hub", "listing", "article", "tips", "toolkit", "index", "case study"),
        *("blog", "post", "briefings", "briefing", "resources", "resource list", "timeline", "guidance"),
    ],
)
def test_page_shows_its_title_once_and_its_data_parses(
    client: Client, pages: dict[str, Page], name: str
) -> None:
    page = pages[name]

    html = client.get(page.url).content.decode()

    data = json.loads(
        re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL).group(1)
    )
    assert len(re.findall("<h1", html)) == 1
    assert (data["@graph"][0]["name"], data["@graph"][0]["url"]) == (
        page.title,
        f"http://testserver{page.url}",
    )
    assert f'<link rel="canonical" href="http://testserver{page.url}">' in html


def test_structured_data_names_the_author_and_the_way_down(client: Client, pages: dict[str, Page]) -> None:
    html = client.get(pages["article"].url).content.decode()

    article, trail = json.loads(re.search(r"ld\+json\">(.*?)</script>", html, re.DOTALL).group(1))["@graph"]
    assert (article["@type"], article["datePublished"], article["author"]["name"]) == (
        "Article",
        "2026-03-01",
        "A committee",
    )
    assert [step["name"] for step in trail["itemListElement"]] == [
        "Home",
        "Guidance",
        "Pay </script> & rules",
    ]


def test_repeated_headings_have_anchors_of_their_own(client: Client, pages: dict[str, Page]) -> None:
    html = client.get(pages["article"].url).content.decode()

    assert re.findall(r'<h2 id="([^"]*)">Why', html) == ["why", "why-2"]


def test_menu_follows_the_pages_at_once(client: Client, home: Page) -> None:
    listing = make.make_listing(home, show_in_menus=True)
    listing.save_revision().publish()
    before = [item["title"] for item in client.get("/").context["navigation"]]
    listing.title = "Advice"
    listing.save_revision().publish()

    assert (before, [item["title"] for item in client.get("/").context["navigation"]]) == (
        ["Guidance", "Forum"],
        ["Advice", "Forum"],
    )
