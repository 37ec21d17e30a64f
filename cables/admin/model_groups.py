"""The models of the desk in groups by task, in the order in which pages list them."""

from typing import Any

OTHERS = "Others"  # The group of models that no group names.
# Heading -> names of models, in the order of the list.
GROUPS = {
    "Cables and decisions": (
        *("cable", "savedsearch", "bulkdecision", "proposal", "redaction"),
        *("redactionsearch", "correction", "note", "citingwork", "left"),
        *("change", "changekind"),
    ),
    "Requests": ("requestcase", "lettertemplate"),
    "Loads and embargoes": ("load", "loadrow", "columnmapping"),
    "Articles and pages": ("article", "highlight", "page", "link"),
    "Lists: origins, tags, countries": ("origin", "country", "tag", "collection", "merge"),
    "Volumes": ("volumepage", "volumewithholding"),
    "Accounts": ("user", "group"),
}


def group_models(apps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return Django's list of apps with their models as groups by task, without empty groups."""
    models = {each["model"]._meta.model_name: each for app in apps for each in app["models"]}
    grouped = {
        heading: [models.pop(name) for name in names if name in models]
        for heading, names in GROUPS.items()
    }
    grouped[OTHERS] = list(models.values())
    return [
        {"name": heading, "app_label": f"group-{number}", "models": found}
        for number, (heading, found) in enumerate(grouped.items())
        if found
    ]
