"""What a site asks of programs: its robots.txt (RFC 9309), as far as links are concerned."""

from urllib.robotparser import RobotFileParser

LONGEST_DELAY = 30.0  # seconds; a site that asks for more is asked once an hour anyway


def everything() -> RobotFileParser:
    """A site that forbids nothing."""
    return read("")


def read(text: str) -> RobotFileParser:
    """What a robots.txt says."""
    found = RobotFileParser()
    found.parse(text.splitlines())
    return found


def delay_of(robots: RobotFileParser, agent: str) -> float:
    """How many seconds the site wants between two requests, as far as we wait."""
    return min(float(robots.crawl_delay(agent) or 0), LONGEST_DELAY)
