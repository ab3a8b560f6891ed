"""The page in a real browser, driven as a user would: by typing, by keys, at phone width and in the dark."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from time import monotonic, sleep
from typing import Any

import pytest
import uvicorn
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from symelbo.page.app import make_app
from symelbo.practice import exercise

BROWSER, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    BROWSER is None or DRIVER is None, reason="Chromium and its driver are not installed (chromium, chromium-driver)"
)

TRUE = r"$$\log p(x, z) = \log p(z) + \log p(x \mid z)$$"
FALSE = r"$$\log p(x, z) = \log p(z) - \log p(x \mid z)$$"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(make_app(), host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = monotonic() + 20
    while not server.started and monotonic() < deadline:
        sleep(0.05)
    yield f"http://127.0.0.1:{port}/"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    for flag in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        f"--user-data-dir={tmp_path_factory.mktemp('browser')}",
    ):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    found = webdriver.Chrome(options=options, service=webdriver.ChromeService(executable_path=DRIVER))
    yield found
    found.quit()


def claims_after(browser: Any, count: int) -> list[Any]:
    def there(driver: Any) -> Any:
        found = driver.find_elements(By.CSS_SELECTOR, "#claims .claim")
        return found if len(found) == count else None

    return list(WebDriverWait(browser, 60).until(there))


def test_a_derivation_is_typed_judged_and_mended(browser: Any, address: str) -> None:
    browser.set_window_size(1100, 900)
    browser.get(address)
    box = browser.find_element(By.ID, "text")
    box.clear()
    box.send_keys(TRUE + "\n\n" + FALSE)
    box.send_keys(Keys.CONTROL, Keys.ENTER)
    good, bad = claims_after(browser, 2)
    assert good.find_element(By.CLASS_NAME, "badge").text == "proved"
    assert bad.find_element(By.CLASS_NAME, "badge").text == "refuted"
    assert bad.find_elements(By.TAG_NAME, "math")
    assert "left side" in bad.find_element(By.TAG_NAME, "pre").text
    bad.find_element(By.CSS_SELECTOR, "button.plain").click()
    WebDriverWait(browser, 60).until(lambda _: browser.find_element(By.ID, "tally").text == "2 proved")
    assert box.get_attribute("value") == TRUE + "\n\n" + TRUE, "the repair is written into the text"
    browser.find_elements(By.CLASS_NAME, "where")[1].click()
    box.send_keys("=")  # the sign is selected: typing replaces it
    assert box.get_attribute("value") == TRUE + "\n\n" + TRUE
    assert not [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]


def test_the_explorer_answers_to_keys_alone(browser: Any, address: str) -> None:
    browser.get(address)
    words = browser.find_element(By.ID, "curve-words")
    WebDriverWait(browser, 30).until(lambda _: "gap 0.0281676 nats" in words.text)
    slider = browser.find_element(By.ID, "q")
    slider.send_keys(Keys.ARROW_RIGHT * 10)
    WebDriverWait(browser, 30).until(lambda _: "ELBO -0.693147" in words.text)
    numbers = browser.find_element(By.ID, "numbers").text
    assert "the bound is tight yes" in numbers
    assert browser.execute_script("return document.activeElement.id") == "q"


def test_an_exercise_is_solved_by_keys(browser: Any, address: str) -> None:
    browser.get(address)
    browser.find_element(By.ID, "practice-seed").send_keys(Keys.ENTER)
    box = WebDriverWait(browser, 60).until(lambda _: browser.find_element(By.ID, "answer-0"))
    box.send_keys("0.1111" + Keys.ENTER)
    form = browser.find_element(By.CSS_SELECTOR, "#exercise form")
    WebDriverWait(browser, 60).until(lambda _: "refuted" in form.get_attribute("class"))
    box.clear()
    box.send_keys(exercise("evidence", 1).questions[0].answer + Keys.ENTER)
    WebDriverWait(browser, 60).until(lambda _: "proved" in form.get_attribute("class"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_a_phone_and_can_be_read(browser: Any, address: str, scheme: str) -> None:
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": True}
    )
    browser.get(address)
    browser.find_element(By.CSS_SELECTOR, "#check-form button").click()
    claims_after(browser, 2)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 360
    ink, paper = (
        browser.execute_script(f"return getComputedStyle(document.body).{name}")
        for name in ("color", "backgroundColor")
    )
    assert contrast(ink, paper) >= 7
    for badge in browser.find_elements(By.CLASS_NAME, "badge"):
        assert contrast(badge.value_of_css_property("color"), paper) >= 4.5
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (WCAG 2.2, 1.4.3)."""

    def light(colour: str) -> float:
        parts = [float(part) / 255 for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
