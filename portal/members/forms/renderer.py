"""The renderer that gives every form of the portal its NHS look."""

from typing import Any

from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.template.loader import get_template


class NHSFormRenderer(DjangoTemplates):
    """Renders `{{ form }}` and `{{ field.as_field_group }}` with the templates in `templates/forms/`.

    Set it as `default_renderer` on a form; as a global setting it would break Wagtail's own forms.
    """

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"

    def get_template(self, template_name: str) -> Any:
        """Forms and fields come from the portal's templates, the widgets inside them from Django's.

        Each form makes a renderer of its own, which would read and compile the widgets' templates anew: the default renderer,
        of which there is one, keeps them.
        """
        if template_name.startswith("forms/"):
            return get_template(template_name)
        return get_default_renderer().get_template(template_name)
