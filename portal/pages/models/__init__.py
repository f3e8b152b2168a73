"""The page types of the portal, by subject."""

from portal.pages.models.article import ArticlePage
from portal.pages.models.base import BasePage, Dated
from portal.pages.models.case_study import CaseStudyIndexPage, CaseStudyPage, StaffRole, Theme
from portal.pages.models.home import HomePage
from portal.pages.models.hub import HubPage
from portal.pages.models.listing import ListingPage
from portal.pages.models.organisation import Organisation
from portal.pages.models.toolkit import ToolkitPage
from portal.pages.models.top_tips import TopTipsPage

__all__ = [
    "ArticlePage",
    "BasePage",
    "CaseStudyIndexPage",
    "CaseStudyPage",
    "Dated",
    "HomePage",
    "HubPage",
    "ListingPage",
    "Organisation",
    "StaffRole",
    "Theme",
    "ToolkitPage",
    "TopTipsPage",
]
