import pytest
from django.apps import apps
from django.contrib import admin as site

from accounts.models import User
from pairings.models import HelpTopic
from tests.factories.pairings import HelpItemFactory, PairingFactory, PartnerFactory, active

MODELS = [
    model for model in apps.get_app_config("pairings").get_models() if not hasattr(model, "instance_type")
]
NAMES = [model._meta.model_name for model in MODELS]


@pytest.fixture
def admin(client, db):
    user = User.objects.create_superuser("root", password="x", name="管理员")
    client.force_login(user, backend="accounts.backends.SignInBackend")
    return client


def test_every_model_is_there():
    assert {model for model in MODELS if not site.site.is_registered(model)} == set()


@pytest.mark.parametrize("name", NAMES)
def test_each_list_and_its_search_open(admin, county, name):
    active(county.branch, [PartnerFactory()], by=county.secretary, office=county.office)
    HelpItemFactory(unit=county.branch, partner=PartnerFactory())
    for query in ("", "?q=城西", "?q=V-1"):
        assert admin.get(f"/admin/pairings/{name}/{query}").status_code == 200


def test_lists_cost_the_same_with_one_row_and_with_five(admin, county, django_assert_max_num_queries):
    for _number in range(5):
        pairing = PairingFactory(unit=county.branch)
        pairing.key_projects.create(title="灌溉用电", owner="周明")
        HelpItemFactory(unit=county.branch, partner=PartnerFactory())
        for name in ("pairing", "pairingparty", "partner", "helpitem", "keyproject"):
            with django_assert_max_num_queries(14):
                admin.get(f"/admin/pairings/{name}/")


def test_a_pairing_is_read_there_and_changed_on_its_own_page(admin, county):
    pairing = active(county.branch, [PartnerFactory()], by=county.secretary, office=county.office)
    url = f"/admin/pairings/pairing/{pairing.pk}/"
    assert admin.get(f"{url}change/").status_code == 200
    assert admin.post(f"{url}change/", {"title": "x"}).status_code == 403
    assert admin.post(f"{url}delete/", {"post": "yes"}).status_code == 403
    assert admin.get("/admin/pairings/pairing/add/").status_code == 403


def test_contacts_are_shown_nowhere(admin, db):
    partner = PartnerFactory(code="V-1", contact_name="覃小华", contact_phone="18612341402")
    for page in ("", "?q=V-1", f"{partner.pk}/change/", f"{partner.pk}/history/"):
        text = admin.get(f"/admin/pairings/partner/{page}").content.decode()
        assert "覃小华" not in text and "18612341402" not in text
    for words, found in (("V-1", 1), ("覃小华", 0), ("18612341402", 0)):
        assert admin.get("/admin/pairings/partner/", {"q": words}).context["cl"].result_count == found


def test_the_catalogue_is_data_that_support_keeps(admin, county):
    typed = {"code": "NIGHT_SCHOOL", "name": "夜校", "order": "5", "is_offered": "on"}
    assert admin.post("/admin/pairings/helptopic/add/", typed).status_code == 302
    topic = HelpTopic.objects.get(code="NIGHT_SCHOOL")
    change = f"/admin/pairings/helptopic/{topic.pk}/change/"
    assert admin.post(change, {"code": "OTHER", "name": "农民夜校", "order": "5"}).status_code == 302
    topic.refresh_from_db()
    assert (topic.code, topic.name, topic.is_offered) == ("NIGHT_SCHOOL", "农民夜校", False)

    HelpItemFactory(topic=topic, unit=county.branch)
    delete = f"/admin/pairings/helptopic/{topic.pk}/delete/"
    assert admin.post(delete, {"post": "yes"}).status_code == 403
    topic.items.all().delete()
    assert admin.post(delete, {"post": "yes"}).status_code == 302
    assert not HelpTopic.objects.filter(code="NIGHT_SCHOOL").exists()
