"""Whether the placeholders of a document and the fields of its form are the same. Pure."""

from collections.abc import Sequence

MOST_FIELDS = 40


def mismatches(placeholders: Sequence[str], broken: Sequence[str], names: Sequence[str]) -> list[str]:
    """What is wrong between a document and its form, worded for editors; nothing, if they fit.

    `placeholders` and `names` are what the document and the form call the fields; `broken` is what looks like a placeholder
    and is none.
    """
    found = [
        f"“{piece}” in the document is no placeholder. Write it like {{{{ meeting_date }}}}."
        for piece in broken
    ]
    found += [
        f"The document has {{{{ {name} }}}}, and there is no field “{name}”. Add the field, or take it out of the document."
        for name in dict.fromkeys(placeholders)
        if name not in names
    ]
    found += [
        f"There is a field “{name}”, and the document has no {{{{ {name} }}}}. Add it to the document, or delete the field."
        for name in dict.fromkeys(names)
        if name not in placeholders
    ]
    found += [
        f"There are several fields “{name}”. Delete all but one: a placeholder may stand in the document as often as you like."
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    if len(names) > MOST_FIELDS:
        found.append(f"A form can have {MOST_FIELDS} fields. This one has {len(names)}.")
    return found
