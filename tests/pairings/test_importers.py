"""Partners and pairings from files."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from branches.choices import UnitKind
from core.importing import run_import
from pairings.importers import PairingImporter, PartnerImporter
from pairings.models import Pairing, PairingAgreement, Partner
from pairings.selectors import pair_count
from tests.factories.branches import PartyUnitFactory
from tests.factories.pairings import PairingFactory, PartnerFactory, drafted

PARTNERS = """code,name,level,type,region,member_count
V-1,坛河村党支部,BRANCH,TOWNSHIP_VILLAGE,城西区,32
V-2,孟大村党总支,党总支,乡镇农村,贵港,
P-1,大化水电厂党委,COMMITTEE,POWER_PLANT,河池,210
"""
HEAD = "code,title,reason,internal_codes,partner_codes,state,signed_on,term_from,term_to\n"


@pytest.fixture
def read(tmp_path):
    def run(importer, text, **options):
        path = tmp_path / "rows.csv"
        path.write_text(text, encoding="utf-8")
        return run_import(importer(), path, by=None, **options)

    return run


def test_partners_by_code_or_by_label(db, read):
    report = read(PartnerImporter, PARTNERS)

    assert (report.created, report.errors) == (3, [])
    rows = Partner.objects.order_by("code").values_list("code", "level", "type", "region", "member_count")
    assert list(rows) == [
        ("P-1", "COMMITTEE", "POWER_PLANT", "河池", 210),
        ("V-1", "BRANCH", "TOWNSHIP_VILLAGE", "城西区", 32),
        ("V-2", "GENERAL_BRANCH", "TOWNSHIP_VILLAGE", "贵港", None),
    ]


def test_a_second_import_updates_and_an_absent_column_leaves_what_is_there(db, read):
    read(PartnerImporter, PARTNERS)
    report = read(PartnerImporter, "code,name,level,type\nV-1,坛河新村党支部,BRANCH,COMMUNITY\n")

    assert (report.created, report.updated) == (0, 1)
    partner = Partner.objects.get(code="V-1")
    assert (partner.name, partner.type, partner.region, partner.member_count) == (
        "坛河新村党支部",
        "COMMUNITY",
        "城西区",
        32,
    )


def test_pairings_with_their_parties_and_days(county, read):
    read(PartnerImporter, PARTNERS)
    text = HEAD + (
        "LJ-1,护线,POWER_SUPPLY,GX-NN-01,V-1;V-2,ACTIVE,2026-02-20,2026-03-01,2028-02-29\n"
        "LJ-2,上游,CLOSE_CONTACT,GX-NN-01;GX-NN-02,P-1,CLOSED,2010/1/5,2010-02-01,2012-01-31\n"
        "LJ-3,意向,GRID_BUILDING,GX-NN-02,V-2,INTENT,,,\n"
    )
    report = read(PairingImporter, text)

    assert (report.created, report.errors) == (3, [])
    facts = Pairing.objects.order_by("code").values_list(
        "code", "unit__code", "state", "active_from", "active_until", "source"
    )
    assert list(facts) == [
        ("LJ-1", "GX-NN-01", "ACTIVE", date(2026, 3, 1), date(2028, 2, 29), "IMPORTED"),
        ("LJ-2", "GX-NN-01", "CLOSED", date(2010, 2, 1), date(2012, 1, 31), "IMPORTED"),
        ("LJ-3", "GX-NN-02", "INTENT", None, None, "IMPORTED"),
    ]
    assert list(PairingAgreement.objects.order_by("pk").values_list("pairing__code", "signed_on")) == [
        ("LJ-1", date(2026, 2, 20)),
        ("LJ-2", date(2010, 1, 5)),
    ]
    assert (pair_count(date(2026, 6, 30)), pair_count(date(2011, 6, 30))) == (2, 2)
    again = read(PairingImporter, text)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 3)


def test_a_second_import_moves_the_parties_and_the_days(county, read):
    read(PartnerImporter, PARTNERS)
    read(PairingImporter, HEAD + "LJ-1,护线,POWER_SUPPLY,GX-NN-01,V-1,ACTIVE,,2026-03-01,2028-02-29\n")
    head = HEAD.replace(",signed_on,term_from", "")
    report = read(PairingImporter, head + "LJ-1,护线,POWER_SUPPLY,GX-NN-01,V-2,CLOSED,2027-02-28\n")

    assert (report.updated, report.errors) == (1, [])
    pairing = Pairing.objects.get()
    assert (pairing.state, pairing.active_from, pairing.active_until) == (
        "CLOSED",
        date(2026, 3, 1),
        date(2027, 2, 28),
    )
    assert [party.partner.code for party in pairing.parties.all()] == ["V-2"]


@pytest.mark.oracle("T-14")
def test_every_reason_is_told(county, read, tmp_path):
    read(PartnerImporter, PARTNERS)
    path = tmp_path / "bad.csv"
    path.write_text(
        HEAD
        + "LJ-1,护线,POWER_SUPPLY,GX-NN-01;GX-NN-02,V-1;V-2,ACTIVE,,,\n"
        + "LJ-2,护线,NONE,GX-XX,V-9,SLEEPING,2099-01-01,2026-03-01,2026-02-01\n",
        encoding="utf-8",
    )
    out = tmp_path / "errors.csv"
    with pytest.raises(CommandError):
        call_command("import_pairings", path, errors=out)

    rows = [line.split(",")[:2] for line in out.read_text(encoding="utf-8-sig").splitlines()[1:]]
    assert rows == [
        ["2", "partner_codes"],
        ["3", "internal_codes"],
        ["3", "partner_codes"],
        ["3", "reason"],
        ["3", "signed_on"],
        ["3", "state"],
        ["3", "term_to"],
    ]
    assert Pairing.objects.count() == 0


def test_what_was_entered_on_screen_moves_by_its_steps(county, read):
    partner = PartnerFactory(code="V-1")
    pairing = drafted(county.branch, [partner], by=county.secretary)
    row = f"{pairing.code},新名,POWER_SUPPLY,GX-NN-01,V-1,%s,,,\n"

    report = read(PairingImporter, HEAD + row % "ACTIVE")
    assert [(error.row, error.column) for error in report.errors] == [(2, "state")]
    assert (
        read(
            PairingImporter,
            HEAD.replace(",signed_on,term_from,term_to", "")
            + f"{pairing.code},新名,POWER_SUPPLY,GX-NN-01,V-1,AGREEMENT_DRAFT\n",
        ).updated
        == 1
    )
    assert Pairing.objects.get().title == "新名"


def test_a_partner_that_is_another_one_is_no_party(county, read):
    keep = PartnerFactory(code="V-1")
    PartnerFactory(code="V-2", merged_into=keep)
    PairingFactory(unit=county.branch, partners=[keep])
    report = read(PairingImporter, HEAD + "LJ-9,护线,POWER_SUPPLY,GX-NN-01,V-2,ACTIVE,,,\n")

    assert [(error.row, error.column) for error in report.errors] == [(2, "partner_codes")]


@pytest.mark.parametrize("word", ["new", "needs", "sites", "awards"])
def test_a_word_of_the_addresses_is_no_code(county, read, word):
    """Its page could not be opened: the word's own page stands there."""
    PartnerFactory(code="V-1")
    row = f"{word},联建,POWER_SUPPLY,GX-NN-01,V-1,CANDIDATE,,,\n"
    report = read(PairingImporter, HEAD + row)
    assert (report.created, [error.column for error in report.errors]) == (0, ["code"])
    assert Pairing.objects.count() == 0


def test_a_partner_is_not_called_like_the_page_of_new_ones(db, read):
    report = read(PartnerImporter, PARTNERS.replace("V-1,", "new,"))
    assert [error.column for error in report.errors] == ["code"]


def test_groups_and_empty_lists_of_codes_are_refused(county, read):
    PartnerFactory(code="V-1")
    PartyUnitFactory(code="GX-NN-01-G1", kind=UnitKind.GROUP, parent=county.branch)
    rows = "LJ-1,护线,POWER_SUPPLY,GX-NN-01-G1,V-1,ACTIVE,,,\nLJ-2,护线,POWER_SUPPLY,GX-NN-01,；;,ACTIVE,,,\n"
    report = read(PairingImporter, HEAD + rows)

    assert [(error.row, error.column) for error in report.errors] == [
        (2, "internal_codes"),
        (3, "partner_codes"),
    ]
    assert Pairing.objects.count() == 0


def test_a_file_does_not_revive_a_partner_that_is_another_one(db, read):
    PartnerFactory(code="V-1", merged_into=PartnerFactory(code="V-2"))
    report = read(PartnerImporter, PARTNERS)

    assert [(error.row, error.column) for error in report.errors] == [(2, "code")]
