#!/usr/bin/env python3
"""Opens the pages of `seep pprof -flame` and `-http` in a headless Chromium: tests/web/run.py --seep build/release/seep

    --only REGEX       tests whose name matches
    --pictures FOLDER  a picture of every page that was looked at

Without a browser it says so and exits with 77 (skipped).
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import traceback

import browser

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BEFORE, NOW = (os.path.join(ROOT, "testbed/recorded/s0", name) for name in ("heap_5min.txt", "heap_cur.txt"))
FOUND = "document.getElementById('found').textContent"
NATIVE = os.path.join(ROOT, "tests/formats/native_heap/heaptrack.testbed-cgo.zst")
CRUMB = "document.getElementById('crumb').textContent"
DETAIL = "document.getElementById('detail').textContent"
TITLE = "document.getElementById('title').textContent"


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


class Run:
    def __init__(self, seep, pictures):
        self.seep, self.pictures = os.path.abspath(seep), pictures
        self.folder = tempfile.TemporaryDirectory(prefix="seep_web.")
        os.environ["XDG_CONFIG_HOME"] = self.folder.name  # named settings are not to be the user's

    def flame(self, *arguments):
        """The address of a page made by -flame."""
        path = os.path.join(self.folder.name, "flame.html")
        with open(path, "wb") as out:
            subprocess.run([self.seep, "pprof", "-flame", *arguments], stdout=out, stderr=subprocess.DEVNULL, check=True)
        return "file://" + path

    def look(self, page, name):
        if self.pictures:
            page.picture(os.path.join(self.pictures, name + ".png"))


def click_row(page, row, x=300):
    """Clicks into a row of the flame graph; rows are 19 pixels high, 0 is the root's."""
    top = page.run("document.querySelector('#flame canvas').getBoundingClientRect().top")
    page.click(x, top + 19 * row + 9)


def choose(page, text):
    """Presses the button that says `text`."""
    expect(page.run(f"(() => {{ const b = [...document.querySelectorAll('button')].find((b) => b.textContent === '{text}'); b?.click(); return !!b; }})()"),
           f"no button {text}")


def test_flame_shows_zooms_and_links(run):
    with browser.Browser() as page:
        page.open(run.flame(NOW))
        expect(page.run(TITLE) == "homepage inuse_space", page.run(TITLE))
        run.look(page, "flame")
        click_row(page, 1)
        page.wait(f"{DETAIL}.includes('startDialConnForLocked') && {CRUMB}.includes('zoom out')")
        run.look(page, "flame_zoomed")
        link = page.run("location.href")
        expect("#at=" in link, link)
        page.key("Escape")
        page.wait(f"!{CRUMB}.includes('zoom out')")
        page.open(link)
        page.wait(f"{CRUMB}.includes('zoom out')")
        expect(not page.errors, page.errors)


def test_search_sandwich_and_table(run):
    with browser.Browser(dark=True) as page:
        page.open(run.flame(NOW))
        page.key("/")
        page.type("bufio[.]NewR")
        page.wait(f"{FOUND} === '1 function, 27.9%'")
        run.look(page, "flame_search_dark")
        page.key("Enter")
        page.wait(f"{DETAIL}.includes('bufio.NewReaderSize')")
        page.key("s")
        page.wait(f"{CRUMB}.includes('Callers above, callees below: bufio.NewReaderSize')")
        run.look(page, "flame_sandwich_dark")
        page.key("t")
        page.wait("document.querySelectorAll('#table tbody tr').length === 1")
        page.key("/")
        page.key("Escape")
        page.wait("document.querySelectorAll('#table tbody tr').length > 20")
        first = page.run("document.querySelector('#table tbody tr').textContent")
        expect(first.startswith("14.55MB27.9%14.55MB27.9%bufio.NewReaderSize"), first)
        run.look(page, "flame_table_dark")
        page.run("document.querySelector('#query').value = '('; document.querySelector('#query').dispatchEvent(new Event('input'))")
        page.wait("document.getElementById('query').classList.contains('wrong')")
        expect(not page.errors, page.errors)


def test_arrows_walk_and_keys_are_listed(run):
    with browser.Browser() as page:
        page.open(run.flame(NOW))
        page.key("ArrowDown")
        page.wait(f"{DETAIL}.startsWith('all')")
        page.key("ArrowDown")
        page.wait(f"{DETAIL}.includes('startDialConnForLocked')")
        page.key("ArrowRight")
        page.wait(f"{DETAIL}.includes('drive.func1')")
        page.key("Enter")
        page.wait(f"{CRUMB}.includes('zoom out')")
        for key, said in (("u", "up=1"), ("o", "order=name"), ("i", "dir=inverted")):
            page.key(key)
            page.wait(f"location.hash.includes('{said}')")
            run.look(page, "flame_" + said.split("=")[1])
        page.key("?")
        page.wait("document.getElementById('keys').open")
        run.look(page, "keys")
        expect(not page.errors, page.errors)


