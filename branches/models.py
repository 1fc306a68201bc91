"""Organisations, Party units, members, and the dated rows that say who was what when."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from branches.choices import (
    EXCLUSIVE_ROLES,
    MemberStatus,
    OrganisationKind,
    PartyWorker,
    Position,
    Role,
    UnitKind,
)
from branches.querysets import (
    DEEPEST,
    PATH_STEP,
    AssignmentQuerySet,
    MemberQuerySet,
    OrganisationQuerySet,
    PartyUnitQuerySet,
    PlacementQuerySet,
    PostQuerySet,
    SecondmentQuerySet,
    TransferQuerySet,
)
from branches.roles import OFFICE_ROLES

# A path is the eight-digit keys of all ancestors and of the row itself, root first. Only digits, so that
# "path >= p and path < p + 'z'" is the subtree of p under every collation, and uses the plain index.
code_validator = RegexValidator(r"^[^\s,;:/?#]+$", _("Use no spaces and none of , ; : / ? # in a code."))


class Organisation(models.Model):
    """A node of the administrative tree: province company down to team."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[code_validator])
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=20, choices=OrganisationKind)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("under"),
    )
    path = models.CharField(_("path"), max_length=PATH_STEP * DEEPEST, unique=True, null=True, editable=False)  # noqa: DJ001 - NULL until the key is known
    staff_count = models.PositiveIntegerField(_("staff"), null=True, blank=True)
    customer_count_mv = models.PositiveIntegerField(_("medium-voltage customers"), null=True, blank=True)
    customer_count_lv = models.PositiveIntegerField(_("low-voltage customers"), null=True, blank=True)
    line_km = models.DecimalField(_("lines (km)"), max_digits=10, decimal_places=2, null=True, blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(condition=~Q(parent=F("pk")), name="organisation_not_its_own_parent"),
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="organisation_named"),
        ]

    def __str__(self):
        return self.name


