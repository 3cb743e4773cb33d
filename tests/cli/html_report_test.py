"""The HTML report in a real browser: no errors, no requests, nothing of a scenario is executed, and
all can be read and operated, without JavaScript, with the keyboard, narrow, dark and on paper.

Usage: html_report_test.py SOURCE_DIR BINARY [SCREENSHOTS]. With SCREENSHOTS, a folder, pictures of
all pages are left there. Exit 77 (skipped) where Chromium or Selenium is missing."""

import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

try:
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
except ImportError as missing:
    # The distribution's packages belong to the distribution's Python.
    if sys.executable != "/usr/bin/python3" and os.path.exists("/usr/bin/python3"):
        os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])
    print(f"skipped: {missing}")
    sys.exit(77)

BROWSER = shutil.which("chromium")
DRIVER = shutil.which("chromedriver")
if not BROWSER or not DRIVER:
    print("skipped: chromium or chromium-driver is missing")
    sys.exit(77)

BYTES_MAX = 2_000_000
WIDTHS = (1280, 800, 360)
# Scrolling takes no time, so that nothing has to be waited for.
STILL = {"name": "prefers-reduced-motion", "value": "reduce"}

EVIL = ["</script><img src=x onerror=alert(1)>",
        "\" onmouseover=\"alert(1)\" autofocus onfocus=\"alert(1)",
        "'><svg onload=alert(1)>", "{{{script}}}{{>words}}", "\u202egnp\u2066\u2028\x1b[31m",
        "javascript:alert(1)",
        "</pre></bdi></style><style>body{display:none}</style>",
        "<base href=//e.x><form action=//e.x>"]


def hostile_scenario():
    """JSON is YAML, with escapes for all that cannot stand in a file. Everything in it fails."""
    everything = " ".join(EVIL)
    steps = []
    for number, text in enumerate(EVIL):
        handle = text.replace(".", "").replace("*", "")
        steps += [{"create": handle, "ttl": f"{number + 1}h", "meta": {text: text},
                   "display_name": text},
                  {"request": {"method": "GET", "path": "cubbyhole/" + text},
                   "expect": {"status": 200, "error": text}},
                  {"request": {"method": "GET", "path": "nowhere/" + text}}]
    steps.append({"at": "3h30m",
                  "expect": {text.replace(".", "").replace("*", ""): "dead" for text in EVIL}})
    return json.dumps({"lapse": 1, "name": everything, "about": everything, "steps": steps})


def large_scenario(tokens):
    """Fleets of tokens below schedulers that end before them."""
    fleet = {"times": tokens // 2, "every": "100ms",
             "steps": [{"create": "job{i}", "as": "scheduler", "ttl": "10h"}]}
    batch = {"times": tokens // 2, "every": "100ms",
             "steps": [{"create": "batch{i}", "as": "other", "type": "batch", "ttl": "20m"}]}
    policy = 'path "auth/token/create" { capabilities = ["update"] }'
    return json.dumps({
        "lapse": 1, "name": "large", "policies": {"maker": policy},
        "steps": [{"create": "scheduler", "ttl": "3h", "policies": ["maker"]},
                  {"create": "other", "ttl": "768h", "policies": ["maker"]},
                  {"repeat": fleet}, {"repeat": batch},
                  {"at": "30h", "expect": {"scheduler": {"state": "expired", "at": "3h"}}}]})


def browser():
    options = Options()
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     "--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND"):
        options.add_argument(argument)
    options.binary_location = BROWSER
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    # A dialog must be seen by the test, not closed for it.
    options.set_capability("unhandledPromptBehavior", "ignore")
    return webdriver.Chrome(service=Service(DRIVER), options=options)


