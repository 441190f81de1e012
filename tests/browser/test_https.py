"""Forms over HTTPS: the check against forged posts needs what browsers really send."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.sync_api import Page

from survey.clock import utcnow
from survey.roles import Role
from tests.browser.company import HR, SCALES, give_account, launch, name_organisation
from tests.browser.conftest import NewPage, follow, sign_in
from tests.browser.site import Certificate, Site, serve
from tests.conftest import DAY, add_team

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """Make a certificate that nobody but these tests trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    names = [
        x509.DNSName("localhost"),
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
    ]
    signed = (
        x509.CertificateBuilder(name, name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(utcnow() - timedelta(hours=1))
        .not_valid_after(utcnow() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("certificate")
    made = Certificate(folder / "chain.pem", folder / "key.pem")
    made.chain.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    made.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return made


@pytest.fixture(scope="module")
def site(
    browser: object, certificate: Certificate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Serve one open cycle about An over HTTPS."""
    now = utcnow()
    with serve(tmp_path_factory.mktemp("https"), certificate) as site:
        with site.shop.sessions.begin() as session:
            name_organisation(session, now)
            add_team(session, "An", 6)
            give_account(session, "an@example.org", Role.LEADER, now)
        launch(site, "Now", ("An",), opens=now - DAY)
        yield site


@pytest.fixture
def page(new_page: NewPage) -> Page:
    return new_page(ignore_https_errors=True)


def test_hr_keeps_the_organisation(site: Site, page: Page) -> None:
    sign_in(page, site, HR)
    page.goto(f"{site.url}/hr/organisation")
    page.fill("#contact", "Somebody else")
    follow(page, "main form button")
    assert page.url == f"{site.url}/hr/"
    page.goto(f"{site.url}/hr/organisation")
    assert page.input_value("#contact") == "Somebody else"


def test_a_leader_keeps_ratings(site: Site, page: Page) -> None:
    sign_in(page, site, "an@example.org")
    follow(page, "main a.button")
    page.check(f"input[name=i-{next(iter(SCALES))}][value='4']")
    follow(page, "text=Keep my ratings")
    follow(page, "text=Send anyway")
    assert page.url.endswith("/thanks")


def test_cookies_stay_on_this_host_and_on_https(site: Site, page: Page) -> None:
    sign_in(page, site, HR)
    cookies = page.context.cookies()
    assert {cookie["name"] for cookie in cookies} == {"__Host-form", "__Host-hansei"}
    for cookie in cookies:
        assert cookie["secure"]
        assert cookie["httpOnly"]
        assert cookie["domain"] == "localhost"
        assert cookie["path"] == "/"