class PartyUnit(models.Model):
    """A node of the Party tree: committee, general branch, branch or group. Here it stands *today*;
    where it stood on an earlier day is in ``Placement``."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[code_validator])
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("under"),
    )
    path = models.CharField(_("path"), max_length=PATH_STEP * DEEPEST, unique=True, null=True, editable=False)  # noqa: DJ001 - NULL until the key is known
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="units", verbose_name=_("stands at")
    )
    also_covers = models.ManyToManyField(
        Organisation, blank=True, related_name="covering_units", verbose_name=_("also covers")
    )
    category = models.CharField(_("category"), max_length=60, blank=True)
    established_on = models.DateField(_("established on"), null=True, blank=True)
    last_election_on = models.DateField(_("last election on"), null=True, blank=True)
    term_years = models.PositiveSmallIntegerField(
        _("term in years"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
        help_text=_("Empty: 5 years of a committee, 3 years of a branch."),
    )
    extended_until = models.DateField(_("term extended until"), null=True, blank=True)
    extension_approval = models.CharField(
        _("extension approved by"),
        max_length=200,
        blank=True,
        help_text=_("Who approved it, and its number."),
    )
    opened_on = models.DateField(_("opened on"), null=True, blank=True, help_text=_("Empty: always open."))
    closed_on = models.DateField(
        _("closed on"), null=True, blank=True, help_text=_("First day on which it is closed.")
    )
    lapses_on = models.DateField(
        _("lapses on"), null=True, blank=True, help_text=_("A temporary branch ends with its project.")
    )
    # NULL where there is none: SQLite adds no other columns to a table of which triggers speak
    project_name = models.CharField(_("project"), max_length=100, null=True, blank=True)  # noqa: DJ001
    approval_no = models.CharField(_("approval document"), max_length=100, null=True, blank=True)  # noqa: DJ001
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_units",
        verbose_name=_("merged into"),
    )

    objects = PartyUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("Party unit")
        verbose_name_plural = _("Party units")
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(condition=~Q(parent=F("pk")), name="unit_not_its_own_parent"),
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="unit_named"),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(opened_on=None) | Q(closed_on__gt=F("opened_on")),
                name="unit_closed_after_opened",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | (Q(closed_on__isnull=False) & ~Q(merged_into=F("pk"))),
                name="unit_merged_is_closed",
            ),
            models.CheckConstraint(
                condition=Q(extended_until=None, extension_approval="")
                | (Q(extended_until__isnull=False) & ~Q(extension_approval="")),
                name="unit_extension_is_approved",
            ),
        ]

    def __str__(self):
        return self.name


class Placement(models.Model):
    """Where a unit stood and what it was called from a day on, until its next placement. Before the first
    one, the first holds."""

    unit = models.ForeignKey(
        PartyUnit, on_delete=models.CASCADE, related_name="placements", verbose_name=_("unit")
    )
    parent = models.ForeignKey(
        PartyUnit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("under")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("stands at")
    )
    path = models.CharField(_("path"), max_length=PATH_STEP * DEEPEST, db_index=True, editable=False)
    category = models.CharField(_("category"), max_length=60, blank=True)
    name = models.CharField(_("name"), max_length=100)
    starts_on = models.DateField(_("from"))

    objects = PlacementQuerySet.as_manager()

    class Meta:
        verbose_name = _("placement")
        verbose_name_plural = _("placements")
        ordering = ["unit", "starts_on"]
        constraints = [models.UniqueConstraint(fields=["unit", "starts_on"], name="placement_unit_day")]

    def __str__(self):
        return f"{self.unit} {self.starts_on}"


class Member(models.Model):
    """A Party member. No identity numbers, no birth dates: the work does not need them."""

    name = models.CharField(_("full name"), max_length=60)
    staff_no = models.CharField(_("staff number"), max_length=30, null=True, blank=True, unique=True)
    unit = models.ForeignKey(
        PartyUnit, on_delete=models.PROTECT, related_name="members", verbose_name=_("unit")
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="members",
        verbose_name=_("team"),
    )
    status = models.CharField(_("member status"), max_length=12, choices=MemberStatus)
    full_since = models.DateField(_("full member since"), null=True, blank=True)
    probation_ends_on = models.DateField(_("probation ends on"), null=True, blank=True)
    is_team_leader = models.BooleanField(_("leads the team"), default=False)
    party_worker = models.CharField(
        _("Party-affairs worker"), max_length=10, choices=PartyWorker, default=PartyWorker.NONE
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="member",
        verbose_name=_("user"),
    )
    joined_on = models.DateField(
        _("joined on"),
        null=True,
        blank=True,
        help_text=_(
            "Since when the member belongs to the unit, before any transfer. Empty: longer than is on record."
        ),
    )
    left_on = models.DateField(_("left on"), null=True, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("Party member")
        verbose_name_plural = _("Party members")
        ordering = ["unit", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "name"], condition=Q(staff_no=None), name="member_unit_name"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="member_named"),
            models.CheckConstraint(condition=~Q(staff_no=""), name="member_staff_no_not_blank"),
        ]

    def __str__(self):
        return self.name


class Transfer(models.Model):
    """That a member went from one unit to another on a day; ``moved_on`` is the first day there."""

    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="transfers", verbose_name=_("member")
    )
    from_unit = models.ForeignKey(
        PartyUnit, on_delete=models.PROTECT, related_name="+", verbose_name=_("from unit")
    )
    to_unit = models.ForeignKey(
        PartyUnit, on_delete=models.PROTECT, related_name="+", verbose_name=_("to unit")
    )
    moved_on = models.DateField(_("from day"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        ordering = ["member", "-moved_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(from_unit=F("to_unit")), name="transfer_changes_unit"),
            models.UniqueConstraint(fields=["member", "moved_on"], name="transfer_once_a_day"),
        ]

    def __str__(self):
        return f"{self.member} {self.moved_on}"


class Secondment(models.Model):
    """That somebody works in a temporary branch, a member where he was. ``ends_on`` is the last day."""

    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="secondments", verbose_name=_("member")
    )
    unit = models.ForeignKey(
        PartyUnit, on_delete=models.CASCADE, related_name="secondments", verbose_name=_("temporary branch")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)

    objects = SecondmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("secondment")
        verbose_name_plural = _("secondments")
        ordering = ["unit", "starts_on", "member"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "unit"], condition=Q(ends_on=None), name="secondment_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="secondment_days"
            ),
        ]

    def __str__(self):
        return f"{self.member} · {self.unit}"


class Post(models.Model):
    """Who held which position in which unit, from which day to which. ``ends_on`` is the last day held."""

    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="posts", verbose_name=_("member")
    )
    unit = models.ForeignKey(
        PartyUnit, on_delete=models.PROTECT, related_name="posts", verbose_name=_("unit")
    )
    position = models.CharField(_("position"), max_length=20, choices=Position)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["unit", "position", "-starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["member", "unit", "position", "starts_on"], name="post_once"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="post_ends_after_start"
            ),
        ]
        indexes = [models.Index(fields=["unit", "position", "starts_on"], name="post_unit_position")]

    def __str__(self):
        return f"{self.member} · {self.get_position_display()}"


class Assignment(models.Model):
    """The only source of rights: a user has a role at a unit and everything below it, from day to day."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="assignments", verbose_name=_("user")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    unit = models.ForeignKey(
        PartyUnit, on_delete=models.PROTECT, related_name="assignments", verbose_name=_("unit")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    acting_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("acting for"),
    )
    post = models.OneToOneField(
        Post,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="assignment",
        verbose_name=_("from post"),
    )

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["user", "-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="assignment_ends_after_start"
            ),
            # several posts of one person may give the same role from the same day
            models.UniqueConstraint(
                fields=["user", "role", "unit", "starts_on"], condition=Q(post=None), name="assignment_once"
            ),
            # The three administrators exclude each other (settled 3): one live row of them per user.
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(role__in=[str(role) for role in EXCLUSIVE_ROLES], ends_on=None),
                name="assignment_one_administrator",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "starts_on", "ends_on"], name="assignment_user_days"),
            # a few among the many: whoever reviews asks which offices stand below his own
            models.Index(
                fields=["unit"],
                condition=Q(role__in=sorted(str(role) for role in OFFICE_ROLES)),
                name="assignment_of_office",
            ),
        ]

    def __str__(self):
        return f"{self.user} · {self.get_role_display()}"
