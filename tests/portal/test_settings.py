"""What the settings refuse, and that those of production pass Django's own check for a public site."""

import os
import subprocess
import sys

import pytest

# Nothing of what these tests are run with may reach the settings that they try.
CLEAN = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "VIRTUAL_ENV"}}
PRODUCTION = {
    "PORTAL_ENV": "production",
    "SECRET_KEY": "k7Qw2-zX9vB4nM6pL1sD8fG3hJ5tR0yU_aE7cI2oW9xZ4bN6mV1q",
    "BASE_URL": "https://portal.example.org",
    "DATABASE_URL": "postgres://portal@127.0.0.1/portal",
}


def check(environment: dict[str, str], *arguments: str) -> tuple[int, str]:
    """Runs `manage.py check`; its exit code and the last line of what it says."""
    command = [sys.executable, "manage.py", "check", *arguments]
    done = subprocess.run(
        command, env={**CLEAN, **environment}, capture_output=True, text=True, timeout=120, check=False
    )
    return done.returncode, (done.stdout + done.stderr).strip().splitlines()[-1]


def test_production_passes_the_check_for_deployment() -> None:
    assert check(PRODUCTION, "--deploy", "--fail-level", "WARNING") == (
        0,
        "System check identified no issues (1 silenced).",
    )


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        (
            {"PORTAL_ENV": "production"},
            (
                "django.core.exceptions.ImproperlyConfigured: SECRET_KEY is not set. Set it to 50 or more random characters, "
                "for example from `python3 -c 'import secrets; print(secrets.token_urlsafe(50))'`, and keep it secret."
            ),
        ),
        (
            {**PRODUCTION, "DEBUG": "true"},
            (
                "django.core.exceptions.ImproperlyConfigured: DEBUG is on in production. Unset DEBUG, or set "
                "PORTAL_ENV=development if this machine is not public."
            ),
        ),
        (
            {"PORTAL_ENV": "staging"},
            "django.core.exceptions.ImproperlyConfigured: PORTAL_ENV is “staging”. Set it to “development” or “production”.",
        ),
    ],
)
def test_settings_refuse_and_say_what_to_set(environment: dict[str, str], message: str) -> None:
    assert check(environment) == (1, message)


def test_web_server_serves_with_the_settings_of_production_unless_told_otherwise() -> None:
    code = "import portal.wsgi; from django.conf import settings; print(settings.PORTAL_ENV, settings.DEBUG)"
    environment = {name: value for name, value in PRODUCTION.items() if name != "PORTAL_ENV"}

    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**CLEAN, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )

    assert done.stdout == "production False\n"
