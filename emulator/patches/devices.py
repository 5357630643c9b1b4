"""The broker of the devices: the server name (SNI) selects the Region, and policies are evaluated for the thing that connects."""

import asyncio
import contextvars
import hashlib
import re

from cryptography import x509
from cryptography.x509.oid import NameOID
from ministack.core.responses import get_account_id, get_region, json_response, request_scope
from ministack.services import iot

from . import isolation
from .controls import controls
from .fingerprint import expect, rewritten
from .policies import ancestors
from .principals import exclusive_thing

# `<prefix>-ats.iot.<Region>.amazonaws.com`: https://docs.aws.amazon.com/iot/latest/developerguide/transport-security.html
_ENDPOINT = re.compile(r"([a-z0-9]+)(?:-ats|\.credentials)\.iot\.([a-z0-9-]+)\.amazonaws\.com")

# The server name of this connection; none if the device sent none.
_asked_for: contextvars.ContextVar[str | None] = contextvars.ContextVar("server_name", default=None)


def apply() -> None:
    _endpoints()
    _connections()
    _disconnections()
    _policies()


def prefix_of(account: str, region: str) -> str:
    """The prefix of the endpoints of an account in a Region. AWS does not document that it is the same in every Region."""
    return f"a{hashlib.sha256(f'{account}/{region}'.encode()).hexdigest()[:13]}"


def _endpoints() -> None:
    """DescribeEndpoint and domain configurations return names as AWS's. They do not resolve: devices connect to the port of the emulator, and send the name."""
    describe = expect(iot._describe_endpoint, "4662da7d11455d38")
    expect(iot._endpoint_address, "aa597c7c462120b9")
    names = expect(iot._mtls_server_cert_sans, "615a12c4b3d008fd")

    def endpoint_address(endpoint_type):
        kind = ".credentials" if endpoint_type == "iot:CredentialProvider" else "-ats"
        return f"{prefix_of(get_account_id(), get_region())}{kind}.iot.{get_region()}.amazonaws.com"

    def describe_endpoint(qp):
        answer = describe(qp)
        return json_response({"endpointAddress": endpoint_address(qp.get("endpointType"))}) if answer[0] == 200 else answer

    def mtls_server_cert_sans():
        from botocore.session import get_session

        dns, addresses = names()
        return [*dns, *(f"*.iot.{region}.amazonaws.com" for region in get_session().get_available_regions("iot"))], addresses

    iot._endpoint_address = endpoint_address
    iot._describe_endpoint = describe_endpoint
    iot._mtls_server_cert_sans = mtls_server_cert_sans


def _connections() -> None:
    expect(iot._mtls_build_ssl_context, "8e3409acfa95159e")
    # MiniStack serves connections without a certificate, and evaluates no policy for them.
    rewritten(iot._mtls_build_ssl_context, [("ctx.verify_mode = ssl.CERT_OPTIONAL", "ctx.verify_mode = ssl.CERT_REQUIRED")])
    expect(iot._mtls_serve_conn, "a94aa9f00dd51cf3")
    iot._device_connects = _asked_for.set
    rewritten(iot._mtls_serve_conn, [(
        "    owner = _mtls_resolve_identity(der)\n", "    _device_connects(_mtls_server_names.get(ssl_object))\n    owner = _mtls_resolve_identity(der)\n",
    )])
    registrations = expect(iot._mtls_active_registrations, "730c3c879024399b")
    claim = expect(iot._mtls_claim_scope, "b0707aa38e96a447")
    authority = expect(iot._mtls_auto_registering_ca, "7ba5ed6c466a6500")
    expect(iot._mtls_server_name_reaches, "3b11e07d10fc72e7")
    expect(iot._mtls_resolve_identity, "6d1fcd402db2ba58")

    def claim_scope(cert_id):
        scope = claim(cert_id)
        return scope if scope and _reaches(*scope[:2]) else None

    def auto_registering_ca(account_id, region, ca_id, server_name=None):
        return authority(account_id, region, ca_id, server_name) if _reaches(account_id, region) else None

    def active_registrations(cert_id, status="ACTIVE"):
        return [each for each in registrations(cert_id, status) if _reaches(*each[:2]) and (_endpoint() or each[2]["certificateMode"] == "DEFAULT")]

    iot._mtls_active_registrations = active_registrations
    iot._mtls_claim_scope = claim_scope
    iot._mtls_auto_registering_ca = auto_registering_ca
    # The functions above decide which account and Region a name reaches.
    iot._mtls_server_name_reaches = lambda _server_name, _account_id: True


def _endpoint() -> tuple[str, str] | None:
    """Prefix and Region in the server name of this connection."""
    found = _ENDPOINT.fullmatch((_asked_for.get() or "").lower().rstrip("."))
    return found.groups() if found else None


