"""Lambda's recursive loop detection through SQS: a chain of one function and queues ends after 16 invocations, unless the function allows it.

AWS counts in the trace header of a message, which the SDK passes from an invocation to its messages. MiniStack passes nothing on, and counts only calls of
Invoke.
"""

import contextvars
import hashlib
import logging
import secrets
import time

from ministack.services import cloudwatch, lambda_svc, sqs
from ministack.services.cloudformation import provisioners

from .fingerprint import expect

logger = logging.getLogger("lambda")

LIMIT = 16

# The trace header of the current request, and that of the current invocation.
_request: contextvars.ContextVar[str | None] = contextvars.ContextVar("trace_of_request", default=None)
_invocation: contextvars.ContextVar[str | None] = contextvars.ContextVar("trace_of_invocation", default=None)


def apply() -> None:
    _carry()
    _stop()
    _allow()


def _carry() -> None:
    """An invocation knows its trace header, and adds it to the messages that it sends."""
    trace_of = expect(lambda_svc._xray_trace_id_for_invocation, "46cbd1c5214a6df2")
    lambda_svc._xray_trace_id_for_invocation = lambda config, inbound=None: trace_of(config, inbound or _invocation.get())
    handle = expect(sqs.handle_request, "a838f9d3e2667278")
    build = expect(sqs._build_send_sys_attrs, "d5f662692aea668e")

    async def handle_request(method, path, headers, body, query_params):
        _request.set(headers.get("x-amzn-trace-id"))
        return await handle(method, path, headers, body, query_params)

    def build_send_sys_attrs(now, given):
        attributes = build(now, given)
        if _request.get():
            attributes.setdefault("AWSTraceHeader", _request.get())
        return attributes

    sqs.handle_request = handle_request
    sqs._build_send_sys_attrs = build_send_sys_attrs


def _stop() -> None:
    """Messages that a mapping may not deliver stay in their queue, which counts receives as usual."""
    run = expect(lambda_svc._run_sqs_batch, "f9bf630aabf3d1b9")

    def run_sqs_batch(esm, func_rec, event, batch, queue_url, queue_name):
        name = esm["FunctionName"]
        # AWS does not document which count of a batch applies: the highest stops the most.
        lineages = [_lineage(message.get("sys", {}).get("AWSTraceHeader")) for message in batch]
        hops = max(each.get(_mark(name), 0) for each in lineages) + 1
        if hops > LIMIT and func_rec.get("recursive_loop") != "Allow":
            esm["LastProcessingResult"] = "PROBLEM: RecursiveInvocationException"
            cloudwatch.record_metric("AWS/Lambda", "RecursiveInvocationsDropped", 1, "Count", {"FunctionName": name})
            logger.warning("%s is not invoked by %s: it has been %d times in this chain", name, queue_name, LIMIT)
            return
        others = {mark: hops for each in lineages for mark, hops in each.items()}
        _invocation.set(_header({**others, _mark(name): hops}))
        run(esm, func_rec, event, batch, queue_url, queue_name)

    lambda_svc._run_sqs_batch = run_sqs_batch


def _allow() -> None:
    """CloudFormation's `RecursiveLoop`."""
    handlers = provisioners._RESOURCE_HANDLERS["AWS::Lambda::Function"]
    create = expect(handlers["create"], "8b2cf80e961d92ee")
    update = expect(handlers["update"], "4855410e37d7a80d")

    def create_function(logical_id, props, stack_name):
        result = create(logical_id, props, stack_name)
        lambda_svc._functions[result[0]]["recursive_loop"] = props.get("RecursiveLoop", "Terminate")
        return result

    def update_function(physical_id, old_props, new_props, stack_name, logical_id=None):
        result = update(physical_id, old_props, new_props, stack_name, logical_id)
        lambda_svc._functions[result[0]]["recursive_loop"] = new_props.get("RecursiveLoop", "Terminate")
        return result

    handlers.update(create=create_function, update=update_function)


def _mark(function: str) -> str:
    return hashlib.sha256(function.encode()).hexdigest()[:8]


def _lineage(header: str | None) -> dict[str, int]:
    """The number of invocations of each function in the chain, by the function's mark."""
    for part in (header or "").split(";"):
        name, _, counts = part.partition("=")
        if name == "Lineage":
            return {mark: int(hops) for mark, _, hops in (each.partition(":") for each in counts.split("|")) if hops.isdigit()}
    return {}


def _header(lineage: dict[str, int]) -> str:
    counts = "|".join(f"{mark}:{hops}" for mark, hops in lineage.items())
    return f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)};Parent={secrets.token_hex(8)};Sampled=0;Lineage={counts}"
