"""What people call a browser, of the long line by which it calls itself."""

from django.utils.translation import gettext as _

# The first that fits: most call themselves Chrome or Safari as well, and phones Linux or Mac.
BROWSERS = {
    "Edg/": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser/": "Samsung Internet",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "CriOS/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
SYSTEMS = {
    "Windows": "Windows",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Mac OS X": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


def browser_name(agent: str) -> str:
    """ "Firefox on Linux"; what is not known keeps the words it came with."""
    browser, system = (
        next((name for sign, name in names.items() if sign in agent), "") for names in (BROWSERS, SYSTEMS)
    )
    if browser and system:
        return _("{browser} on {system}").format(browser=browser, system=system)
    return browser or agent
