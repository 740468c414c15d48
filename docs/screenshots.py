"""The pictures of the README, from the running demo: `make run` in one terminal, `make screenshots` in another."""

import io
import os
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent / "img"
SERVER = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
PASSWORD = "quantile-demo"
CHROMIUM = "/usr/bin/chromium"
COLORS = 128

PICTURES = {
    "builder": ("ada", "/quotes/?status=draft&search=campaign", "light"),
    "approval": ("ben", "/approvals/", "dark"),
}

HEIGHTS = {"builder": 1180}


def main() -> None:
    HERE.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for name, (person, path, theme) in PICTURES.items():
            size = {"width": 1440, "height": HEIGHTS.get(name, 900)}
            context = browser.new_context(base_url=SERVER, viewport=size, color_scheme=theme)
            page = context.new_page()
            sign_in(page, person)
            page.goto(path, wait_until="networkidle")
            open_first(page, name)
            save(page.screenshot(), HERE / f"{name}.png")
            context.close()
        browser.close()


def sign_in(page: Page, person: str) -> None:
    page.goto("/login/")
    page.get_by_label("User name").fill(person)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{SERVER}/")


def open_first(page: Page, name: str) -> None:
    """From a list to its first entry, where the picture is of that."""
    if name == "builder":
        page.locator("#results .row-link").first.click()
    elif name == "approval":
        page.get_by_role("link", name="Review and decide").first.click()
    page.wait_for_load_state("networkidle")


def save(picture: bytes, path: Path) -> None:
    """As a small file: these pages have few colours."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image.quantize(COLORS, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    main()
