"""Shows any form field in the NHS design: `{% form_field field %}`, `{% error_summary form %}`."""

from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

register = template.Library()

# The portal's words for the fields of forms that allauth makes.
LABELS = {
    "Email": "E-mail address",
    "Login": "E-mail address",
    "Code": "Code",
    "Current Password": "Current password",
    "New Password": "New password",
    "New Password (again)": "New password again",
    "Password (again)": "Password again",
    "Authenticator code": "Code from your app",
    "Passwordless": "Sign in with this key alone, without a password (a passkey)",
    "Remember Me": "Keep me signed in on this device",
}
# The portal's words for what Django and allauth say about a field that was left empty, by the field's label, …
EMPTY = str(forms.Field.default_error_messages["required"])
MISSING = {
    "Code": "Enter the code.",
    "Code from your app": "Enter the code from your app.",
    "Name": "Enter a name.",
}
# … and about one that was filled in wrongly.
ERRORS = {
    "Enter a valid email address.": "Enter an e-mail address in the right form, like name@example.com.",
    "Enter a valid date.": "Enter a real date.",
    "The email address and/or password you specified are not correct.": "The e-mail address or the password is not right.",
    "Too many failed login attempts. Try again later.": "You have tried to sign in too often. Wait a few minutes, then try again.",
    "You must type the same password each time.": "The two passwords are not the same.",
    "Please type your current password.": "That is not your current password.",
    "Incorrect password.": "That is not your password.",
    "Incorrect code.": "That code is not right. Enter the code that is shown now.",
    "This password is too short. It must contain at least 10 characters.": "Your password must have at least 10 characters.",
    "This password is too common.": "Many people use this password. Choose one that is harder to guess.",
    "This password is entirely numeric.": "Your password cannot be only numbers.",
    "A user is already registered with this email address.": "There is an account with this e-mail address already.",
    "This email address is already associated with this account.": "You have added this e-mail address already.",
}
CLASSES = {
    "radios": "nhsuk-radios__input",
    "checkboxes": "nhsuk-checkboxes__input",
    "checkbox": "nhsuk-checkboxes__input",
    "select": "nhsuk-select",
    "textarea": "nhsuk-textarea",
    "file": "nhsuk-file-upload",
    "text": "nhsuk-input",
}
WIDTHS = {
    "date": "nhsuk-input--width-10",
    "number": "nhsuk-input--width-5",
    "one-time-code": "nhsuk-input--width-10",
}


def kind_of(field: BoundField) -> str:
    """Which of the templates of `forms/field.html` fits the field's widget."""
    widget = field.field.widget
    if widget.is_hidden:
        return "hidden"
    for cls, kind in (
        (forms.CheckboxSelectMultiple, "checkboxes"),
        (forms.RadioSelect, "radios"),
        (forms.CheckboxInput, "checkbox"),
        (forms.Select, "select"),
        (forms.Textarea, "textarea"),
        (forms.FileInput, "file"),
    ):
        if isinstance(widget, cls):
            return kind
    return "text"


def described_by(field: BoundField) -> str:
    """The ids of the hint and the error of the field, in the order they are read."""
    ids = [f"{field.auto_id}_helptext"] if field.help_text else []
    if field.errors:
        ids.append(f"{field.auto_id}_error")
    return " ".join(ids)


def _attributes(field: BoundField, kind: str) -> dict[str, Any]:
    widget = field.field.widget
    keys = (getattr(widget, "input_type", ""), widget.attrs.get("autocomplete", ""))
    classes = [CLASSES[kind], *(WIDTHS[key] for key in keys if key in WIDTHS)]
    if field.errors and kind in {"text", "select", "textarea"}:
        classes.append(f"{CLASSES[kind]}--error")
    attributes: dict[str, Any] = {"class": " ".join(classes), "placeholder": False}
    if kind not in {"radios", "checkboxes"}:
        attributes["aria-describedby"] = described_by(field) or False
    attributes["aria-invalid"] = "true" if field.errors and kind not in {"radios", "checkboxes"} else False
    if kind == "checkbox" and field.auto_id:
        attributes["id"] = field.auto_id
    if widget.attrs.get("autocomplete") == "one-time-code":
        attributes |= {"inputmode": "numeric", "spellcheck": "false"}
    return attributes


def label_of(field: BoundField) -> str:
    """The field's label in the portal's words."""
    label = str(field.label or "")
    return LABELS.get(label, label)


def error_of(field: BoundField) -> str:
    """The first thing that is wrong with the field, in the portal's words; empty if nothing is."""
    if not field.errors:
        return ""
    text = str(field.errors[0])
    return missing(label_of(field)) if text == EMPTY else ERRORS.get(text, text)


def missing(label: str) -> str:
    """What to do about a field that was left empty."""
    if label in MISSING:
        return MISSING[label]
    if label.endswith("?"):
        return f"Answer the question “{label}”"
    return f"Enter your {label[:1].lower()}{label[1:]}."


@register.inclusion_tag("forms/field_parts.html")
def form_field(field: BoundField) -> dict[str, Any]:
    """One field with its label, hint and error. Takes a bound field of any form."""
    kind = kind_of(field)
    context: dict[str, Any] = {
        "field": field,
        "kind": kind,
        "label": label_of(field),
        "described_by": described_by(field),
        "first_error": error_of(field),
    }
    if kind in {"radios", "checkboxes"}:
        context["options"] = [option.data for option in field.subwidgets]
    elif kind != "hidden":
        context["widget"] = field.as_widget(attrs=_attributes(field, kind))
    return context


@register.simple_tag
def hidden_fields(form: forms.BaseForm) -> SafeString:
    """The hidden fields of a form, without the templates of their widgets, which take longer than all the rest of a short form."""
    return format_html_join(
        "", '<input type="hidden" name="{}" value="{}" id="{}">', map(_hidden, form.hidden_fields())
    )


def _hidden(field: BoundField) -> tuple[str, str, str]:
    value = field.field.widget.format_value(field.value())
    return field.html_name, "" if value is None else value, field.id_for_label


@register.inclusion_tag("forms/error_summary.html")
def error_summary(form: forms.BaseForm | None) -> dict[str, Any]:
    """What is wrong with the form, each entry a link to its field. Shows nothing for a form without errors."""
    if form is None or not getattr(form, "errors", None):
        return {"problems": []}
    problems = [("", ERRORS.get(str(error), str(error))) for error in form.non_field_errors()]
    for field in form:
        suffix = "_0" if kind_of(field) in {"radios", "checkboxes"} else ""
        target = f"#{field.auto_id}{suffix}" if not field.is_hidden else ""
        if field.errors:
            problems.append((target, error_of(field)))
    return {"problems": problems}


@register.filter
def in_fours(text: str) -> str:
    """A long key in groups of four, to be read and typed by hand."""
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))
