"""A template with one input of every type, and what a browser sends of its form."""

from cutroom.web.template_form import definitions_of

DOCUMENT = {
    "version": 1,
    "inputs": {
        "headline": {"type": "text", "default": "Hi", "maxLength": 40},
        "note": {"type": "text", "required": False},
        "count": {"type": "number", "default": 2, "min": 0, "max": 10, "step": 0.5},
        "tint": {"type": "color", "default": "#fff"},
        "photo": {"type": "image", "required": False},
        "isLoud": {"type": "boolean", "default": True},
        "tags": {"type": "list", "items": {"type": "text"}, "default": ["one", "two"]},
        "slides": {
            "type": "list",
            "fields": {
                "title": {"type": "text", "default": "New"},
                "seconds": {"type": "number", "required": False},
            },
            "default": [{"title": "First", "seconds": 3}, {"title": "Second"}],
        },
    },
    "tracks": [{"clips": []}],
}

DEFINITIONS = definitions_of(DOCUMENT)


def sent(fields):
    """Return what a browser would send of a form."""
    form = {}
    for field in fields:
        if field.kind == "list":
            form[f"{field.name}.#"] = str(len(field.items))
            for item in field.items:
                form |= sent(item)
        elif field.kind == "boolean":
            form |= {field.name: "on"} if field.value else {}
        elif field.kind == "image" and not field.value.startswith("asset:"):
            form |= {field.name: "", f"{field.name}.address": field.value}
        else:
            form[field.name] = field.value
    return form
