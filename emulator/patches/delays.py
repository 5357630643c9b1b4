"""Delays of messages pass ten times as fast, like the waits of workflows (`SFN_WAIT_SCALE`)."""

from ministack.services import sqs

from .fingerprint import expect, rewritten

SCALE = 0.1


def apply() -> None:
    expect(sqs._act_send_message, "3abd766508c885c6")
    sqs._delay_scale = SCALE
    sqs._HANDLERS["SendMessage"] = rewritten(sqs._act_send_message, [('"visible_at": now + delay,', '"visible_at": now + delay * _delay_scale,')])
