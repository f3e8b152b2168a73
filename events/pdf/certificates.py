"""A certificate of attendance on one page."""

from django.conf import settings
from django.urls import reverse

from events.models import Certificate
from events.pdf.press import printed
from events.rules.certificates import cpd, when
from events.rules.times import day


def certificate_pdf(certificate: Certificate) -> bytes:
    """The certificate as a PDF: the same bytes as long as it says the same. Raises PdfUnavailable."""
    address = settings.BASE_URL + reverse("check_certificate")
    context = {
        "certificate": certificate,
        "when": when(certificate),
        "cpd": cpd(certificate),
        "given_on": day(certificate.given_at),
        "organisation": settings.WAGTAIL_SITE_NAME,
        "address": address,
        "link": f"{address}?code={certificate.code}",
    }
    identifier = f"{certificate.code}:{certificate.given_at.isoformat()}"
    return printed(
        "events/pdf/certificate.html", "events/pdf/certificate.css", context, identifier=identifier
    )
