"""Takes the pictures in docs/screenshots/ of a running demo: `python -m tools.take_screenshots`."""

import argparse
import os
import shutil
from pathlib import Path
from typing import Literal, NamedTuple

from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "screenshots"
DESK, PHONE = (1280, 800), (390, 844)


class Shot(NamedTuple):
    """A page of a tenant, as a browser of this size and colour scheme shows it."""

    name: str
    tenant: str
    path: str
    size: tuple[int, int]
    scheme: Literal["light", "dark"]


SHOTS = (
    Shot("home-1280", "demo", "/", DESK, "light"),
    Shot("home-390-dark", "demo", "/", PHONE, "dark"),
    Shot("search-1280", "demo", "/search?q=stonewear", DESK, "light"),
    Shot("category-390", "demo", "/categories/lighting", PHONE, "light"),
    Shot("product-1280", "demo", "/products/tarn-stoneware-mug", DESK, "light"),
    Shot("atelier-1280-dark", "atelier", "/", DESK, "dark"),
)


def main() -> None:
    """Opens each page in the machine's Chromium."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    port: int = parser.parse_args().port
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--disable-gpu", "--disable-background-networking", *flags],
        )
        for shot in SHOTS:
            width, height = shot.size
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme=shot.scheme,
                reduced_motion="reduce",
            )
            page = context.new_page()
            page.goto(f"http://{shot.tenant}.localhost:{port}{shot.path}", wait_until="networkidle")
            page.screenshot(path=FOLDER / f"{shot.name}.png")
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