class Pages:
    """Reports of the scenarios to look at."""

    def __init__(self, source, binary, folder):
        self.source = source
        self.binary = binary
        self.folder = pathlib.Path(folder)

    def report(self, name, scenario, *arguments):
        path = self.folder / (name + ".html")
        seen = subprocess.run([self.binary, "run", scenario, "--report", f"html={path}",
                               *arguments],
                              cwd=self.source, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        if seen.returncode > 1:
            raise SystemExit(f"{scenario}: {seen.stdout}")
        return path

    def written(self, name, text):
        scenario = self.folder / (name + ".yaml")
        scenario.write_text(text)
        return self.report(name, str(scenario))

    def all(self):
        pages = {}
        for path in sorted(self.source.glob("scenarios/tour/*.yaml")) + sorted(
                self.source.glob("scenarios/incidents/*.yaml")):
            pages[path.stem] = self.report(path.stem, path.relative_to(self.source).as_posix())
        pages["failed"] = self.report("failed", "scenarios/tour/01-keys-die-with-the-token.yaml",
                                      "--set", "steps.0.ttl=10h")
        pages["hostile"] = self.written("hostile", hostile_scenario())
        pages["thousand"] = self.written("thousand", large_scenario(1_000))
        pages["large"] = self.written("large", large_scenario(100_000))
        return pages


class Check:
    def __init__(self, driver):
        self.driver = driver
        self.faults = []
        self.checks = 0

    def that(self, held, page, text):
        self.checks += 1
        if not held:
            self.faults.append(f"{page}: {text}")

    # -- the browser -------------------------------------------------------------------------

    def js(self, text):
        return self.driver.execute_script(text)

    def look(self, width=1280, dark=False, media=""):
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia",
                                    {"media": media, "features": [scheme, STILL]})
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                    {"width": width, "height": 900, "deviceScaleFactor": 1,
                                     "mobile": False})

    def open(self, path, scripts=True):
        self.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not scripts})
        self.driver.get("about:blank")
        self.driver.get_log("performance")
        self.driver.get_log("browser")
        self.driver.get(path.as_uri())

    # -- what must hold of every page ----------------------------------------------------------

    def loads_nothing(self, name, path):
        wanted = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                wanted.append(message["params"]["request"]["url"])
        self.that(set(wanted) == {path.as_uri()}, name, f"asked for {wanted}")
        log = self.driver.get_log("browser")
        self.that(not log, name, f"console: {log}")

    def is_whole(self, name, path):
        self.that(path.stat().st_size < BYTES_MAX, name, f"has {path.stat().st_size} bytes")
        double = self.js("""const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
                            return ids.filter((id, i) => ids.indexOf(id) !== i)""")
        self.that(not double, name, f"ids twice: {double[:5]}")
        dead = self.js("""return [...document.querySelectorAll('a[href], use[href]')]
            .map(e => e.getAttribute('href'))
            .filter(h => h[0] !== '#' || !document.getElementById(h.slice(1)))""")
        self.that(not dead, name, f"links to nothing: {dead[:5]}")
        silent = self.js("""return [...document.querySelectorAll('svg')].filter(s =>
            !s.closest('[aria-hidden=true]') && !s.closest('figure') &&
            !s.getAttribute('aria-label') &&
            !(s.querySelector('title') && s.querySelector('title').textContent.trim())).length""")
        self.that(silent == 0, name, f"{silent} drawings without a text")
        self.that(self.js("return document.documentElement.lang") == "en", name, "has no language")
        self.that(self.js("return document.querySelectorAll('h1').length") == 1, name,
                  "has not one h1")
        elements = self.js("return document.getElementsByTagName('*').length")
        self.that(elements < 40_000, name, f"has {elements} elements")

    def holds_nothing_foreign(self, name):
        foreign = self.js("""return [...document.querySelectorAll(
            'img, iframe, object, embed, link, base, form, video, audio, foreignObject, animate, ' +
            'set, image')]
            .map(e => e.outerHTML.slice(0, 80))""")
        self.that(not foreign, name, f"foreign elements: {foreign}")
        self.that(self.js("return document.scripts.length") == 1, name,
                  "has more than its own script")
        self.that(self.js("return document.styleSheets.length") == 1, name,
                  "has more than its own style")
        handlers = self.js("""return [...document.getElementsByTagName('*')]
            .flatMap(e => [...e.attributes])
            .filter(a => a.name.startsWith('on') ||
                         a.name === 'style' && a.ownerElement.id !== 'chart')
            .map(a => a.name + '=' + a.value)""")
        self.that(not handlers, name, f"attributes that act: {handlers}")

    def fits(self, name):
        for width in WIDTHS:
            self.look(width)
            over = self.js("""const d = document.documentElement;
                              return d.scrollWidth - d.clientWidth""")
            self.that(over <= 0, name, f"is {over} pixels too wide at {width}")
        self.look()
        covered = self.js("""
            const boxes = [...document.querySelectorAll('.axis text')]
                .map(t => t.getBoundingClientRect())
                .filter(b => b.width > 0).sort((a, b) => a.left - b.left);
            return boxes.filter((b, i) => i > 0 && b.left < boxes[i - 1].right + 2).length""")
        self.that(covered == 0, name, "labels of the axis overlap")

    def can_be_read(self, name):
        """Contrast of all texts, light and dark: 4.5 to 1 (WCAG AA)."""
        for dark in (False, True):
            self.look(dark=dark)
            low = self.js(CONTRAST)
            self.that(not low, name, f"{'dark' if dark else 'light'}: low contrast {low[:3]}")
        self.look()

    # -- operating it ----------------------------------------------------------------------------

    def works_without_scripts(self, name, path):
        self.open(path, scripts=False)
        nodes = self.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
        seen = [(n.get("role", {}).get("value"), n.get("name", {}).get("value", "")) for n in nodes
                if not n.get("ignored")]
        texts = " ".join(text for _, text in seen)
        for words in ("PASS", "Skip to what died", "app", "expired: its own TTL ran out",
                      "Its parent", "8h less than advertised", "ended 1h, taken along from above"):
            self.that(words in texts, name, f"without JavaScript there is no {words!r}")
        roles = [role for role, _ in seen]
        for role in ("banner", "main", "navigation", "table", "list"):
            self.that(role in roles, name, f"without JavaScript there is no {role}")
        drawings = [text for role, text in seen if role in ("image", "img")
                    and "was advertised" in text]
        self.that(len(drawings) == 3, name, f"lifelines with a sentence: {drawings}")
        self.that("slider" not in roles, name, "a slider shows that does nothing")
        self.that("Copy" not in texts, name, "a button shows that does nothing")
        self.loads_nothing(name, path)

    def press(self, *keys):
        self.driver.switch_to.active_element.send_keys(*keys)

    def focused(self, what):
        return self.js(f"return document.activeElement.{what}")

    def tab_to(self, condition, limit=80):
        for _ in range(limit):
            self.driver.switch_to.active_element.send_keys(Keys.TAB)
            if self.js(f"const e = document.activeElement; return {condition}"):
                return True
        return False

    def can_be_operated_by_keys(self, name, path):
        self.open(path)
        self.driver.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
        self.that(self.focused("className") == "skip", name, "the first stop is not the skip link")
        shown = self.js("""const e = document.activeElement;
                           const b = e.getBoundingClientRect(), s = getComputedStyle(e);
                           return b.top >= 0 && s.outlineStyle !== 'none' &&
                                  parseFloat(s.outlineWidth) >= 2""")
        self.that(shown, name, "the skip link does not show when it has the focus")
        self.press(Keys.ENTER)
        self.that(self.js("return location.hash") == "#died", name,
                  "the skip link does not lead to the deaths")
        self.that(self.tab_to("e.type === 'search'"), name, "the filter is no tab stop")
        self.press("keys")
        shown = self.js("""return [...document.querySelectorAll('#deaths tbody tr')]
                           .filter(r => !r.hidden).length""")
        self.that(shown == 1,
                  name, "the filter does not leave one row")
        self.that("1 of 3" in self.js("return document.getElementById('found').textContent"), name,
                  "the filter does not say how many are left")
        self.press(Keys.BACKSPACE * 4)
        self.that(self.tab_to("e.textContent === 'Lived'"), name, "column heads are no tab stops")
        self.press(Keys.ENTER, Keys.ENTER)
        head = "document.querySelector('th[data-key=lived]')"
        self.that(self.js(f"return {head}.getAttribute('aria-sort')") == "descending",
                  name, "a column head does not sort")
        self.that(self.tab_to("e.matches('#deaths tbody tr')"), name, "rows are no tab stops")
        before = self.focused("rowIndex")
        self.press(Keys.ARROW_DOWN)
        self.that(self.focused("rowIndex") == before + 1, name, "arrow keys do not walk the rows")
        self.press(Keys.ENTER)
        self.that(self.js("return location.hash").startswith("#l"), name,
                  "Enter on a row does not show its lifeline")
        self.slider_moves_the_tree(name)

    def slider_moves_the_tree(self, name):
        self.that(self.tab_to("e.id === 'instant'"), name, "the slider is no tab stop")
        states = """return [...document.querySelectorAll('#tree-root .state')]
                    .map(s => s.textContent)"""
        self.that("alive" in self.js(states)[0], name, "root is not alive at the end")
        self.that(self.js(states)[1].startswith("ended 1h"), name, "app has not ended at the end")
        self.press(Keys.HOME)
        self.that(set(self.js(states)) == {"alive"}, name, f"at the start: {self.js(states)}")
        self.that(self.js("return document.getElementById('instant-text').textContent") == "0s",
                  name,
                  "the slider does not say where it stands")
        instant = "document.getElementById('instant')"
        self.that(self.js(f"return {instant}.getAttribute('aria-valuetext')") == "0s",
                  name, "the slider does not tell a screen reader where it stands")

    def can_be_zoomed(self, name, path):
        self.open(path)
        labels = """return [...document.querySelectorAll('#chart .ticks text')]
                    .map(t => t.textContent)"""
        before = self.js(labels)
        self.driver.find_element(By.CSS_SELECTOR, "[data-zoom='16']").send_keys(Keys.ENTER)
        self.that(len(self.js(labels)) > 8 * len(before), name,
                  "zooming does not bring finer labels")
        self.that(set(before[:-1]) <= set(self.js(labels)), name,
                  f"{before} are not among the finer labels")
        self.that(self.js("""const c = document.getElementById('chart');
                             return c.scrollWidth > 10 * c.clientWidth"""),
                  name, "zooming does not widen the drawing")
        self.that(self.js("""const d = document.documentElement;
                             return d.scrollWidth <= d.clientWidth"""), name,
                  "zooming widens the page")
        self.driver.find_element(By.CSS_SELECTOR, "[data-zoom='1']").send_keys(Keys.ENTER)
        self.that(self.js(labels) == before, name, "zooming out does not restore the labels")

    def can_be_copied(self, name, path, text):
        self.open(path)
        self.that(self.js("return document.getElementById('scenario').textContent") == text, name,
                  "the scenario to copy is not the scenario")
        self.driver.find_element(By.CSS_SELECTOR, "[data-of=replay]").send_keys(Keys.ENTER)
        said = self.driver.execute_async_script("""
            const done = arguments[0], b = document.querySelector('[data-of=replay]');
            setTimeout(() => done(b.textContent), 300)""")
        self.that(said.startswith(("Copied", "Selected")), name, f"the copy button says {said!r}")

    def can_be_printed(self, name, path):
        self.open(path)
        pages = self.driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})
        document = base64.b64decode(pages["data"])
        self.that(document[:4] == b"%PDF" and len(document) > 10_000, name, "cannot be printed")
        return document


