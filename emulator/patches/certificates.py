"""Certificates of devices and of authorities: their descriptions, their listings, and the changes that AWS refuses."""

import json
from datetime import datetime, timezone

from cryptography import x509
from ministack.core.responses import error_response_json, json_response, new_uuid
from ministack.services import iot

from .fingerprint import expect
from .listing import page_by_age

# https://docs.aws.amazon.com/general/latest/gr/iot-core.html, not adjustable.
AUTHORITIES_WITH_ONE_SUBJECT = 10
# What a caller may set: https://docs.aws.amazon.com/iot/latest/apireference/API_UpdateCertificate.html
_SETTABLE = ("ACTIVE", "INACTIVE", "REVOKED")


def apply() -> None:
    _registration()
    _description()
    _listings()
    _authorities()


def _registration() -> None:
    record = expect(iot._certificate_record, "8f12f72d7c723bff")
    register = expect(iot._register_certificate, "2c722b9e8b0c3f39")

    def certificate_record(*arguments):
        return _dated(record(*arguments))

    async def register_certificate(payload, qp, *, without_ca=False):
        return _refused(payload) or await register(payload, qp, without_ca=without_ca)

    iot._certificate_record = certificate_record
    iot._register_certificate = register_certificate


def _dated(record: dict) -> dict:
    """The fields that AWS sets at registration. A certificate that is registered again has the same id and another generation."""
    return {**record, "lastModifiedDate": record["creationDate"], "customerVersion": 1, "generationId": new_uuid()}


def _refused(payload: dict) -> tuple | None:
    status = payload.get("status")
    if status == "PENDING_TRANSFER":
        return error_response_json("CertificateStateException", f"Not allowed to register certificate with {status} status", 406)
    if status not in (None, *_SETTABLE, "PENDING_ACTIVATION"):
        return error_response_json("InvalidRequestException", f"status must be one of {sorted(_SETTABLE)}", 400)
    certificate = _parsed(payload.get("certificatePem"))
    # A registered certificate is refused as a duplicate instead.
    if certificate and certificate.not_valid_after_utc < datetime.now(timezone.utc) and iot.get_certificate_id(payload["certificatePem"]) not in iot._certificates:
        return error_response_json("CertificateValidationException", "The certificate is expired.", 400)
    return None


def _parsed(pem: str | None) -> x509.Certificate | None:
    """None if it is not a certificate: MiniStack refuses that."""
    try:
        return x509.load_pem_x509_certificate((pem or "").encode())
    except ValueError:
        return None


def _description() -> None:
    handle = expect(iot._handle_certificate, "070e06ec735dc8e8")

    def handle_certificate(method, path, body, qp):
        known = iot._certificates.get(path.removeprefix("/certificates/"))
        if known is None or method == "DELETE":
            return handle(method, path, body, qp)
        if method == "GET":
            return _described(handle(method, path, body, qp), known)
        before, wanted = known["status"], iot._parse_body(body).get("newStatus") or qp.get("newStatus")
        answer = _refused_status(known, wanted) or handle(method, path, body, qp)
        # Setting the same status again changes nothing.
        if answer[0] == 200 and known["status"] != before:
            touch(known)
        return answer

    iot._handle_certificate = handle_certificate


def _refused_status(certificate: dict, wanted: str | None) -> tuple | None:
    if wanted not in _SETTABLE:
        return error_response_json("InvalidRequestException", f"newStatus must be one of {sorted(_SETTABLE)}", 400)
    # "The status can't be changed to Active or any other status": https://docs.aws.amazon.com/iot/latest/developerguide/revoke-ca-cert.html
    if certificate["status"] == "REVOKED" and wanted != "REVOKED":
        return error_response_json("CertificateStateException", f"The certificate is revoked. Id: {certificate['certificateId']}", 406)
    return None


def touch(record: dict) -> None:
    record.update(lastModifiedDate=iot._now_epoch(), customerVersion=record["customerVersion"] + 1)


def _described(answer: tuple, record: dict) -> tuple:
    status, _, body = answer
    if status != 200:
        return answer
    told = json.loads(body)
    told["certificateDescription"].update({key: record[key] for key in ("lastModifiedDate", "customerVersion", "generationId")}, validity=_validity(record))
    return json_response(told)


def _validity(record: dict) -> dict:
    certificate = x509.load_pem_x509_certificate(record["certificatePem"].encode())
    return {"notBefore": certificate.not_valid_before_utc.timestamp(), "notAfter": certificate.not_valid_after_utc.timestamp()}


def _listings() -> None:
    expect(iot._list_certificates, "1b56e2a15feba207")
    by_authority = expect(iot._list_certificates_by_ca, "ae032d5d5e435989")
    expect(iot._list_ca_certificates, "b5630bc7dff67c4a")

    def list_certificates_by_ca(path, qp):
        status, headers, body = by_authority(path, qp)
        if status != 200:
            return status, headers, body
        told = json.loads(body)
        for each in told["certificates"]:
            each["certificateMode"] = iot._certificates[each["certificateId"]]["certificateMode"]
        return json_response(told)

    iot._list_certificates = lambda qp: page_by_age("certificates", _listed(iot._certificates, "certificateMode"), qp, key=_age)
    iot._list_certificates_by_ca = list_certificates_by_ca
    iot._list_ca_certificates = lambda qp: page_by_age("certificates", _listed(iot._ca_certificates), qp, key=_age)


def _listed(records, *more: str) -> list[dict]:
    return [{key: each[key] for key in ("certificateArn", "certificateId", "status", "creationDate", *more)} for each in records.values()]


def _age(entry: dict) -> tuple[float, str]:
    return entry["creationDate"], entry["certificateId"]


def _authorities() -> None:
    register = expect(iot._register_ca_certificate, "20051fc7f688a7a0")
    handle = expect(iot._handle_ca_certificate, "36de1cccb7a8f837")

    def register_ca_certificate(payload, qp):
        status, headers, body = _too_many(payload.get("caCertificate")) or register(payload, qp)
        if status == 200:
            known = iot._ca_certificates[json.loads(body)["certificateId"]]
            known.update(_dated(known))
        return status, headers, body

    def handle_ca_certificate(method, path, body, qp):
        known = iot._ca_certificates.get(path.removeprefix("/cacertificate/"))
        answer = handle(method, path, body, qp)
        if known and method == "GET":
            return _described(answer, known)
        if known and method == "PUT" and answer[0] == 200:
            touch(known)
        return answer

    iot._register_ca_certificate = register_ca_certificate
    iot._handle_ca_certificate = handle_ca_certificate


def _too_many(pem: str | None) -> tuple | None:
    authority = _parsed(pem)
    if not authority or iot.get_certificate_id(pem) in iot._ca_certificates:
        return None
    known = (x509.load_pem_x509_certificate(each["certificatePem"].encode()) for each in iot._ca_certificates.values())
    if sum(each.subject == authority.subject for each in known) < AUTHORITIES_WITH_ONE_SUBJECT:
        return None
    return error_response_json("LimitExceededException", f"At most {AUTHORITIES_WITH_ONE_SUBJECT} CA certificates can have the same subject", 410)
