"""What callers are allowed, where MiniStack evaluates their policies differently from AWS."""

from ministack import app
from ministack.core import iam_actions

from .fingerprint import expect


def apply() -> None:
    _transport()
    _batches()


def _transport() -> None:
    """HTTP on the loopback interface stands for TLS: else whatever has a policy that asks for aws:SecureTransport refuses everything."""
    pin = expect(app.pin_request_origin, "de819c1bd9ac2be4")
    app.pin_request_origin = lambda source_ip, _secure: pin(source_ip, True)


def _batches() -> None:
    """AWS has no actions for batches: SendMessageBatch needs sqs:SendMessage."""
    extract = expect(iam_actions.extract_iam_action, "ec476b92d969822b")

    def extract_iam_action(*request):
        action = extract(*request)
        return action.removesuffix("Batch") if action and action.startswith("sqs:") else action

    iam_actions.extract_iam_action = extract_iam_action
