"""Just-in-time provisioning: the template of a CA certificate is applied to the certificate of a device that connects. MiniStack stores the template, and ignores it."""

import logging

from cryptography import x509
from cryptography.x509.oid import NameOID
from ministack.core.responses import request_scope
from ministack.services import iot

from .certificates import touch
from .fingerprint import expect

logger = logging.getLogger("iot")

# What of the subject of a certificate a template may refer to: https://docs.aws.amazon.com/iot/latest/developerguide/jit-provisioning.html
_SUBJECT = {
    "Country": NameOID.COUNTRY_NAME,
    "Organization": NameOID.ORGANIZATION_NAME,
    "OrganizationalUnit": NameOID.ORGANIZATIONAL_UNIT_NAME,
    "DistinguishedNameQualifier": NameOID.DN_QUALIFIER,
    "StateName": NameOID.STATE_OR_PROVINCE_NAME,
    "CommonName": NameOID.COMMON_NAME,
    "SerialNumber": NameOID.SERIAL_NUMBER,
}


def apply() -> None:
    publish = expect(iot._publish_certificate_registered, "7592d0121b790d5d")
    expect(iot._provisioning_plan, "df08cca2b39b125e")
    provision = expect(iot._apply_provisioning_plan, "35e6e62079807f1a")

    async def apply_provisioning_plan(plan, cert, role_arn):
        before = cert["status"]
        name = await provision(plan, cert, role_arn)
        if cert["status"] != before:
            touch(cert)
        return name

    async def publish_certificate_registered(account_id, region, record, source_ip, registration_timestamp):
        """A device has connected whose certificate is PENDING_ACTIVATION. AWS does not document whether there is an event too if there is a template."""
        async with iot.publishing_events():
            with request_scope(account_id, region):
                config = iot._ca_certificates[record["caCertificateId"]].get("registrationConfig")
                if config:
                    return await _provision(config, record)
        return await publish(account_id, region, record, source_ip, registration_timestamp)

    iot._apply_provisioning_plan = apply_provisioning_plan
    iot._publish_certificate_registered = publish_certificate_registered


async def _provision(config: dict, certificate: dict) -> None:
    try:
        template = _template(config)
        plan = iot._provisioning_plan(template, _parameters(certificate), certificate["certificateId"])
        await iot._apply_provisioning_plan(plan, certificate, template["provisioningRoleArn"])
    except iot._ProvisioningRejected as rejection:
        logger.error("certificate %s is not provisioned: %s", certificate["certificateId"], rejection)


def _template(config: dict) -> dict:
    """The one that the CA certificate names, or has itself, with a role."""
    name = config.get("templateName")
    if name is None:
        versions = {"1": {"templateBody": config["templateBody"]}}
        return {"templateName": "of a CA certificate", "defaultVersionId": 1, "versions": versions, "provisioningRoleArn": config["roleArn"]}
    template = iot._provisioning_templates.get(name)
    if template is None:
        raise iot._ProvisioningRejected("InvalidTemplate", f"Template with name {name} does not exist.")
    return template


def _parameters(certificate: dict) -> dict:
    subject = x509.load_pem_x509_certificate(certificate["certificatePem"].encode()).subject
    return {f"AWS::IoT::Certificate::{name}": values[0].value for name, oid in _SUBJECT.items() if (values := subject.get_attributes_for_oid(oid))}