def test_sample_types_change_without_a_server(run):
    with browser.Browser() as page:
        page.open(run.flame(NOW))
        page.run("(() => { const s = document.querySelector('#choices select'); s.value = '0'; s.dispatchEvent(new Event('change')); })()")
        page.wait(f"{TITLE} === 'homepage alloc_objects' || {TITLE} === 'homepage inuse_objects'")
        expect("si=" in page.run("location.hash"), "a link says the sample type")
        expect(not page.errors, page.errors)


def test_difference_has_both_sides(run):
    with browser.Browser() as page:
        page.open(run.flame("-base", BEFORE, NOW))
        expect(page.run(CRUMB) == "45.61MB before, 52.12MB now: +6.51MB (+14.3%)", page.run(CRUMB))
        run.look(page, "difference")
        click_row(page, 1)
        page.wait(f"{DETAIL}.includes('was 28.1MB +8.01MB')")
        page.key("Escape")
        page.run("(() => { const s = document.querySelectorAll('#choices select')[1]; s.value = 'grew'; s.dispatchEvent(new Event('change')); })()")
        page.wait("location.hash.includes('width=grew')")
        run.look(page, "difference_grew")
        choose(page, "Normalise")
        page.wait(f"{CRUMB}.includes('52.12MB before, 52.12MB now: 0')")
        page.key("t")
        page.wait("document.querySelector('#table td.shrank')")
        run.look(page, "difference_table")
        expect(not page.errors, page.errors)


# How many pixels of the graph are of Go's hue and how many of C's, which stand in page.js.
HUES = """(() => {
  const canvas = document.querySelector('#flame canvas'), p = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  const near = { 192: 0, 24: 0 };
  for (let i = 0; i < p.length; i += 4) {
    const [r, g, b] = [p[i], p[i + 1], p[i + 2]], high = Math.max(r, g, b), span = high - Math.min(r, g, b);
    if (span < 30 || !p[i + 3]) continue;
    const hue = 60 * (high === r ? (g - b) / span : high === g ? 2 + (b - r) / span : 4 + (r - g) / span);
    for (const key in near) if (Math.abs(hue - key) < 4) ++near[key];
  }
  return near[192] + ' ' + near[24];
})()"""


def test_go_and_c_have_a_colour_each(run):
    with browser.Browser() as page:
        page.open(run.flame(NATIVE))
        expect(page.run("document.getElementById('legend').textContent") == "GoC and C++", "no legend")
        # The graph is drawn when the browser has a frame to draw.
        page.wait(f"(() => {{ const [go, c] = {HUES}.split(' ').map(Number); return go > 5000 && c > 5000; }})()")
        run.look(page, "go_and_c")
        page.click(*page.run("(() => { const b = document.getElementById('theme').getBoundingClientRect(); return [b.x + 5, b.y + 5]; })()"))
        run.look(page, "go_and_c_other_theme")
        page.open(run.flame(NOW))
        expect(page.run("document.getElementById('legend') === null"), "a legend without C")
        expect(not page.errors, page.errors)


def test_hostile_names_are_text(run):
    name = "<img src=x onerror=window.bad=1></script><script>window.bad=1</script>"
    text = f"heap profile: 1: 4096 [1: 4096] @ heap/1048576\n1: 4096 [1: 4096] @ 0x1000\n#\t0x1000\t{name}+0x1\t/x.go:1\n"
    path = os.path.join(run.folder.name, "hostile.txt")
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)
    with browser.Browser() as page:
        page.open(run.flame(path))
        click_row(page, 1)
        page.key("t")
        page.wait("document.querySelector('#table tbody tr')")
        expect(page.run("window.bad") is None, "a name ran as a script")
        expect(not page.errors, page.errors)


def test_nothing_to_draw_is_said(run):
    with browser.Browser() as page:
        page.open(run.flame("-focus", "no such function", NOW))
        page.wait("!document.getElementById('empty').hidden")
        expect("No samples" in page.run("document.getElementById('empty').textContent"), "what is missing")
        expect(not page.errors, page.errors)


