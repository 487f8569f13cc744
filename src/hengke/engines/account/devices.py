"""What a browser says of itself, in words, and a name for a session that is not its key."""

from __future__ import annotations

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

# The first that occurs: every browser also names its forerunners.
BROWSERS = (
    ("MicroMessenger", "微信"), ("wxwork", "企业微信"), ("DingTalk", "钉钉"), ("Edg", "Edge"), ("OPR/", "Opera"),
    ("QQBrowser", "QQ"), ("HuaweiBrowser", "华为"), ("MiuiBrowser", "小米"), ("Firefox", "Firefox"),
    ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
    ("Windows", "Windows"), ("Mac OS", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def in_words(agent: str) -> str:
    """ "Chrome · Windows"; a sentence where the browser says nothing known."""
    found = [next((name for sign, name in names if sign in agent), "") for names in (BROWSERS, SYSTEMS)]
    return " · ".join(filter(None, found)) or _("Unknown device")


def handle(session_key: str) -> str:
    """Names a session on a page: whoever reads it cannot take the session over."""
    return salted_hmac("hengke.session handle", session_key, algorithm="sha256").hexdigest()[:24]
