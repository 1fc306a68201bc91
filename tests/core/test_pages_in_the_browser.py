"""The page with every component, in a real browser: looks, keyboard, drafts."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from core import navigation
from core.navigation import NavItem

pytestmark = [
    pytest.mark.browser,
    pytest.mark.urls("tests.core.sample_page"),
    pytest.mark.django_db(transaction=True),
]
OBSCURED = """() => {
  const seen = document.activeElement;
  if (!seen || seen === document.body) return "";
  const box = seen.getBoundingClientRect();
  const at = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height / 2, 20));
  const hit = at && (seen.contains(at) || at.contains(seen) || at.closest("label")?.contains(seen));
  return hit ? "" : seen.outerHTML.slice(0, 120);
}"""


@pytest.fixture(autouse=True)
def menu(monkeypatch):
    entries = [
        NavItem("dashboard:workbench", "工作台", "house-door", order=1, tab=True),
        NavItem("activities:list", "组织生活", "journal-check", order=2, tab=True),
        NavItem("branches:unit_list", "党组织", "diagram-3", order=3),
        NavItem("assessments:list", "先锋榜", "trophy", order=4, tab=True),
        NavItem("dashboard:province", "全省看板", "speedometer2", order=5),
    ]
    monkeypatch.setattr(navigation, "_items", {item.url_name: item for item in entries})
    monkeypatch.setattr(navigation, "_creations", [NavItem("activities:create", "记一笔", "plus-lg")])
    monkeypatch.setattr(navigation, "_places", [lambda user: "青江供电局 / 城西供电所党支部"])


@pytest.fixture
def sample(page, live_server):
    page.goto(live_server.url + "/sample/")
    return page


def send_with_errors(page):
    page.locator("[name=visits]").fill("三十多")
    with page.expect_navigation():
        page.locator(".actbar .btn-primary").click()


def test_it_is_accessible_before_and_after_errors(sample):
    for _ in range(2):
        found = Axe().run(sample).response["violations"]
        assert [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]] == []
        send_with_errors(sample)


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1280, 1440])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_nothing_scrolls_sideways(new_page, live_server, width, language):
    page = new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])
    page.goto(live_server.url + "/sample/")
    overhang = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overhang) == 0


def test_the_focus_is_never_behind_a_bar(sample):
    hidden = []
    for _ in range(90):
        sample.keyboard.press("Tab")
        hidden.append(sample.evaluate(OBSCURED))
    assert [html for html in hidden if html] == []


def test_after_an_error_the_summary_has_the_focus_and_leads_to_the_field(sample):
    send_with_errors(sample)
    assert sample.title().startswith("错误：")
    assert sample.evaluate("document.activeElement.className") == "errsum"
    sample.locator(".errsum a").last.click()
    assert sample.evaluate("document.activeElement.name") == "visits"


def test_the_second_click_within_a_second_is_ignored(sample):
    # the form's own listener comes before the document's, so what is asked here is asked after both
    sample.evaluate(
        """() => {
          window.sent = [];
          window.addEventListener("submit", (event) => {
            window.sent.push(event.defaultPrevented);
            event.preventDefault();
          });
        }"""
    )
    sample.locator(".actbar .btn-primary").dblclick()
    assert sample.evaluate("window.sent") == [False, True]


def test_plus_and_minus_change_the_number_and_stop_at_zero(sample):
    box = sample.locator("[data-stepper]")
    values = []
    for step in ("1", "1", "-1", "-1", "-1"):
        box.locator(f"[data-step='{step}']").click()
        values.append(box.locator("input").input_value())
    assert values == ["1", "2", "1", "0", "0"]


def test_attendance_by_chips(sample):
    said = sample.locator("[data-summary-text]")
    picked = []
    for which in ("all", "last", "none"):
        sample.locator(f"[data-pick={which}]").click()
        picked.append(said.text_content())
    assert picked == [
        "应到 9 人，已到 9 人，未到 0 人",
        "应到 9 人，已到 3 人，未到 6 人",
        "应到 9 人，已到 0 人，未到 9 人",
    ]
    row = sample.locator(".att li").first
    assert row.locator(".why").is_visible()
    row.locator("input").check()
    assert not row.locator(".why").is_visible()


def test_a_draft_is_kept_two_seconds_after_the_last_change(sample):
    with sample.expect_request("**/draft/") as sent:
        sample.locator("[name=topic]").fill("入户检查")
    assert "topic=%E5%85%A5%E6%88%B7%E6%A3%80%E6%9F%A5" in sent.value.post_data
    # the page shows an older time from the start, so the answer is what has to be waited for
    expect(sample.locator("form[data-guard] [name=version]")).to_have_value("8")


def test_a_draft_waits_while_there_is_no_line(sample):
    sample.context.set_offline(True)
    sample.locator("[name=topic]").fill("入户检查")
    sample.locator("[data-draft-status]").filter(has_text="已存在本机").wait_for()
    with sample.expect_request("**/draft/"):
        sample.context.set_offline(False)
    sample.locator("[data-draft-status]").filter(has_text="草稿已保存").wait_for()
    assert sample.evaluate("localStorage.length") == 0


def test_a_draft_sent_after_the_session_ended_is_not_called_kept(sample):
    sample.locator("[name=topic]").fill("登录过期")
    sample.locator("[data-draft-status]").filter(has_text="没有存上").wait_for()
    assert sample.locator("form[data-guard]").get_attribute("data-dirty") == "yes"


def test_shortcuts_lead_on_and_keep_out_of_fields(new_page, live_server):
    page = new_page()
    page.goto(live_server.url + "/sample/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.type("gln?")
    assert page.locator("[data-search]").input_value() == "gln?"
    page.locator("main").focus()
    page.keyboard.press("?")
    assert page.locator("#shortcuts").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.textContent") == "补录 10 月支委会"
    with page.expect_navigation():
        page.keyboard.press("g")
        page.keyboard.press("l")
    assert page.url == live_server.url + reverse("activities:list")
    with page.expect_navigation():
        page.keyboard.press("n")
    assert page.url == live_server.url + reverse("activities:create")


def test_filters_are_folded_on_the_phone_while_none_is_set(new_page, live_server, viewport):
    page = new_page(viewport)
    shown = []
    for query in ("", "?period=2026H2"):
        page.goto(live_server.url + "/sample/" + query)
        shown.append(page.locator(".filters").is_visible())
    assert shown == [viewport == "desktop", True]
    page.goto(live_server.url + "/sample/")
    if viewport == "phone":
        page.locator(".fold > summary").click()
    expect(page.locator(".filters")).to_be_visible()


def test_filters_apply_themselves(new_page, live_server):
    page = new_page()
    page.goto(live_server.url + "/sample/")
    page.locator(".filters [name=q]").fill("党课")
    with page.expect_navigation():
        page.locator(".filters [name=q]").blur()
    assert page.url == live_server.url + "/sample/?period=2026H2&q=%E5%85%9A%E8%AF%BE"


def test_the_text_is_copied_whole(new_page, live_server):
    page = new_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=live_server.url)
    page.goto(live_server.url + "/sample/")
    page.locator("[data-copy] button").click()
    page.locator("[data-copy] [role=status]", has_text="已复制").wait_for(state="attached")
    assert page.evaluate("navigator.clipboard.readText()") == "主题党日\n城西供电所党支部"


def test_the_user_menu_closes_with_escape(new_page, live_server):
    page = new_page()
    page.goto(live_server.url + "/sample/")
    page.locator(".topbar .usermenu summary").click()
    assert page.locator(".topbar .usermenu .panel").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator(".topbar .usermenu .panel").is_visible()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_leaving_unsaved_text_asks_once(new_page, live_server):
    page = new_page()
    asked = []
    page.goto(live_server.url + "/sample/")
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.locator("[name=topic]").press_sequentially("入户")
    page.goto(live_server.url + "/units/")
    page.goto(live_server.url + "/sample/")
    assert asked == ["beforeunload"]


def test_paper_has_no_chrome_and_shows_its_tables(new_page, live_server):
    page = new_page()
    page.goto(live_server.url + "/sample/")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 635, "height": 900})  # what A4 leaves between our margins
    gone = [".topbar", ".phonebar", ".side", ".tabbar", ".filters", ".actbar", ".pager", ".acts", ".toasts"]
    assert [css for css in gone if page.locator(css).first.is_visible()] == []
    assert page.locator(".stack-p thead").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 635


def test_the_undo_toast_goes_after_ten_seconds(new_page, live_server):
    page = new_page()
    page.clock.install()
    page.goto(live_server.url + "/sample/")
    assert page.locator("[data-toast]").count() == 1
    page.clock.run_for(10_000)
    assert page.locator("[data-toast]").count() == 0


def test_the_phone_has_five_tabs_and_the_desk_has_a_sidebar(sample, live_server, viewport):
    sample.goto(live_server.url + "/activities/new/")
    sample.evaluate("document.body.classList.remove('has-actbar')")
    menus = [sample.locator(f"{menu} a:visible") for menu in (".tabbar", ".side")]
    current = sample.locator(".tabbar [aria-current]:visible, .side [aria-current]:visible")
    shown = [[text.strip() for text in menu.all_inner_texts()] for menu in (*menus, current)]
    phone = [["工作台", "组织生活", "记一笔", "先锋榜", "我的"], [], ["记一笔"]]
    desktop = [[], ["工作台", "组织生活", "党组织", "先锋榜", "全省看板"], ["组织生活"]]
    assert shown == (phone if viewport == "phone" else desktop)


def test_entry_works_without_script(browser, live_server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url + "/sample/")
    assert page.locator("[data-step]").first.is_visible() is False
    assert page.locator(".filters button").is_visible()
    assert page.locator(".att .why").first.is_visible()
    page.locator(".actbar .btn-primary").click()
    assert page.locator(".errsum li").count() == 2
    context.close()
