"""What a hand-over or a transfer will do, told before it is done."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from branches import rules
from branches.choices import MemberStatus, Position, UnitKind
from branches.models import PartyUnit
from branches.names import home_of, names_visible
from branches.operations.people import held_from
from branches.operations.rights import ROLE_OF_POSITION, rights_by_hand_from
from branches.operations.terms import ended_for, other_posts, rights_of_secretaries, taken_back
from branches.operations.transfers import posts_left_behind
from branches.selectors import POSITION_ORDER, members_of, namesakes, rights_reaching
from branches.views.base import row

ONE_DAY = timedelta(days=1)


def note(text):
    return row(_("Please note"), text) | {"badge": "due"}


def listed(rows):
    return "、".join(map(str, rows)) or "—"


# --- units ----------------------------------------------------------------------------------------
def posts_text(user, unit, on):
    """The posts at the unit that end, each with who holds it where the user sees people by name."""
    named = names_visible(user, unit)
    ending = held_from(unit.posts.all(), on).select_related("member").order_by(POSITION_ORDER, "starts_on")
    return listed(post if named else post.get_position_display() for post in ending)


def size_notes(unit, members):
    larger = rules.outgrown_kind(unit.kind, members)
    if not larger:
        return []
    facts = {"unit": unit, "count": members, "kind": larger.label}
    text = _("“%(unit)s” would have %(count)d members, the size of a %(kind)s.") % facts
    todo = _("Consider it with the level above; a smaller kind stays allowed with its approval.")
    return [note(f"{text} {todo}")]


def namesake_notes(user, name, kind, parent, on):
    """A name may be given twice, but not unawares."""
    found = {unit.pk: unit for unit in namesakes(name, kind, parent, on)}
    seen = PartyUnit.objects.allowed_to(user, "view").filter(pk__in=found)
    return [
        note(_("There is a unit of this name already: %(unit)s. Is another one meant?") % {"unit": text})
        for text in sorted(described_unit(found[pk]) for pk in seen.values_list("pk", flat=True))
    ]


def described_unit(unit):
    place = f" · {unit.parent}" if unit.parent else ""
    return f"{unit}{place} ({unit.code})"


# --- hand-over ------------------------------------------------------------------------------------
def hand_over_rows(unit, to_member, on):
    days = {"member": to_member, "day": on.isoformat()}
    ending = held_from(unit.posts.filter(position=Position.SECRETARY), on).select_related("member__user")
    own = held_from(other_posts(unit, to_member), on).select_related("member")
    going_on = posts_going_on(unit, to_member, on)
    rights = list(rights_by_hand_from(rights_of_secretaries(unit, on), on).select_related("user"))
    rows = [
        row(_("Unit"), unit.name),
        row(_("New secretary"), to_member.name),
        row(_("Secretary from"), on.isoformat()),
        row(_("Rights gained"), _("%(member)s sees and keeps the whole unit from %(day)s.") % days),
    ]
    if to_member.user is None:
        rows[-1] = note(_("%(member)s has no sign-in yet. The rights come with it.") % days)
    stays = {post.member for post in going_on}
    rows += [end_row(post, on) for post in own if to_member not in stays]
    for post in ending:
        in_office = post.member in stays
        rows += [end_row(post, on)] if in_office else old_secretary_rows(unit, post, on, rights)
    rows += [row(_("Post that runs on"), _("%(post)s, as before") % {"post": post}) for post in going_on]
    if not ending:
        rows.append(row(_("Post that ends"), _("none: nobody is secretary on this day")))
    ended_rights = [f"{right.user} · {right.get_role_display()}" for right in rights]
    rows.append(row(_("Other rights that end"), listed(ended_rights)))
    return [*rows, row(_("Records and drafts"), _("Records stay with the unit, drafts with who typed them."))]


def posts_going_on(unit, to_member, on):
    """When a hand-over of the same day is corrected."""
    ended = ended_for(taken_back(unit, to_member, on), unit, on).select_related("member")
    return [post for post in ended if post.position != Position.SECRETARY or post.member == to_member]


def end_row(post, on):
    """What would begin only now or later is struck out."""
    facts = {"post": post, "last": (on - ONE_DAY).isoformat(), "day": post.starts_on.isoformat()}
    if post.starts_on >= on:
        return row(_("Post struck out"), _("%(post)s from %(day)s, as if it had never begun") % facts)
    return row(_("Post that ends"), _("%(post)s, last day %(last)s") % facts)


def old_secretary_rows(unit, post, on, ended_rights):
    facts = {"member": post.member, "day": on.isoformat()}
    rows = [end_row(post, on)]
    if post.member.user is None:
        return rows
    left = rights_reaching(post.member.user, unit, on).exclude(post=post.pk)
    left = left.exclude(pk__in=[right.pk for right in ended_rights])
    if left:
        kept = listed(f"{right.get_role_display()} ({right.unit})" for right in left)
        return [*rows, row(_("Rights that %(member)s keeps") % facts, kept)]
    text = _("%(member)s no longer sees the unit's records from %(day)s.") % facts
    return [*rows, row(_("Rights lost"), text)]


# --- transfer -------------------------------------------------------------------------------------
def transfer_rows(member, to_unit, on):
    ending = held_from(posts_left_behind(member, to_unit), on).select_related("member", "unit")
    staying = held_from(member.posts.exclude(pk__in=ending.values("pk")), on).select_related("member", "unit")
    units = {"old": member.unit, "new": to_unit, "day": on.isoformat()}
    rows = [
        row(_("Member"), member.name),
        row(_("Until then in"), member.unit.name),
        row(_("From %(day)s in") % units, to_unit.name),
        row(_("Posts that end"), listed(described(post, (on - ONE_DAY).isoformat()) for post in ending)),
        row(_("Posts that stay"), listed(f"{post.get_position_display()} ({post.unit})" for post in staying)),
        *rights_rows(member, ending, on),
        row(_("Meetings and duties"), meetings_text(units)),
        row(_("Team"), team_text(member)),
    ]
    rows += without_secretary_notes(ending, on)
    return [*rows, *(note(text) for text in left_too_small(member, to_unit))]


def moving_in_rows(members, to_unit, on):
    """What ends for those who move together; ``to_unit`` may not be saved yet."""
    ending = ending_by_move(members, to_unit, on)
    lost = [post for post in ending if post.member.user_id and ROLE_OF_POSITION[post.position]]
    last = (on - ONE_DAY).isoformat()
    return [
        row(_("Posts that end"), listed(described(post, last, post) for post in ending)),
        row(_("Rights that end with the posts"), listed(f"{post.member} · {post.unit}" for post in lost)),
        *without_secretary_notes(ending, on),
    ]


def ending_by_move(members, to_unit, on):
    held = [held_from(posts_left_behind(member, to_unit), on) for member in members]
    return [post for posts in held for post in posts.select_related("member", "unit")]


def without_secretary_notes(ending, on):
    """The branches whose secretary goes, and for whom nobody comes."""
    for post in ending:
        others = post.unit.posts.filter(position=Position.SECRETARY).exclude(pk=post.pk)
        if post.position == Position.SECRETARY and not held_from(others, on).exists():
            text = _("“%(unit)s” has no secretary from %(day)s on. Hand over to a new one.")
            yield note(text % {"unit": post.unit, "day": on.isoformat()})


def described(post, last, named=None):
    """The position alone, or the post with who holds it."""
    facts = {"position": named or post.get_position_display(), "unit": post.unit, "last": last}
    return _("%(position)s (%(unit)s), last day %(last)s") % facts


def rights_rows(member, ending, on):
    if member.user is None:
        return []
    lost = listed(f"{post.unit}" for post in ending if ROLE_OF_POSITION[post.position])
    here = [member.unit_id, home_of(member.unit).pk]
    by_hand = member.user.assignments.live(on).filter(post=None, unit__in=here).select_related("unit")
    kept = listed(f"{right.get_role_display()} ({right.unit})" for right in by_hand)
    rows = [row(_("Rights that end with the posts"), lost)]
    return [*rows, row(_("Rights given apart from posts, which stay"), kept)] if by_hand else rows


def meetings_text(units):
    return _("From %(day)s expected at the meetings of “%(new)s”. Attendance so far stays on record.") % units


def team_text(member):
    if member.organisation is None:
        return "—"
    return _("%(team)s, as before; change it on the member's page.") % {"team": member.organisation}


def left_too_small(member, to_unit):
    """What the old group and the old branch will be told of; nothing here blocks."""
    home = home_of(member.unit)
    if member.unit.kind == UnitKind.GROUP:
        left = member.unit.members.current().exclude(pk=member.pk)
        if rules.group_refusal(list(left.values_list("status", flat=True))):
            yield too_few_text(member.unit, left.count())
    if home != home_of(to_unit):
        full = members_of(home).filter(status=MemberStatus.FULL).exclude(pk=member.pk).count()
        if rules.branch_refusal(home.kind, full):
            yield too_few_text(home, full)


def too_few_text(unit, count):
    text = ngettext(
        "“%(unit)s” is left with %(count)d member. It will be listed as too small.",
        "“%(unit)s” is left with %(count)d members. It will be listed as too small.",
        count,
    )
    return text % {"unit": unit, "count": count}
