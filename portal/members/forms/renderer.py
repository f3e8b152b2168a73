"""The renderer that gives every form of the portal its NHS look."""

from typing import Any

from django.forms.renderers import DjangoTemplates
from django.template.loader import get_template


class NHSFormRenderer(DjangoTemplates):
    """Renders `{{ form }}` and `{{ field.as_field_group }}` with the templates in `templates/forms/`.

    Set it as `default_renderer` on a form; as a global setting it would break Wagtail's own forms.
    """

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"

    def get_template(self, template_name: str) -> Any:
        """Forms and fields come from the portal's templates, the widgets inside them from Django's."""
        return (
            get_template(template_name)
            if template_name.startswith("forms/")
            else super().get_template(template_name)
        )