# Texts whose colour is too near to their background. Colours with alpha and gradients are not used.
CONTRAST = """
const channel = v => { v /= 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; };
const light = c => {
  const [r, g, b] = c.match(/[\\d.]+/g).map(Number);
  return .2126 * channel(r) + .7152 * channel(g) + .0722 * channel(b);
};
const ratio = (a, b) => {
  const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
  return (x + .05) / (y + .05);
};
const back = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
  if (c !== 'rgba(0, 0, 0, 0)' && c !== 'transparent') return c; } return 'rgb(255, 255, 255)'; };
const low = [];
for (const e of [...document.querySelectorAll('body *')].slice(0, 3000)) {
  const worded = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
  if (!worded || !e.getClientRects().length) continue;
  if (['SCRIPT', 'STYLE', 'OPTION', 'TITLE', 'DESC'].includes(e.tagName.toUpperCase())) continue;
  const style = getComputedStyle(e);
  const colour = e.namespaceURI.endsWith('svg') ? style.fill : style.color;
  const r = ratio(colour, back(e));
  const text = e.textContent.trim().slice(0, 30);
  if (r < 4.5) low.push(e.tagName + '.' + e.className + ' ' + r.toFixed(2) + ' ' + text);
}
return low;
"""


def screenshots(check, name, path, folder):
    for look, options in {"light": {}, "dark": {"dark": True}, "narrow": {"width": 390}}.items():
        check.look(**options)
        check.open(path)
        size = check.js("""const d = document.documentElement;
                           return [d.clientWidth, d.scrollHeight]""")
        clip = {"x": 0, "y": 0, "width": size[0], "height": min(size[1], 3200), "scale": 1}
        picture = check.driver.execute_cdp_cmd(
            "Page.captureScreenshot",
            {"format": "png", "captureBeyondViewport": True, "clip": clip})
        (folder / f"{name}-{look}.png").write_bytes(base64.b64decode(picture["data"]))
    check.look()
    (folder / f"{name}.pdf").write_bytes(check.can_be_printed(name, path))


