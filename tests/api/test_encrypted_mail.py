"""Mail goes encrypted to a server that its certificate speaks for, and to no other; the password only so."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from aiosmtpd.smtp import AuthResult
from carriers import client_with, issued_invoice, mail_server, message, set_up_mail, state
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from eventually import eventually


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A file with the certificate and key of a server at 127.0.0.1, which vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    unlocked = serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, unlocked)
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
    return file


@pytest.fixture
def encrypted(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def how(security, context, logins):
    """What aiosmtpd is told: it does not count TLS from the first byte among what it may require."""

    def knows(server, session, envelope, mechanism, login):  # noqa: ARG001 - aiosmtpd's
        logins.append((login.login, login.password))
        return AuthResult(success=True)

    if security == "tls":
        return {"authenticator": knows, "ssl_context": context, "auth_require_tls": False}
    return {"authenticator": knows, "auth_required": True, "tls_context": context, "require_starttls": True}


def send(office, port, security):
    set_up_mail(office, port, security=security, user="cobros")
    assert office.dora.post("/api/correspondence/secrets", {"secret": "mail_password", "value": "s3cret"}).is_success
    invoice = issued_invoice(office, client_with(office))
    return office.carl.does(f"/api/invoices/{invoice}/sending", {"channel": "email"})


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_it_is_sent_to_a_server_whose_certificate_is_vouched_for(office, encrypted, certificate, monkeypatch, security):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    logins = []
    with mail_server(**how(security, encrypted, logins)) as (port, box):
        sent = send(office, port, security)
        eventually(lambda: state(office, sent) == "accepted")
        assert (len(box.taken), logins) == (1, [(b"cobros", b"s3cret")])


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_nothing_is_said_to_a_server_whose_certificate_nobody_vouches_for(office, encrypted, security):
    logins = []
    with mail_server(**how(security, encrypted, logins)) as (port, box):
        sent = send(office, port, security)
        eventually(lambda: message(office, sent)["line"]["why"] == "unreachable")
        assert (box.tries, logins) == (0, [])


def test_nothing_is_said_to_a_server_that_does_not_encrypt_where_that_is_asked_for(office):
    with mail_server() as (port, box):
        sent = send(office, port, "starttls")
        eventually(lambda: message(office, sent)["line"]["why"] is not None)
        assert (box.tries, box.taken) == (0, [])
