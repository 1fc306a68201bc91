"""Passwords that guess themselves: what Django's validators let through (reliability.md T16)."""

import re
import unicodedata

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# What everybody here thinks of first: the company, the Party, the system, the usual fillers.
CONTEXT_WORDS = (
    "wang zhang liu chen yang zhao huang zhou "
    "partybuild dang dangjian dangwu dangyuan dangzhibu dangxiaozu dangwei zhibu shuji xianfeng "
    "gongchandang zhongguo china party branch vanguard sgcc csg gxdw nfdw nanfang guangxi nanning "
    "zhejiang dianwang dianli gongdian gongdianju gongdiansuo powergrid grid guojia guowang nanwang "
    "company admin administrator root system manager test guest user demo default password passwd "
    "passw0rd pass mima welcome hello login secret letmein changeme woaini iloveyou master dragon "
    "monkey sunshine princess football shadow superman qwerty abc gd gx zj oa erp "
    "党建 支部 书记 电网 供电 密码 "
).split()
WALKS = (
    "1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz",
    "1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "8ik", "9ol", "0p", "147258369", "!@#$%^&*()",
)  # fmt: skip
LEET = str.maketrans(
    {"@": "a", "4": "a", "3": "e", "1": "i", "!": "i", "0": "o", "$": "s", "5": "s", "7": "t"}
)
SHORTEST_WALK, LONGEST_WALK = 3, 26
YEARS_AND_DAYS = r"(19|20)\d\d((0?[1-9]|1[0-2])([0-2]?\d|3[01])?)?|\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])"
LEAST_LEFT = 6
PASSPHRASE_LENGTH = 16
DENGBAO = "dengbao"
CLASSES = (r"[a-z]", r"[A-Z]", r"\d", r"[^A-Za-z\d]")


def fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


class GuessableValidator:
    """Takes out of a password what anybody would try: known words, names, runs on the keyboard, years,
    repetitions. What is left must be worth at least six characters."""

    def validate(self, password, user=None):
        words = [*CONTEXT_WORDS, *personal_words(user)]
        if min(worth(fold(password), words), worth(fold(password).translate(LEET), words)) < LEAST_LEFT:
            raise ValidationError(
                _("This password is easy to guess: it is names, common words, years or keys in a row."),
                code="password_guessable",
            )

    def get_help_text(self):
        return _("No names, company or Party words, years or keys in a row such as “Abc@1234”.")


def personal_words(user) -> list[str]:
    """The person's own names and numbers, whole and in their parts."""
    texts = [
        fold(str(getattr(user, field, None) or "")) for field in ("username", "name", "staff_no", "email")
    ]
    parts = {part for text in texts for part in [text, *re.split(r"[\W_]+|(?<=\D)(?=\d)", text)]}
    return [part for part in parts if len(part) >= 2]


def worth(password: str, words: list[str]) -> int:
    """How many characters a guesser would have to find; a known piece counts as one."""
    for word in sorted(words, key=len, reverse=True):
        password = password.replace(word, "\0")
    password = re.sub(YEARS_AND_DAYS, "\0", password)
    for walk in all_walks(password):
        password = password.replace(walk, "\0")
    password = re.sub(r"(.+?)\1+", lambda found: found[1], password)
    left = len(password.replace("\0", ""))
    return left + min(password.count("\0"), 2) if left else 0


def all_walks(password: str) -> list[str]:
    """Pieces of the password that run along a keyboard row or column or the alphabet, longest first."""
    rows = [run for walk in WALKS for run in (walk, walk[::-1])]
    pieces = {
        password[start:end]
        for start in range(len(password))
        for end in range(start + SHORTEST_WALK, min(len(password), start + LONGEST_WALK) + 1)
        if any(password[start:end] in row for row in rows)
    }
    return sorted(pieces, key=len, reverse=True)


class CharacterClassValidator:
    """Three of four kinds of characters, as 等保 asks (``PASSWORD_POLICY``); not of a sentence."""

    def validate(self, password, user=None):
        if settings.PASSWORD_POLICY != DENGBAO or len(password) >= PASSPHRASE_LENGTH:
            return
        if sum(bool(re.search(kind, password)) for kind in CLASSES) < len(CLASSES) - 1:
            raise ValidationError(self.get_help_text(), code="password_too_plain")

    def get_help_text(self):
        return _(
            "Use three of: small letters, capitals, digits, other signs. Or a sentence of 16 characters."
        )
