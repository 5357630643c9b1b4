"""Creates keys, certificates and signing requests, as a manufacturer of devices does. The argument is a JSON list of orders; stdout receives the list of results."""

import json
import sys
from datetime import datetime, timedelta, timezone

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def made(order: dict) -> dict:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, order["commonName"])])
    private_key = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()
    if order.get("request"):
        request = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
        return {"privateKeyPem": private_key, "requestPem": pem(request)}
    issuer, signer = subject, key
    if "issuer" in order:
        issuer = x509.load_pem_x509_certificate(order["issuer"]["certificatePem"].encode()).subject
        signer = serialization.load_pem_private_key(order["issuer"]["privateKeyPem"].encode(), None)
    end = datetime.now(timezone.utc) + timedelta(days=order.get("days", 1))
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    certificate = (
        builder.serial_number(x509.random_serial_number())
        .not_valid_before(end - timedelta(days=3650))
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=bool(order.get("authority")), path_length=None), critical=True)
        .sign(signer, hashes.SHA256())
    )
    return {"privateKeyPem": private_key, "certificatePem": pem(certificate)}


def pem(thing) -> str:
    return thing.public_bytes(serialization.Encoding.PEM).decode()


json.dump([made(order) for order in json.loads(sys.argv[1])], sys.stdout)
