from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from branches.choices import MemberStatus, OrganisationKind, Position, UnitKind
from branches.forms.fields import DayField, UnitActionForm
from branches.forms.people import organisations_of
from branches.models import Member, Organisation, PartyUnit
from branches.operations import GroupPlan
from branches.selectors import committee_of, members_of
from core import clock


class MembersField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj):
        team = f" · {obj.organisation}" if obj.organisation else ""
        status = "" if obj.status == MemberStatus.FULL else f" · {obj.get_status_display()}"
        return f"{obj.name}{team}{status}"


class GroupForm(UnitActionForm):
    name = forms.CharField(label=gettext_lazy("Name of the group"), max_length=100)
    teams = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Teams"),
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("A group may be formed over several teams."),
    )
    members = MembersField(
        label=gettext_lazy("Members"),
        queryset=Member.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Three at least, one of them a full member."),
    )
    leader = forms.ModelChoiceField(label=gettext_lazy("Leader"), queryset=Member.objects.none())
    linked = forms.ModelChoiceField(
        label=gettext_lazy("Linked committee member"), queryset=Member.objects.none(), required=False
    )
    on = DayField(label=gettext_lazy("Formed on"))

    def prepare(self):
        people = members_of(self.unit).select_related("organisation").order_by("organisation", "name")
        teams = organisations_of(self.unit) | Organisation.objects.filter(members__in=people)
        self.fields["teams"].queryset = teams.filter(kind=OrganisationKind.TEAM).distinct().order_by("path")
        self.fields["members"].queryset = people
        self.fields["leader"].queryset = people.filter(status=MemberStatus.FULL)
        committee = committee_of(self.unit, clock.today())
        self.fields["linked"].queryset = Member.objects.filter(pk__in=committee).order_by("name")
        self.fields["on"].initial = clock.today()

    def propose(self, team_code):
        """What the alert of a team without a group proposes."""
        team = self.fields["teams"].queryset.filter(code=team_code).first() if team_code else None
        if team is None:
            return
        people = self.fields["members"].queryset.filter(organisation=team)
        leader = people.filter(is_team_leader=True, status=MemberStatus.FULL).order_by("pk").first()
        self.initial |= {
            "name": (_("%(team)s Party group") % {"team": team})[:100],
            "teams": [team.pk],
            "members": [member.pk for member in people],
            "leader": leader and leader.pk,
        }

    def new_unit(self):
        """As it will stand; enough to see what its members leave."""
        return PartyUnit(kind=UnitKind.GROUP, name=self.cleaned_data["name"], parent=self.unit)

    def plan(self):
        facts = self.cleaned_data
        return GroupPlan(
            name=facts["name"],
            members=list(facts["members"]),
            leader=facts["leader"],
            linked=facts["linked"],
            teams=list(facts["teams"]),
        )


class GroupChangeForm(UnitActionForm):
    leader = forms.ModelChoiceField(
        label=gettext_lazy("Leader"), queryset=Member.objects.none(), required=False
    )
    linked = forms.ModelChoiceField(
        label=gettext_lazy("Linked committee member"), queryset=Member.objects.none(), required=False
    )
    on = DayField()

    def prepare(self):
        today = clock.today()
        self.fields["leader"].queryset = (
            members_of(self.unit).filter(status=MemberStatus.FULL).order_by("name")
        )
        committee = committee_of(self.unit.parent, today) if self.unit.parent else []
        self.fields["linked"].queryset = Member.objects.filter(pk__in=committee).order_by("name")
        held = dict(self.unit.posts.live(today).values_list("position", "member"))
        self.initial |= {
            "leader": held.get(Position.GROUP_LEADER),
            "linked": held.get(Position.LINKED_MEMBER),
            "on": today,
        }
