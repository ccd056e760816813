"""What a page does besides showing itself."""

from __future__ import annotations

from playwright.sync_api import ConsoleMessage, Page, Request


class Watched:
    """A page whose console, requests and cookies are kept in mind."""

    def __init__(self, page: Page, site: str) -> None:
        self.page, self.site = page, site
        self.said: list[str] = []
        self.asked: list[str] = []
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.said.append(f"script error: {error}"))
        page.context.on("request", self._requested)

    def complaints(self) -> list[str]:
        """Errors and warnings in the console, requests to others, cookies. Should be empty."""
        beyond = [f"asked {url}" for url in self.asked if not url.startswith((f"{self.site}/", "data:", "about:"))]
        cookies = [f"cookie {cookie['name']}" for cookie in self.page.context.cookies()]
        return [*self.said, *beyond, *cookies]

    def _heard(self, message: ConsoleMessage) -> None:
        """Chromium notes the status of the page itself; our pages for what went wrong are meant to have one."""
        of_the_page = (
            message.location.get("url") == self.page.url and "the server responded with a status" in message.text
        )
        if message.type in ("error", "warning") and not of_the_page:
            self.said.append(f"{message.type}: {message.text}")

    def _requested(self, request: Request) -> None:
        self.asked.append(request.url)
