"""Reference data in the back office: everybody there may look, nobody changes what the files say."""

from __future__ import annotations

import pytest
from django.urls import reverse

from cms.reference import ReferenceGroup
from listings.models import Material
from tests import factories as make
from tests.cms.people import ACCESS, client_of, person_with

pytestmark = pytest.mark.django_db

NAMES = [each.name for each in ReferenceGroup.items]


def test_every_list_is_shown_with_the_place_to_change_it() -> None:
    client = client_of(person_with(ACCESS))
    make.make_material("slag", name_zh="矿渣")
    for name in NAMES:
        page = client.get(reverse(f"{name}:index"))
        assert page.status_code == 200
        assert "load_reference_data" in page.content.decode()
    assert "矿渣" in client.get(reverse("reference_material:index") + "?q=矿").content.decode()


def test_nothing_is_changed_here_not_even_by_an_administrator() -> None:
    material = make.make_material("slag")
    client = client_of(person_with(is_superuser=True))
    for verb in ("edit", "delete"):
        client.post(reverse(f"reference_material:{verb}", args=[material.pk]), {"slug": "other"})
    client.post(reverse("reference_material:add"), {"slug": "other"})
    assert list(Material.objects.values_list("slug", flat=True)) == ["slag"]
    assert client.get(reverse("reference_material:inspect", args=[material.pk])).status_code == 200