class Served:
    """seep pprof -http on a free port."""

    def __init__(self, run, *arguments):
        self.process = subprocess.Popen([run.seep, "pprof", "-http=localhost:", "-no_browser", *arguments], stderr=subprocess.PIPE, text=True)

    def __enter__(self):
        for line in self.process.stderr:
            if line.startswith("Serving web UI on "):
                self.url = line.split()[-1]
                return self
        raise AssertionError("it did not say where it serves")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.process.stderr.close()


def test_served_views(run):
    with Served(run, NOW) as server, browser.Browser() as page:
        page.open(server.url)
        page.wait(f"{TITLE} === 'homepage inuse_space'")
        expect(page.run("location.pathname") == "/ui/flamegraph", page.run("location.pathname"))
        choose(page, "Graph")
        if shutil.which("dot"):
            page.wait("document.querySelector('#served svg .node')")
        else:  # it says so, and the browser complains of the status
            page.wait("document.querySelector('#served .note')?.textContent.includes('Graphviz')")
            page.errors.clear()
        run.look(page, "served_graph")
        choose(page, "Peek")
        page.wait("document.getElementById('served').textContent.includes('Type a function')")
        page.key("/")
        page.type("NewReaderSize")
        page.wait("document.querySelector('#served pre')?.textContent.includes('(*Transport).dialConn')")
        expect(page.run("location.pathname") == "/ui/peek", "every view has a path")
        run.look(page, "served_peek")
        page.open(server.url + "/ui/source?f=NewReaderSize")
        page.wait("document.querySelector('#served pre')?.textContent.includes('ROUTINE')")
        expect(not page.errors, page.errors)


def test_served_filters_are_in_the_address(run):
    with Served(run, "-base", BEFORE, NOW) as server, browser.Browser() as page:
        page.open(server.url + "/ui/top?f=NewReaderSize&si=alloc_space")
        page.wait("document.querySelector('#table tbody tr')")
        expect(page.run(TITLE) == "homepage alloc_space", page.run(TITLE))
        expect(page.run("document.querySelector('#refine input').value") == "NewReaderSize", "the filter is shown")
        expect("NewWriterSize" not in page.run("document.getElementById('table').textContent"), "the filter holds")
        page.run("(() => { const i = document.querySelector('#refine input'); i.value = 'NewWriterSize'; i.dispatchEvent(new Event('change')); })()")
        page.wait("location.search.includes('f=NewWriterSize') && document.getElementById('table').textContent.includes('NewWriterSize')")
        run.look(page, "served_refined")
        page.run("document.querySelector('#table tbody button').click()")
        page.wait("location.pathname === '/ui/flamegraph' && document.getElementById('crumb').textContent.includes('Callers above')")
        page.key("ArrowDown")
        choose(page, "Ignore")
        page.wait("location.pathname === '/ui/flamegraph' && location.search.includes('i=')")
        page.open(server.url + "/ui/flamegraph?f=(")
        page.wait("document.getElementById('empty').textContent.includes('missing closing )')")


def test_settings_are_kept_under_a_name(run):
    with Served(run, NOW) as server, browser.Browser() as page:
        page.open(server.url + "/ui/flamegraph?f=NewReaderSize")
        page.wait("document.querySelector('[aria-label=\"Named settings\"]')")
        pick = """(() => { const s = document.querySelector('[aria-label="Named settings"]');
                 s.value = '%s'; s.dispatchEvent(new Event('change')); })()"""
        page.run("window.prompt = () => 'readers'")
        page.run(pick % "save")
        page.wait("[...document.querySelectorAll('option')].some((o) => o.textContent === 'Delete readers')")
        page.open(server.url)
        page.wait("[...document.querySelectorAll('option')].some((o) => o.textContent === 'readers')")
        page.run(pick % "0")
        page.wait("location.search === '?f=NewReaderSize'")
        expect(not page.errors, page.errors)
    with open(os.path.join(run.folder.name, "pprof/settings.json"), encoding="utf-8") as file:
        expect(json.load(file)["configs"][0]["focus"] == "NewReaderSize", "in pprof's own file")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seep", required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--pictures")
    options = parser.parse_args()
    if not browser.find():
        print("skipped: no chromium in PATH")
        return 77
    if options.pictures:
        os.makedirs(options.pictures, exist_ok=True)
    failed = 0
    run = Run(options.seep, options.pictures)
    for name, test in sorted(globals().items()):
        if not name.startswith("test_") or not re.search(options.only, name):
            continue
        try:
            test(run)
            print("ok    ", name[5:])
        except Exception:  # a test may fail in any way; the others go on
            failed += 1
            print("FAILED", name[5:])
            traceback.print_exc(file=sys.stdout)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
