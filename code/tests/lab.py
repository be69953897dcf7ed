"""A real JupyterLab, with Notebook 7 beside it, for tests and benchmarks: server, page and kernel."""

import contextlib
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import Request, urlopen

from jupyter_client import BlockingKernelClient

CODE = Path(__file__).resolve().parents[1]
TOKEN = "test"


def notebook(*cells):
    """A notebook of these code cells."""
    return json.dumps({"nbformat": 4, "nbformat_minor": 5,
                       "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
                       "cells": [{"cell_type": "code", "id": f"cell{i}", "metadata": {}, "execution_count": None,
                                  "outputs": [], "source": cell}
                                 for i, cell in enumerate(cells)]})


APPS = ("lab", "notebook")      # what opens a notebook in the browser: one server has both


class Lab:
    """A running server. `open(new_page, *cells)` runs a notebook in the browser and gives its page and kernel."""

    def __init__(self, address, folder, runtime):
        self.address, self.folder, self.runtime, self.count = address, folder, runtime, 0

    def api(self, path):
        return json.load(urlopen(Request(f"{self.address}/api/{path}", headers={"Authorization": f"token {TOKEN}"})))

    def open(self, new_page, *cells, app="lab"):
        page, name = self.show(new_page, notebook(*cells), app)
        for i in range(len(cells)):
            self.execute(page, i)
        kernel = None
        while kernel is None:
            kernel = next((s["kernel"]["id"] for s in self.api("sessions") if s["path"].endswith(name)), None)
            time.sleep(0.1)
        client = BlockingKernelClient(connection_file=str(self.runtime / f"kernel-{kernel}.json"))
        client.load_connection_file()
        client.start_channels()
        client.wait_for_ready(timeout=90)     # else what is printed first can be lost, and is waited for in vain
        return page, Kernel(client)

    def show(self, new_page, text, app="lab"):
        """Open a notebook, given as text, in JupyterLab or, app="notebook", in Notebook 7, and run nothing of it.
        Returns the page and the notebook's file name."""
        self.count += 1
        name = f"notebook{self.count}.ipynb"
        (self.folder / name).write_text(text, encoding="utf-8")
        way = f"lab/workspaces/w{self.count}/tree" if app == "lab" else "notebooks"
        page = new_page(f"{self.address}/{way}/{name}?token={TOKEN}", height=4000)
        page.set_default_timeout(90_000)
        # on a slow machine it doesn't wait for the list of kernels
        asks = page.locator(".jp-Dialog", has_text="Select Kernel")
        page.add_locator_handler(asks, lambda: asks.locator(".jp-mod-accept").click())
        return page, name

    def execute(self, page, i):
        """Run the i-th cell by keyboard. What is typed before the kernel is connected gets lost: look and try again."""
        cell = page.locator(".jp-Notebook .jp-CodeCell").nth(i)
        for _ in range(20):
            cell.locator(".cm-content").click()
            page.keyboard.press("Shift+Enter")
            for _ in range(20):
                if re.search(r"[\d*]", cell.locator(".jp-InputPrompt").inner_text()):
                    return
                page.wait_for_timeout(100)
        raise RuntimeError(f"cell {i} could not be run")


class Kernel:
    """The notebook's live kernel, spoken to beside the browser."""

    def __init__(self, client):
        self.client = client

    def run(self, code):
        """Run code; return what it prints. An error in it is raised here."""
        printed = []
        reply = self.client.execute_interactive(code, timeout=90, output_hook=lambda message: message["msg_type"]
                                                == "stream" and printed.append(message["content"]["text"]))
        if reply["content"]["status"] != "ok":
            raise AssertionError("\n".join(reply["content"]["traceback"]))
        return "".join(printed)

    def value(self, expression):
        """An expression's value, through JSON."""
        return json.loads(self.run(f"import json; print(json.dumps({expression}))"))


@contextlib.contextmanager
def jupyterlab(folder):
    """A JupyterLab on this machine alone, with nothing of the user's settings, for as long as the block runs."""
    work, runtime = folder / "work", folder / "runtime"
    work.mkdir(parents=True)
    environment = {**os.environ, "JUPYTER_RUNTIME_DIR": str(runtime), "JUPYTER_CONFIG_DIR": str(folder / "config"),
                   "JUPYTER_DATA_DIR": str(folder / "data"),
                   "JUPYTER_PATH": str(CODE / "backprop" / "widgets"),      # the package's extension
                   "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
                   "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
                   "PYTHONPATH": os.pathsep.join([str(CODE), os.environ.get("PYTHONPATH", "")])}
    log = open(folder / "log", "w+", encoding="utf-8")
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0",
         f"--IdentityProvider.token={TOKEN}",
         f"--ServerApp.root_dir={work}", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
         "--LabApp.news_url="],
        env=environment, stdout=log, stderr=log)
    try:
        for _ in range(1800):
            found = list(runtime.glob("jpserver-*.json"))
            if found and found[0].stat().st_size:
                break
            if server.poll() is not None:
                log.seek(0)
                raise RuntimeError(f"JupyterLab did not start:\n{log.read()}")
            time.sleep(0.1)
        else:
            raise RuntimeError("JupyterLab did not start within three minutes.")
        yield Lab(json.loads(found[0].read_text())["url"].rstrip("/"), work, runtime)
    finally:
        server.terminate()
        server.wait(30)
        log.close()
