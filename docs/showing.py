"""What the scripts that make pictures share: a demo of their own, and a Chromium."""

from __future__ import annotations

import base64
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, sync_playwright

# What a browser knows of a picture: its size, and its pixels as red, green, blue, opacity.
PIXELS = """async (png) => {
  const image = new Image();
  image.src = "data:image/png;base64," + png;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
  canvas.drawImage(image, 0, 0);
  const data = canvas.getImageData(0, 0, image.width, image.height).data;
  let text = "";
  for (let at = 0; at < data.length; at += 8192) text += String.fromCharCode(...data.subarray(at, at + 8192));
  return [image.width, image.height, btoa(text)];
}"""
MOST_COLOURS = 256


@contextmanager
def demo(port: int) -> Iterator[str]:
    """The address of a demo that runs meanwhile, with data of its own."""
    address = f"http://localhost:{port}"
    with tempfile.TemporaryDirectory() as data:
        environ = {**os.environ, "RAPPORT_DATA": data}
        command = [Path(sys.executable).with_name("rapport"), "demo", "--port", str(port)]
        server = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL)
        try:
            _wait_for(address)
            yield address
        finally:
            server.terminate()
            server.wait()


def _wait_for(address: str) -> None:
    for _ in range(120):
        try:
            urllib.request.urlopen(address).close()
        except OSError:
            time.sleep(0.5)
        else:
            return
    sys.exit("The demo did not answer within a minute.")


@contextmanager
def chromium() -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        sys.exit("No Chromium was found. Install one, for example Debian's package chromium.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def in_few_colours(png: bytes, browser: Browser) -> bytes:
    """The same picture at a third of its weight: of colours that are nearly the same, the most frequent one."""
    page = browser.new_page()
    width, height, pixels = page.evaluate(PIXELS, base64.b64encode(png).decode())
    page.close()
    rgb = np.frombuffer(base64.b64decode(pixels), np.uint8).reshape(-1, 4)[:, :3]
    colours, which, counts = np.unique(rgb, axis=0, return_inverse=True, return_counts=True)
    _, kinds = np.unique(colours // 16, axis=0, return_inverse=True)  # so that a small mark in red stays red
    often = np.argsort(-counts)
    _, firsts = np.unique(kinds.ravel()[often], return_index=True)
    kept = colours[often[np.sort(firsts)[:MOST_COLOURS]]]
    far = np.square(colours[:, None].astype(int) - kept[None].astype(int)).sum(axis=2)
    rows = far.argmin(axis=1).astype(np.uint8)[which.ravel()].reshape(height, width)
    unfiltered = np.pad(rows, ((0, 0), (1, 0)))
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = {b"IHDR": header, b"PLTE": kept.tobytes(), b"IDAT": zlib.compress(unfiltered.tobytes(), 9), b"IEND": b""}
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts.items()
    )
