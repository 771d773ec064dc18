#!/usr/bin/env python3
"""Checks exported pages in a headless Chromium: at 390, 1280 and 1920 pixels, light, dark and as printed.

    check-pages.py LECTERN [--pictures FOLDER] [--data FOLDER] [--run] SESSION...

Fails if a page scrolls horizontally, writes to the console, or sends any request. Wide content has to scroll in a box of
its own. It sorts a table, copies a cell and follows each link of the contents.
Written with playwright 1.65 and Chromium 156 of Debian 12 (`apt install chromium`, `pip install playwright`).
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile

from playwright.sync_api import TimeoutError, sync_playwright

WIDTHS = [(390, 844), (1280, 800), (1920, 1080)]

# The elements that reach beyond the page and are in no box that scrolls or cuts them.
OVERFLOWING = """() => {
  const inBox = (element) => {
    for (let box = element.parentElement; box && box !== document.body; box = box.parentElement)
      if (getComputedStyle(box).overflowX !== "visible") return true;
    return false;
  };
  return [...document.querySelectorAll("body *")]
    .filter((element) => element.getBoundingClientRect().right > innerWidth + 0.5 && !inBox(element))
    .slice(0, 5).map((element) => element.tagName + "." + element.className + " " + element.textContent.slice(0, 60));
}"""


def check(browser, page_file, pictures):
    failures = []
    for scheme in ["light", "dark"]:
        for width, height in WIDTHS:
            context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
            page = context.new_page()
            messages, requests = [], []
            page.on("console", lambda message: messages.append(message.text))
            page.on("pageerror", lambda error: messages.append(str(error)))
            page.on("request", lambda request: requests.append(request.url))
            page.goto(page_file.as_uri())
            name = f"{page_file.stem}-{width}-{scheme}"
            scrolls = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            wide = page.evaluate(OVERFLOWING)
            if scrolls > 0 or wide:
                failures.append(f"{name}: scrolls sideways by {scrolls} pixels: {wide}")
            failures += use(page, name)
            if messages:
                failures.append(f"{name}: console: {messages[:3]}")
            foreign = [url for url in requests if not url.startswith(("file:", "data:"))]
            if foreign:
                failures.append(f"{name}: asks for {foreign[:3]}")
            if pictures:
                page.screenshot(path=pictures / f"{name}.png", full_page=False)
                page.screenshot(path=pictures / f"{name}-whole.png", full_page=True, timeout=120_000)
            context.close()
    page = browser.new_page()
    page.goto(page_file.as_uri())
    pdf = page.pdf(format="A4", path=pictures / f"{page_file.stem}.pdf" if pictures else None)
    if not pdf.startswith(b"%PDF"):
        failures.append(f"{page_file.stem}: cannot be printed")
    page.close()
    return failures


def use(page, name):
    """Presses what can be pressed."""
    failures = []
    for link in page.query_selector_all("nav a"):
        target = link.get_attribute("href")[1:]
        if not page.evaluate("(id) => document.getElementById(id) !== null", target):
            failures.append(f"{name}: no heading for {target}")
    buttons, cells = page.query_selector_all("button.copy"), page.query_selector_all("pre.code")
    if len(buttons) != len(cells):
        failures.append(f"{name}: {len(buttons)} copy buttons for {len(cells)} cells")
    if buttons:
        buttons[0].click()
        try:
            page.wait_for_function(
                "(button) => button.textContent === document.body.dataset.copied", arg=buttons[0], timeout=5000)
        except TimeoutError:
            failures.append(f"{name}: a click does not copy")
    heads = page.query_selector_all("table.data th.number")
    if heads:
        heads[0].click()
        if heads[0].get_attribute("aria-sort") != "ascending":
            failures.append(f"{name}: a click does not sort")
    return failures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lectern")
    parser.add_argument("sessions", nargs="+")
    parser.add_argument("--pictures", type=pathlib.Path)
    parser.add_argument("--data")
    parser.add_argument("--run", action="store_true")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    arguments = parser.parse_args()
    if arguments.pictures:
        arguments.pictures.mkdir(parents=True, exist_ok=True)
    failures = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=arguments.chromium, args=["--no-sandbox"])
        for session in arguments.sessions:
            page_file = pathlib.Path(folder) / (pathlib.Path(session).name.removesuffix(".md") + ".html")
            options = (["--run"] if arguments.run else []) + (["--data", arguments.data] if arguments.data else [])
            subprocess.run(
                [arguments.lectern, "export", session, "--to", "html", "-o", str(page_file), *options], check=True)
            found = check(browser, page_file, arguments.pictures)
            print(f"{session}: {'as it should be' if not found else ''}")
            failures += found
        browser.close()
    for failure in failures:
        print(failure)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
