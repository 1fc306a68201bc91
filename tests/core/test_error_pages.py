"""The pages for what goes wrong, drawn with and without a request."""

import re

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

pytestmark = pytest.mark.urls("tests.core.sample_page")

PAGES = {
    "400.html": "没有看懂这个请求",
    "403.html": "[你您]没有这项权限",
    "403_csrf.html": "这一页打开太久了",
    "404.html": "没有找到这一页",
    "429.html": "尝试次数太多",
    "500.html": "系统出了问题",
}


@pytest.mark.parametrize(("name", "heading"), PAGES.items())
@pytest.mark.parametrize("request_", [None, RequestFactory().get("/x/")], ids=["bare", "request"])
def test_an_error_page_says_what_happened(name, heading, request_):
    with translation.override("zh-hans"):
        html = render_to_string(name, request=request_)
    assert re.search(f"<h1>{heading}</h1>", html)
    assert re.search(f"<title>{heading} - 党建工作管理</title>", html)
    assert '<html lang="zh-Hans">' in html


@pytest.mark.django_db
def test_a_missing_page_answers_404(client, django_user_model):
    client.force_login(django_user_model.objects.create(username="li", name="李"))
    answer = client.get("/no/such/page/")
    assert (answer.status_code, answer.templates[0].name) == (404, "404.html")