def _reaches(account: str, region: str) -> bool:
    """Whether an account in a Region serves this connection: the one of the endpoint in the server name.

    Without such a name the certificate selects the Region, if it is in DEFAULT mode: "Devices with certificates in SNI_ONLY mode must send the SNI extension",
    https://docs.aws.amazon.com/iot/latest/apireference/API_CertificateDescription.html.
    """
    return region not in isolation.isolated and (_endpoint() or (prefix_of(account, region), region)) == (prefix_of(account, region), region)


def _disconnections() -> None:
    """The broker closes the connections of a certificate that is no longer ACTIVE, at once, and those of an isolated Region."""
    handle = iot._handle_certificate
    isolate = controls["isolate"]

    def handle_certificate(method, path, body, qp):
        answer = handle(method, path, body, qp)
        cert_id = path.removeprefix("/certificates/")
        if method != "GET" and answer[0] == 200 and (iot._certificates.get(cert_id) or {}).get("status") != "ACTIVE":
            _disconnect(lambda account, region, session: (account, region, session.certificate_id) == (get_account_id(), get_region(), cert_id))
        return answer

    def isolate_devices(region):
        isolate(region)
        _disconnect(lambda _, home, __: home == region)

    iot._handle_certificate = handle_certificate
    controls["isolate"] = isolate_devices


def _disconnect(chosen) -> None:
    async def close(session):
        session._forced_disconnect_reason = "SERVER_INITIATED_DISCONNECT"
        await session._send({"type": "websocket.close", "code": 1000})

    for (account, region, _), session in list(iot._connected_clients.items()):
        if chosen(account, region, session):
            asyncio.run_coroutine_threadsafe(close(session), iot._mtls_loop)


def _policies() -> None:
    iot._POLICY_VARIABLE_RE = re.compile(r"\$\{(iot:[A-Za-z.]+(?:\[[^\]]+\])?)\}")
    context = expect(iot._mqtt_policy_context, "be330474d4f9e86f")
    expect(iot._mqtt_policy_allows, "31a9cfec3516bb3d")
    iot._policies_of_groups = _of_groups
    rewritten(iot._mqtt_policy_allows, [(
        'record.get("attachedPolicies", [])]', '[*record.get("attachedPolicies", []), *_policies_of_groups(record, context)]]',
    )])

    def mqtt_policy_context(account_id, region, certificate_id, client_id):
        found = context(account_id, region, certificate_id, client_id)
        with request_scope(account_id, region):
            certificate = iot._certificates.get(certificate_id) or {}
            thing = exclusive_thing(certificate) if certificate else None
            if thing is None and found["iot:connection.thing.isattached"] == "true":
                thing = client_id
            return {**found, **_of_certificate(certificate), **_of_thing(thing), **_of_connection()}

    iot._mqtt_policy_context = mqtt_policy_context


def _of_thing(name: str | None) -> dict:
    """https://docs.aws.amazon.com/iot/latest/developerguide/thing-policy-variables.html"""
    thing = iot._things.get(name) if name else None
    if not thing:
        return {}
    attributes = {f"iot:connection.thing.attributes[{key.lower()}]": value for key, value in thing.get("attributes", {}).items()}
    thing_type = {"iot:connection.thing.thingtypename": thing["thingTypeName"]} if thing.get("thingTypeName") else {}
    return {"iot:connection.thing.isattached": "true", "iot:connection.thing.thingname": name, **thing_type, **attributes}


_SUBJECT = {"commonname": NameOID.COMMON_NAME, "organization": NameOID.ORGANIZATION_NAME, "country": NameOID.COUNTRY_NAME, "serialnumber": NameOID.SERIAL_NUMBER}


def _of_certificate(certificate: dict) -> dict:
    """Some of https://docs.aws.amazon.com/iot/latest/developerguide/cert-policy-variables.html."""
    if not certificate:
        return {}
    parsed = x509.load_pem_x509_certificate(certificate["certificatePem"].encode())
    names = {
        f"iot:certificate.{whose}.{key}": values[0].value
        for whose, name in (("subject", parsed.subject), ("issuer", parsed.issuer))
        for key, oid in _SUBJECT.items()
        if (values := name.get_attributes_for_oid(oid))
    }
    return {**names, "iot:certificate.serialnumber": format(parsed.serial_number, "x")}


def _of_connection() -> dict:
    return {"iot:domainname": _asked_for.get()} if _asked_for.get() else {}


def _of_groups(certificate: dict, context: dict) -> list[str]:
    """Names of the policies of the thing's groups and of their parent groups. They apply only if the client id is the name of the thing."""
    name = context.get("iot:connection.thing.thingname")
    if name is None or name != context["iot:clientid"] or not certificate:
        return []
    groups = [iot._thing_group_arn(group) for group in iot._things[name].get("thingGroupNames", [])] if name in iot._things else []
    targets = {each for group in groups for each in (group, *ancestors(group))}
    return [each["policyName"] for each in iot._policies.values() if targets & set(each["targets"])]
