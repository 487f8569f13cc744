"""The islands in a real browser, on the scenes of the gallery, under the strict content policy."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from playwright.sync_api import Browser, Page, sync_playwright

from tests.hengke.faces import gallery_data, gallery_scenes

pytestmark = pytest.mark.browser
STATIC = Path(__file__).parents[3] / "src" / "hengke" / "faces" / "static"
POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'"
SUGGESTIONS = """<p class="hd">Customers</p>
<a class="it" role="option" aria-selected="false" href="/customer.html">淮河特种玻璃</a>
<a class="it" role="option" aria-selected="false" href="/list.html">淮河玻璃厂</a>
<script>document.title = "broken into"</script>"""
JOB_DONE = '<hk-jobs id="job-7"><b>imported</b></hk-jobs>'
WIDTHS = (1440, 1280, 375, 320)


class Handler(SimpleHTTPRequestHandler):
    """Scenes from a folder, static files from the source tree; only files of our own may run."""

    def translate_path(self, path: str) -> str:
        if path.startswith(settings.STATIC_URL):
            return str(STATIC / path.removeprefix(settings.STATIC_URL).split("?")[0])
        return super().translate_path(path)

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, *_args: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not (STATIC / "built" / "shell.js").exists():
        pytest.skip("the islands are not built: ./hengke test builds them")
    folder = tmp_path_factory.mktemp("gallery")
    for scene in gallery_scenes.SCENES:
        markup = render_to_string("hengke/gallery.html", gallery_scenes.context(scene))
        (folder / f"{scene}.html").write_text(markup, encoding="utf-8")
    for name, text in {"search/suggest": SUGGESTIONS, "gallery/job": JOB_DONE}.items():
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(text, encoding="utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    yield page
    page.close()
    assert errors == []


def test_slider_moves_marker_texts_link_and_address(page, site):
    page.goto(f"{site}/dashboard.html")
    before = page.locator("[data-mark=pin]").get_attribute("cx")
    page.locator("#ratio").fill("60")
    stop = {s.ratio: s for s in gallery_data.charts.head_stops(gallery_data.AMOUNTS)}[60]
    assert page.locator("output").inner_text() == "60%"
    assert page.locator("[data-mark=head]").text_content().startswith(f"{stop.customers} ")
    assert f"{gallery_data.wan(stop.amount)} " in page.locator("[data-mark=held]").text_content()
    assert page.locator("[data-ratio-link]").get_attribute("href").endswith("/customers?ratio=60")
    assert page.locator("[data-mark=pin]").get_attribute("cx") != before
    assert page.url.endswith("?ratio=60")
    assert page.locator("[data-apply]").is_hidden()


def test_list_keys_select_and_clear(page, site):
    page.goto(f"{site}/list.html")
    page.locator("h1").click()
    page.keyboard.press("Escape")
    assert page.locator(".selbar").is_hidden()
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    assert page.locator("[data-count]").inner_text() == "3"
    assert page.locator("tr[aria-selected=true]").count() == 3
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    assert page.url.endswith("#c6")


def test_a_list_that_was_replaced_no_longer_answers(page, site):
    page.goto(f"{site}/list.html")
    page.evaluate("""() => {
      const list = document.querySelector("hk-list");
      list.outerHTML = list.outerHTML;
    }""")
    page.locator("h1").click()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.locator("tr.cur").count() == 1
    assert page.locator("tr[aria-selected=true]").count() == 1
    assert page.locator("[data-count]").inner_text() == "1"


def test_a_failed_request_leaves_the_page_and_says_so(browser, site):
    page = browser.new_page()
    page.route(
        "**/states.html",
        lambda route: route.fulfill(
            body=route.fetch().text().replace("data-save>", 'data-save hx-get="/broken" hx-target="main">'),
            content_type="text/html",
        ),
    )
    page.route("**/broken", lambda route: route.fulfill(status=500, body="<h1>trace</h1>"))
    page.goto(f"{site}/states.html")
    page.locator("[data-save]").click()
    page.locator(".toast.error").wait_for()
    assert page.locator(".toast.error").inner_text() == page.locator("#toasts").get_attribute("data-failed")
    assert page.locator("main hk-upload").count() == 1
    page.close()


def test_keys_rest_while_typing_or_when_switched_off(page, site):
    page.goto(f"{site}/states.html")
    page.locator("[name=remark]").click()
    page.keyboard.type("gjx?")
    assert page.locator("[name=remark]").input_value() == "gjx?"
    assert page.locator("#keys[open]").count() == 0
    page.locator(".me summary").click()
    page.locator("[data-set=keys]").uncheck()
    page.locator("h1").click()
    page.keyboard.press("?")
    assert page.locator("#keys[open]").count() == 0


def test_palette_finds_goes_round_and_runs_no_script(page, site):
    page.goto(f"{site}/dashboard.html")
    page.keyboard.press("Control+k")
    option = page.locator("[role=option][aria-selected=true]")
    option.wait_for()
    assert option.inner_text() == "淮河特种玻璃"
    page.keyboard.press("ArrowUp")
    assert option.inner_text() == "淮河玻璃厂"
    assert page.locator("hk-palette input").get_attribute("aria-activedescendant") == "hk-option-1"
    assert page.title() != "broken into"
    page.keyboard.press("Enter")
    page.wait_for_url("**/list.html")


def test_review_takes_one_decision_and_no_second_key_of_a_go(page, site):
    page.goto(f"{site}/review.html")
    page.evaluate("""() => {
      window.hits = [];
      for (const b of document.querySelectorAll("[data-key]")) b.onclick = () => hits.push(b.dataset.key);
    }""")
    page.locator("h1").click()
    for key in "gra":
        page.keyboard.press(key)
    page.keyboard.press("a")
    assert page.evaluate("hits") == ["A"]


def test_theme_and_density_are_kept_for_the_server(page, site):
    page.goto(f"{site}/states.html")
    page.locator(".me summary").click()
    page.locator("[data-set=theme] [value=dark]").click()
    page.locator("[data-set=density] [value=compact]").click()
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    assert (cookies["hk_theme"], cookies["hk_density"]) == ("dark", "compact")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(233, 238, 240)"


def test_toasts_go_and_can_be_dismissed(page, site):
    page.goto(f"{site}/customer.html")
    page.locator("[data-dismiss]").last.click()
    assert page.locator(".toast").count() == 1
    page.evaluate("document.dispatchEvent(new CustomEvent('hk:toast', {detail: {text: '<b>'}}))")
    assert page.locator(".toast").last.inner_text() == "<b>"


def test_job_is_followed_until_it_is_done(page, site):
    page.goto(f"{site}/states.html")
    page.locator("hk-jobs b", has_text="imported").wait_for()
    assert page.locator("hk-jobs").get_attribute("src") is None
    assert page.locator("hk-jobs").get_attribute("aria-busy") == "false"


def test_dropped_files_are_listed_once(page, site):
    page.goto(f"{site}/states.html")
    drop = """() => {
      const data = new DataTransfer();
      data.items.add(new File(["a"], "ledger.csv", {lastModified: 1}));
      const drop = new DragEvent("drop", {dataTransfer: data, bubbles: true});
      document.querySelector("hk-upload").dispatchEvent(drop);
    }"""
    page.evaluate(drop)
    page.evaluate(drop)
    assert page.locator("[data-files] li").all_inner_texts() == ["ledger.csv\n0 MB"]


@pytest.mark.parametrize("scene", sorted(gallery_scenes.SCENES))
def test_no_page_scrolls_sideways(page, site, scene):
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{site}/{scene}.html")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("scene", sorted(gallery_scenes.SCENES))
def test_axe_finds_nothing(browser, site, scene, theme):
    from axe_playwright_python.sync_playwright import Axe

    for width in (1440, 375):
        context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme=theme, bypass_csp=True
        )
        page = context.new_page()
        page.goto(f"{site}/{scene}.html")
        found = Axe().run(page).response["violations"]
        assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []
        context.close()


def test_drawer_and_menus_work_without_a_script(browser, site):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 375, "height": 740})
    page = context.new_page()
    page.goto(f"{site}/list.html")
    assert page.locator("#side").is_hidden()
    page.locator("[popovertarget=side]").click()
    assert page.locator("#side .nav a").first.is_visible()
    context.close()
