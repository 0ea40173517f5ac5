"""Headless Chromium over its debugging pipe: no driver and no port.

    python tests/commands/cohort_browser.py PAGE PNG --width 1280 --height 900    takes a picture
"""

import argparse
import base64
import contextlib
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

CHROMIUM = shutil.which("chromium")


class Page:
    """One tab. `requests`: URLs asked for; `complaints`: errors and warnings of page and console."""

    def __init__(self, to_browser, from_browser):
        self.to_browser, self.from_browser = to_browser, from_browser
        self.held, self.next_id, self.session = b"", 0, None
        self.requests, self.complaints, self.loaded = [], [], False
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method, **parameters):
        self.next_id += 1
        message = {"id": self.next_id, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to_browser, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive(60)
            if answer.get("id") == self.next_id:
                assert "error" not in answer, answer
                return answer["result"]
            self.note(answer)

    def receive(self, seconds):
        end = time.monotonic() + seconds
        while b"\0" not in self.held:
            ready, _, _ = select.select([self.from_browser], [], [], max(0, end - time.monotonic()))
            if not ready:
                raise TimeoutError("the browser does not answer")
            part = os.read(self.from_browser, 1 << 20)
            if not part:
                raise EOFError("the browser ended")
            self.held += part
        message, self.held = self.held.split(b"\0", 1)
        return json.loads(message)

    def note(self, event):
        method, what = event.get("method"), event.get("params", {})
        if method == "Network.requestWillBeSent":
            self.requests.append(what["request"]["url"])
        elif method == "Page.loadEventFired":
            self.loaded = True
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(str(what["exceptionDetails"]))
        elif method == "Runtime.consoleAPICalled" and what["type"] in ("error", "warning", "assert"):
            self.complaints.append(str(what["args"]))
        elif method == "Log.entryAdded" and what["entry"]["level"] in ("error", "warning"):
            self.complaints.append(f"{what['entry']['text']} {what['entry'].get('url', '')}")

    def size(self, width, height, phone=False):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=phone)

    def scheme(self, name):
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": name}])

    def open(self, file):
        self.loaded = False
        self.call("Page.navigate", url=Path(file).resolve().as_uri())
        while not self.loaded:
            self.note(self.receive(60))

    def run(self, script):
        """The value of a JavaScript expression."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait_for(self, condition, seconds=20):
        end = time.monotonic() + seconds
        while not self.run(condition):
            assert time.monotonic() < end, condition
            time.sleep(0.05)

    def press(self, key, code=None):
        for kind in ("keyDown", "keyUp"):
            text = {"text": "\r"} if key == "Enter" and kind == "keyDown" else {}
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=code or key,
                      windowsVirtualKeyCode={"Tab": 9, "Enter": 13}.get(key, 0), **text)

    def type(self, text):
        self.call("Input.insertText", text=text)

    def picture(self, file, whole=False):
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        Path(file).write_bytes(base64.b64decode(shot["data"]))


@contextlib.contextmanager
def browser():
    """A page of a browser of its own, which cannot reach a network."""
    to_child, to_browser = os.pipe()
    from_browser, from_child = os.pipe()

    def give_pipes():  # as descriptors 3 and 4
        low, high = (os.dup(fd) for fd in (to_child, from_child))
        os.dup2(low, 3)
        os.dup2(high, 4)

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-pipe",
                   "--no-first-run", "--hide-scrollbars", "--proxy-server=127.0.0.1:9", f"--user-data-dir={profile}", "about:blank"]
        process = subprocess.Popen(command, preexec_fn=give_pipes, close_fds=False,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_child)
        os.close(from_child)
        try:
            yield Page(to_browser, from_browser)
        finally:
            process.terminate()
            process.wait(20)
            os.close(to_browser)
            os.close(from_browser)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("page")
    parser.add_argument("picture")
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--height", type=int, default=900)
    parser.add_argument("--scheme", default="light", choices=("light", "dark"))
    parser.add_argument("--at", default="", help="anchor to scroll to")
    arguments = parser.parse_args()
    with browser() as page:
        page.size(arguments.width, arguments.height, arguments.width < 700)
        page.scheme(arguments.scheme)
        page.open(arguments.page)
        if arguments.at:
            page.run(f"document.getElementById('{arguments.at}').scrollIntoView()")
            page.run("new Promise(done => setTimeout(done, 1500))")
        page.picture(arguments.picture)
        print(page.run("document.documentElement.scrollWidth"), page.complaints, [r for r in page.requests if not r.endswith(".png")])
