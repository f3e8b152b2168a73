"""Names a browser as people know it: `{{ session.user_agent|browser_name }}`."""

from django import template

register = template.Library()

# The first word found decides: Edge and Opera also call themselves Chrome, and Chrome calls itself Safari.
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "Chrom": "Chrome",
    "CriOS": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "CrOS": "ChromeOS",
    "Windows": "Windows",
    "Mac OS": "Mac",
    "Linux": "Linux",
}


@register.filter
def browser_name(user_agent: str) -> str:
    """“Chrome on Linux” from what a browser says of itself; “An unknown browser” if that says nothing."""
    browser = next((name for word, name in BROWSERS.items() if word in user_agent), None)
    system = next((name for word, name in SYSTEMS.items() if word in user_agent), None)
    if browser is None:
        return "An unknown browser"
    return f"{browser} on {system}" if system else browser
