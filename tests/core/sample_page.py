"""A page with every component on it, for looking at and for the browser; it is no part of the product."""

from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template import engines
from django.urls import include, path
from django.views import View
from django.views.i18n import set_language

from core.due import DueItem

SHANGHAI = ZoneInfo("Asia/Shanghai")
KINDS = [("A", "主题党日"), ("B", "支委会"), ("C", "党员大会"), ("D", "党小组会"), ("E", "党课")]
REASONS = [("DUTY", "值班"), ("TRAVEL", "出差"), ("LEAVE", "请假")]
NAMES = ["周明", "李倩", "黄志强", "韦国华", "覃晓燕", "陆建军", "梁慧", "农海波", "蒙丽娟"]


class SampleForm(forms.Form):
    kind = forms.ChoiceField(label="活动类型", choices=KINDS, widget=forms.RadioSelect, initial="A")
    also = forms.MultipleChoiceField(
        label="同时计入", choices=KINDS, widget=forms.CheckboxSelectMultiple, required=False
    )
    held_on = forms.DateField(label="活动日期", widget=forms.DateInput(attrs={"type": "date"}))
    place = forms.CharField(label="地点", required=False)
    topic = forms.CharField(label="活动主题", help_text="一句话说清做了什么，30 字以内", max_length=30)
    pairing = forms.ChoiceField(label="关联联建对子", choices=[("", "不关联"), *KINDS], required=False)
    visits = forms.IntegerField(
        label="入户检查", required=False, min_value=0, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    note = forms.CharField(label="简要记录", required=False, widget=forms.Textarea(attrs={"rows": 4}))
    safe = forms.BooleanField(label="与安全分析会一并开展", required=False)
    sheet = forms.FileField(label="附件", required=False)


class FilterForm(forms.Form):
    period = forms.ChoiceField(label="统计期间", choices=[("2026H2", "2026年下半年（至今）")], required=False)
    unit = forms.ChoiceField(label="单位", choices=[("", "全省")], required=False)
    q = forms.CharField(label="主题", required=False)


TEMPLATE = Path(__file__).with_suffix(".html").read_text(encoding="utf-8")


def sample_context(request):
    return {
        "form": SampleForm(request.POST) if request.method == "POST" else SampleForm(),
        "filter_form": FilterForm(request.GET),
        "parents": [("组织生活", "/")],
        "kinds": KINDS,
        "badges": ["plain", "done", "ok", "wait", "due", "over", "none", "gold"],
        "kpis": [
            {
                "label": "组织生活完成率",
                "value": "86.4",
                "unit": "%",
                "denominator": "已完成 10,783 / 至今应完成 12,480 次",
                "change": 2,
                "text": "2.1 个百分点",
                "trend": [78, 80, 79, 82, 84, 86],
            },
            {
                "label": "联建对子",
                "value": "351",
                "unit": "对",
                "denominator": "有效协议 338 对（96.3%）",
                "change": -1,
                "text": "12 对",
            },
            {
                "label": "测试",
                "value": "96.7",
                "unit": "%",
                "denominator": "473 / 参加 489 人",
                "change": 0,
                "text": "持平",
            },
        ],
        "due": [
            DueItem(
                "returned", "补录 10 月支委会", "被退回：议题没有写 · 审核人 李倩", "#", date(2026, 10, 31)
            ),
            DueItem("due", "召开并记录 11 月支委会", "上次 10-22", "#", date(2026, 11, 25)),
            DueItem("draft", "11 月主题党日", "已有草稿，还差参加人员", "#", date(2026, 11, 30)),
            DueItem("due", "第二党小组 11 月组会", "组长 韦国华", "#", date(2026, 12, 30)),
        ],
        "completeness": [
            {
                "label": "支委会",
                "done": 3,
                "total": 6,
                "due": 4,
                "url": "#",
                "kind": "due",
                "words": "落后 1 次",
            },
            {"label": "党小组会", "done": 8, "total": 12, "due": 8, "url": "#"},
            {"label": "上门服务", "done": 2, "total": 2, "due": 1, "url": "#"},
            {
                "label": "组织生活会",
                "done": 0,
                "total": 1,
                "due": 0,
                "url": "#",
                "kind": "none",
                "words": "12 月开展",
            },
        ],
        "steps": [
            {"label": "达成意向", "state": "done", "date": "2025-01-16"},
            {"label": "开展活动", "state": "now", "date": "已开展 18 次"},
            {"label": "评估与续签", "state": "next", "date": ""},
        ],
        "facts": ["2026年上半年 · 第 1 版", "发布 2026-07-15 10:30", "校验码 8F3C-21D7"],
        "board": [
            {
                "name": "青江供电局",
                "total": 9615,
                "party": 971000,
                "a": 97.1,
                "b": 95.2,
                "badge": "gold",
                "grade": "优秀",
            },
            {
                "name": "江浦供电局",
                "total": 9345,
                "party": 948000,
                "a": 94.8,
                "b": 92.1,
                "badge": "plain",
                "grade": "合格",
            },
            {
                "name": "北屏供电局",
                "total": 7900,
                "party": 794000,
                "a": 79.4,
                "b": 78.6,
                "badge": "due",
                "grade": "基本合格",
            },
        ],
        "page_obj": Paginator(range(500), 50).page(4),
        "heat": [71, 58, 80, 96, None],
        "heat_heads": ["党员大会", "支委会", "党课", "主题党日", "组织生活会"],
        "entries": [
            {
                "at": datetime(2026, 11, 15, 9, 20, tzinfo=SHANGHAI),
                "who": "李倩",
                "what": "退回",
                "note": "议题没有写",
            },
            {"at": datetime(2026, 11, 14, 9, 20, tzinfo=SHANGHAI), "who": "周明", "what": "提交", "url": "#"},
        ],
        "answers": [
            {"term": "期间与层级", "value": "2026年下半年，党支部", "url": "#"},
            {"term": "未处理异议", "value": "2 条未处理", "badge": "due", "url": "#", "action": "去处理"},
        ],
        "people": [
            {
                "id": place,
                "name": name,
                "present": place not in (5, 8),
                "reason": "DUTY" if place == 5 else "",
            }
            for place, name in enumerate(NAMES)
        ],
        "copied": "主题党日\n城西供电所党支部",
        "reasons": REASONS,
        "last": [0, 1, 2],
    }


class SampleView(View):
    def get(self, request):
        messages.success(request, "已经提交")
        return self.render(request)

    def post(self, request):
        return self.render(request, status=422)

    def render(self, request, status=200):
        request.user = SimpleNamespace(
            is_authenticated=True,
            name="周明",
            username="secretary",
            keyboard_shortcuts=True,
            is_staff=False,
            is_superuser=False,
            pk=1,
            has_perm=lambda *_: False,
        )
        template = engines["django"].from_string(TEMPLATE)
        return HttpResponse(template.render(sample_context(request), request), status=status)


def answer(request, **kwargs):
    """What other pages and the draft's address answer here: the posted fields, by name."""
    if request.POST.get("topic") == "登录过期":
        return redirect("sample")
    return JsonResponse({"version": "8", "posted": request.POST.get("topic", "")})


def names(app, **addresses):
    """An app's addresses, so that the menu and the shortcuts have somewhere to lead."""
    return include(([path(address, here, name=name) for name, address in addresses.items()], app))


here = login_not_required(SampleView.as_view())
urlpatterns = [
    path("sample/", here, name="sample"),
    path("draft/", login_not_required(answer), name="draft"),
    path("i18n/setlang/", set_language, name="set_language"),
    path("", names("core", search="search/")),
    path("", names("dashboard", workbench="", province="dashboard/")),
    path("activities/", names("activities", list="", create="new/")),
    path("units/", names("branches", unit_list="")),
    path("boards/", names("assessments", list="")),
    path("accounts/", names("accounts", profile="profile/")),
    path("accounts/logout/", here, name="account_logout"),
    path("accounts/password/change/", here, name="account_change_password"),
]
