"""Addresses of loads at the desk, with the roles that may request them (test_roles.py)."""

ALL = "CLRA"
# Name of a route -> (method, address, roles that may). {load} and the like are primary keys.
LOADS = {
    "cables_load_preview": ("get", "/admin/cables/load/{load}/preview/created/", ALL),
    "cables_load_decide": ("get", "/admin/cables/load/{load}/cables/withhold/", "R"),
    **{
        f"cables_load_{step}": ("post", f"/admin/cables/load/{{load}}/{step}/", "L")
        for step in ("apply", "compare", "cancel", "discard")
    },
    "cables_load_columns": ("get", "/admin/cables/load/{load}/columns/", "L"),
    "cables_load_queue": ("get", "/admin/cables/load/queue/", ALL),
    "cables_load_move": ("post", "/admin/cables/load/{load}/move/", "L"),
    "cables_loadrow_calendar": ("get", "/admin/cables/loadrow/calendar/", ALL),
    "cables_loadrow_ics": ("get", "/admin/cables/loadrow/embargoes.ics", ALL),
    "cables_loadrow_embargo": ("get", "/admin/cables/loadrow/embargo/release/?row={loadrow}", "L"),
    "cables_loadrow_apply": ("get", "/admin/cables/loadrow/{loadrow}/apply/", "LR"),
    "cables_loadrow_publish": ("get", "/admin/cables/loadrow/{loadrow}/publish/", "R"),
    "cables_loadrow_leave": ("get", "/admin/cables/loadrow/{loadrow}/leave/", "LR"),
}
