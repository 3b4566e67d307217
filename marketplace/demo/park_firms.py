"""Brings the story's firms into being: who they are, where they stand, what they may take."""

from __future__ import annotations

import datetime as dt
from typing import Any

from marketplace.demo.people import user_named
from marketplace.demo.story import Entry, Shelves, read_firms, with_dates
from marketplace.firms import credit_code
from marketplace.firms.models import Firm, Park, PermitState, Role, Site, User
from marketplace.firms.regions import nearest_region
from marketplace.firms.services import (
    add_member,
    add_permit,
    add_site,
    end_recognition,
    move_permit,
    recognise,
    register_firm,
)

# People with lesser roles: (account, firm, role).
COLLEAGUES = (("trader", "steel", Role.TRADER), ("viewer", "power", Role.VIEWER))
_FIRM_FIELDS = ("name_zh", "name_en", "about", "gbt_4754")
_PERMIT_FIELDS = ("kind", "number", "authority")
_LIST_FIELDS = ("list_slug", "list_name_zh", "list_name_en", "reference")


def add_firms(*, officer: User, shelves: Shelves, today: dt.date) -> dict[str, Site]:
    """Every firm with its site, by the firm's key in the story."""
    park_name, entries = read_firms()
    park = shelves.park(park_name)
    sites = {}
    for number, entry in enumerate(entries, start=1):
        sites[entry["key"]] = site = _add_firm(entry, number, park, shelves)
        _add_permits(officer, site.firm, entry, shelves, today)
        _add_recognitions(site.firm, entry, today)
    for account, key, role in COLLEAGUES:
        add_member(actor=officer, firm=sites[key].firm, user=user_named(account), role=role)
    return sites


def _add_firm(entry: Entry, number: int, park: Park, shelves: Shelves) -> Site:
    owner = user_named(entry["owner"])
    values = {field: entry.get(field, "") for field in _FIRM_FIELDS} | {
        "credit_code": invented_credit_code(number),
        "nace": shelves.industry(entry["nace"]),
        "country": "CN",
    }
    firm = register_firm(actor=owner, values=values, source=Firm.Source.DEMO)
    return add_site(actor=owner, firm=firm, values=_place(entry["site"], park))


def invented_credit_code(number: int) -> str:
    """A code with a valid check character in the administrative division 000000, which does not exist.

    >>> credit_code.is_valid(invented_credit_code(7))
    True
    """
    first_17 = f"91000000DEM{number:06d}"
    return first_17 + credit_code.check_character(first_17)


def _place(site: Entry, park: Park) -> dict[str, Any]:
    """A site in the park lies in the park's region, another one in the nearest county."""
    latitude, longitude = float(site["latitude"]), float(site["longitude"])
    values = {
        "name": site["name"],
        "latitude": latitude,
        "longitude": longitude,
        "location_public": site["location_public"],
    }
    if site["in_park"]:
        return values | {"park": park, "region": park.region}
    return values | {"region": nearest_region(latitude, longitude, "CN")}


def _add_permits(officer: User, firm: Firm, entry: Entry, shelves: Shelves, today: dt.date) -> None:
    for permit in entry.get("permit", ()):
        values = {field: permit[field] for field in _PERMIT_FIELDS}
        values |= with_dates(permit, today, {"from_day": "valid_from", "to_day": "valid_to"})
        lines = [_line(line, shelves, today) for line in permit["lines"]]
        draft = add_permit(actor=officer, firm=firm, values=values, lines=lines)
        move_permit(actor=officer, permit=draft, state=PermitState.VERIFIED)


def _line(line: Entry, shelves: Shelves, today: dt.date) -> Entry:
    values = line | {"operation": shelves.operation(line["operation"])}
    return values | {"taken_year": today.year} if "taken_t" in line else values


def _add_recognitions(firm: Firm, entry: Entry, today: dt.date) -> None:
    for row in entry.get("recognition", ()):
        values = {field: row[field] for field in _LIST_FIELDS}
        values |= with_dates(row, today, {"from_day": "valid_from"})
        recognition = recognise(actor=None, firm=firm, values=values)
        if "ended_day" in row:
            day = today + dt.timedelta(days=row["ended_day"])
            end_recognition(actor=None, recognition=recognition, day=day)
