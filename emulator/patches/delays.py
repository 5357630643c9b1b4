"""Delays of messages pass faster (`SQS_DELAY_SCALE`), like the waits of workflows (`SFN_WAIT_SCALE`)."""

import os

from ministack.services import sqs

from .fingerprint import expect, rewritten


def apply() -> None:
    expect(sqs._act_send_message, "3abd766508c885c6")
    sqs._delay_scale = float(os.environ["SQS_DELAY_SCALE"])
    sqs._HANDLERS["SendMessage"] = rewritten(sqs._act_send_message, [('"visible_at": now + delay,', '"visible_at": now + delay * _delay_scale,')])
