"""Wagtail's checks of a page, in the editor beside its preview: what is asked, and in which words it is said."""

from wagtail.admin.userbar import ContentCheckerItem

WHY_NAMES = "People who hear the page need words there."


class PlainChecks(ContentCheckerItem):
    """What Wagtail asks anyhow, and descriptions of pictures and the like; said as we say things."""

    # Banners stand on every page: nobody mends them there.
    axe_exclude = [".announcements"]
    axe_run_only = [
        *ContentCheckerItem.axe_run_only,
        "image-alt",
        "image-redundant-alt",
        "page-has-heading-one",
        "table-fake-caption",
    ]
    axe_messages = {
        "alt-text-quality": {
            "error_name": "A description of a picture looks like the name of a file",
            "help_text": "Say in a sentence what the picture shows, or mark it as decoration.",
        },
        "button-name": {"error_name": "A button has no words", "help_text": WHY_NAMES},
        "empty-heading": {
            "error_name": "A heading is empty",
            "help_text": "Write the heading, or take it away.",
        },
        "empty-meta-description": {
            "error_name": "The page has no summary",
            "help_text": "Say in one or two sentences who it is for. Search engines show that.",
        },
        "empty-table-header": {
            "error_name": "A column of a table has no heading",
            "help_text": "Give each column a heading.",
        },
        "frame-title": {"error_name": "A frame has no title", "help_text": WHY_NAMES},
        "heading-order": {
            "error_name": "A heading is too deep",
            "help_text": "Do not leave a level out: a heading 3 stands below a heading 2.",
        },
        "image-alt": {
            "error_name": "A picture has no description",
            "help_text": "Say what it shows, or mark it as decoration.",
        },
        "image-redundant-alt": {
            "error_name": "A description of a picture says what stands beside it",
            "help_text": "People who hear the page hear it twice. Say something else.",
        },
        "input-button-name": {"error_name": "A button has no words", "help_text": WHY_NAMES},
        "link-name": {
            "error_name": "A link has no words",
            "help_text": "Write words that say where the link leads.",
        },
        "p-as-heading": {
            "error_name": "A paragraph looks like a heading",
            "help_text": "Make it a heading, so that people find their way by it.",
        },
        "page-has-heading-one": {
            "error_name": "The page has no title",
            "help_text": "Give it a title.",
        },
        "table-fake-caption": {
            "error_name": "The first row of a table is its title",
            "help_text": "Write the title into the table’s caption.",
        },
    }
