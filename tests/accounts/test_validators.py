"""Which passwords are refused: those that Django lets through, and their like."""

import pytest
from django.contrib.auth.password_validation import get_default_password_validators, validate_password
from django.core.exceptions import ValidationError

from accounts.models import User

PERSON = User(username="wangfang", name="王芳", staff_no="GX20417")
GUESSED = [
    # the six that Django's own validators accept
    "Sgcc@1234", "Abc@1234", "Admin@123", "Dangjian@2026", "Gd@123456", "Zaq12wsx!",
    "1qaz@WSX", "P@ssw0rd1", "Nanning@2025", "Qwer!234", "Aaaa1111!",
    "Demo-2026-partybuild", "Zhibu#20260701",
    "Dang@860312", "WangFang@86", "Gx20417#ab", "Fang-wang-1", "Ｓｇｃｃ＠１２３４",
    "!QAZ2wsx", "Asdf#Zxcv1", "党建Party@2026",
    "12345678", "password", "Ab#9x", "abcdefgh", "qazwsxedc",
]  # fmt: skip
GOOD = [
    "Tree-kettle-49",
    "kX9mQ2pw",
    "correct horse battery",
    "蓝天下的白云路过家门前的那棵老树",
    "Rv7!tmLq",
]


@pytest.mark.parametrize("password", GUESSED)
def test_what_anybody_would_try_is_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password, PERSON)


@pytest.mark.parametrize("password", GOOD)
def test_a_good_one_passes(password):
    validate_password(password, PERSON)
    validate_password(password)


def test_kinds_of_characters_are_a_matter_of_policy(settings):
    with pytest.raises(ValidationError):
        validate_password("tkmzqhwv", PERSON)
    settings.PASSWORD_POLICY = "asvs"
    validate_password("tkmzqhwv", PERSON)


def test_a_very_long_password_is_judged_quickly():
    with pytest.raises(ValidationError):
        validate_password("1234567890" * 400, PERSON)


def test_every_rule_is_explained():
    assert all(validator.get_help_text() for validator in get_default_password_validators())
