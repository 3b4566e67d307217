"""Reference data in the administration: found by either language, filtered by what is to be verified, never edited."""

import pytest
from django.contrib import admin
from django.urls import reverse

from listings.models import Material, Target
from marketplace.firms.admin import FromFiles
from tests.factories import (
    make_avoided_burden,
    make_industry,
    make_material,
    make_material_use,
    make_operation,
    make_park,
    make_property,
    make_region,
    make_transport_factor,
    make_use,
    make_use_limit,
    make_user,
    make_waste_code,
)

pytestmark = pytest.mark.django_db
REFERENCE_ADMINS = [entry for entry in admin.site._registry.values() if isinstance(entry, FromFiles)]


@pytest.fixture
def superuser():
    return make_user(is_staff=True, is_superuser=True)


def address(model, page="changelist", *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def one_of_each():
    loi = make_property("loi", name_zh="烧失量")
    material = make_material("coal_fly_ash", name_zh="粉煤灰", properties=[loi], to_verify=True)
    make_use_limit(make_material_use(material, make_use("brick")), loi, maximum=9)
    make_park(make_region())
    make_industry()
    make_operation()
    make_waste_code()
    make_avoided_burden(material)
    make_transport_factor()
    Target.objects.create(
        indicator="slag_use", meaning="at_least", value=75, unit="%", country="CN", year=2030, source="a plan"
    )


def test_fourteen_reference_tables_can_be_looked_up():
    assert len(REFERENCE_ADMINS) == 14


@pytest.mark.parametrize("entry", REFERENCE_ADMINS, ids=lambda entry: entry.model.__name__)
def test_a_reference_table_is_listed_searched_and_opened_but_not_edited(entry, client, superuser, one_of_each):
    client.force_login(superuser)
    assert client.get(address(entry.model), {"q": "灰"}).status_code == 200
    assert client.get(address(entry.model, "add")).status_code == 403
    for record in entry.model.objects.all():
        page = client.get(address(entry.model, "change", record.pk))
        assert page.status_code == 200
        assert b'name="_save"' not in page.content
        assert client.post(address(entry.model, "change", record.pk), {}).status_code == 403
        assert client.post(address(entry.model, "delete", record.pk), {"post": "yes"}).status_code == 403
    assert entry.model.objects.exists() or entry.model.__name__ in {"MaterialSpecification", "HaulageRate"}


def test_materials_are_found_in_chinese_and_by_what_is_to_be_verified(client, superuser, one_of_each):
    make_material("red_mud", name_zh="赤泥")
    client.force_login(superuser)
    found = client.get(address(Material), {"q": "粉煤"}).context["cl"].queryset
    assert [material.slug for material in found] == ["coal_fly_ash"]
    found = client.get(address(Material), {"to_verify__exact": "0"}).context["cl"].queryset
    assert [material.slug for material in found] == ["red_mud"]


def test_a_superuser_makes_a_facilitator_and_nobody_else_does(client, superuser):
    person, staff = make_user(), make_user(is_staff=True)
    url = address(type(person), "change", person.pk)
    values = {"first_name": "", "last_name": "", "is_active": "on", "is_facilitator": "on"}
    client.force_login(staff)
    assert client.post(url, values).status_code == 403
    person.refresh_from_db()
    assert not person.is_facilitator
    client.force_login(superuser)
    assert client.post(url, values).status_code == 302
    person.refresh_from_db()
    assert person.is_facilitator