def main(source, binary, pictures=None):
    with tempfile.TemporaryDirectory() as scratch:
        pages = Pages(source, binary, scratch).all()
        driver = browser()
        try:
            check = Check(driver)
            check.look()
            for name, path in pages.items():
                check.open(path)
                check.is_whole(name, path)
                check.holds_nothing_foreign(name)
                check.fits(name)
                check.loads_nothing(name, path)
                if pictures:
                    screenshots(check, name, path, pictures)
            first = "01-keys-die-with-the-token"
            for name in (first, "failed", "hostile", "i-18a-a-long-outage", "large"):
                check.open(pages[name])
                check.can_be_read(name)
                check.can_be_printed(name, pages[name])
            check.can_be_zoomed("i-18a-a-long-outage", pages["i-18a-a-long-outage"])
            check.can_be_operated_by_keys(first, pages[first])
            check.can_be_copied("failed", pages["failed"],
                                (source / "scenarios/tour" / (first + ".yaml")).read_text())
            check.can_be_copied("hostile", pages["hostile"], hostile_scenario())
            check.works_without_scripts(first, pages[first])
        finally:
            driver.quit()
    print("\n".join(check.faults) or f"{check.checks} checks of {len(pages)} pages held")
    return 1 if check.faults else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve(), str(pathlib.Path(sys.argv[2]).resolve()),
                  pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else None))
