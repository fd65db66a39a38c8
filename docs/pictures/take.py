"""Takes the pictures of README anew, from a demo of its own: `python3 dev.py pictures`."""

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Page, sync_playwright

from infrastructure.demo import USERS

HERE = Path(__file__).parent
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
WAITED_SECONDS = 600
SIZE = {"width": 1280, "height": 800}


def main() -> None:
    with TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
        free.close()
        store = {"RECOBRO_STORE": f"{folder}/store", "RECOBRO_MASTER_KEY_FILE": f"{folder}/key"}
        command = [str(Path(sys.executable).with_name("recobro")), "demo", f"--port={port}"]
        server = subprocess.Popen(command, env={**os.environ, **store}, stdout=subprocess.DEVNULL)  # noqa: S603 - ours
        try:
            wait_for(server, f"http://127.0.0.1:{port}")
            take(f"http://127.0.0.1:{port}")
        finally:
            server.terminate()
            server.wait()


def wait_for(server: subprocess.Popen[bytes], address: str) -> None:
    """The demo is filled first, which takes a minute or so."""
    until = time.monotonic() + WAITED_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            with urlopen(f"{address}/health/ready"):  # noqa: S310 - our own server
                return
        except URLError:
            time.sleep(0.5)
    sys.exit("The demo did not start: `python3 dev.py demo` says why.")


def take(address: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(base_url=address, viewport=SIZE, locale="es-ES")
        [ana] = [user for user in USERS if user.actor.name == "ana"]
        page.goto("/log-in")
        page.get_by_label("Usuario").fill(ana.actor.name)
        page.get_by_label("Contraseña").fill(ana.password)
        page.get_by_role("button", name="Entrar").click()
        page.wait_for_url("**/escritorio")
        shoot(page, "desk")
        page.goto("/escritorio/case-files?sort=-outstanding")
        page.locator("tbody tr a").first.click()
        page.wait_for_url("**/case-files/*")
        shoot(page, "case-file")
        browser.close()


def shoot(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=HERE / f"{name}.png")
    print(HERE / f"{name}.png")


if __name__ == "__main__":
    main()
