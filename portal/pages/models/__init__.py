"""The page types of the portal, by subject."""

from portal.pages.models.article import ArticlePage
from portal.pages.models.audience import Audience, AudiencePage
from portal.pages.models.author import Author
from portal.pages.models.banner import Banner
from portal.pages.models.base import BasePage, Dated
from portal.pages.models.blog import BlogIndexPage, BlogPostPage
from portal.pages.models.briefing import BriefingIndexPage, BriefingPage, BriefingReader
from portal.pages.models.case_study import CaseStudyIndexPage, CaseStudyPage, StaffRole, Theme
from portal.pages.models.download import (
    DownloadIndexPage,
    DownloadKind,
    DownloadPage,
    DownloadVersion,
    superseded_version_of,
)
from portal.pages.models.editing import EditingRules, PageReview
from portal.pages.models.explainer import ExplainerPage
from portal.pages.models.home import HomePage
from portal.pages.models.hub import HubPage
from portal.pages.models.information import InformationPage
from portal.pages.models.listing import ListingPage
from portal.pages.models.news import PageNews
from portal.pages.models.organisation import Organisation
from portal.pages.models.resources import ResourceIndexPage, ResourceListPage, ResourceSubject
from portal.pages.models.term import Term
from portal.pages.models.timeline import TimelinePage
from portal.pages.models.toolkit import ToolkitPage
from portal.pages.models.top_tips import TopTipsPage
from portal.pages.models.workflow import PageApprovalTask

__all__ = [
    "ArticlePage",
    "Audience",
    "AudiencePage",
    "Author",
    "Banner",
    "BasePage",
    "BlogIndexPage",
    "BlogPostPage",
    "BriefingIndexPage",
    "BriefingPage",
    "BriefingReader",
    "CaseStudyIndexPage",
    "CaseStudyPage",
    "Dated",
    "DownloadIndexPage",
    "DownloadKind",
    "DownloadPage",
    "DownloadVersion",
    "EditingRules",
    "ExplainerPage",
    "HomePage",
    "HubPage",
    "InformationPage",
    "ListingPage",
    "Organisation",
    "PageApprovalTask",
    "PageNews",
    "PageReview",
    "ResourceIndexPage",
    "ResourceListPage",
    "ResourceSubject",
    "StaffRole",
    "Term",
    "Theme",
    "TimelinePage",
    "ToolkitPage",
    "TopTipsPage",
    "superseded_version_of",
]
