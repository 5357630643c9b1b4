"""DynamoDB streams: partial batch responses of the functions that read them, which MiniStack honours for SQS only, and their end after 24 hours."""

import json

from ministack.core.responses import _request_account_id, _request_region
from ministack.services import dynamodb, lambda_svc

from .controls import controls
from .fingerprint import expect, rewritten


def apply() -> None:
    expect(lambda_svc._poll_dynamodb_streams, "2b2460e933a9f3c3")
    lambda_svc._stream_checkpoint = checkpoint
    rewritten(
        lambda_svc._poll_dynamodb_streams,
        [
            ("raw_len = len(batch)\n", "raw_len = len(batch)\n            raw_batch = batch\n"),
            (
                """                processed_any = True
                _esm_backoff_until.pop(esm_id, None)
                with _dynamodb_stream_positions_lock:
                    _dynamodb_stream_positions[esm_id] = pos + raw_len
""",
                """                processed_any = True
                done = _stream_checkpoint(esm, raw_batch, result)
                if done == raw_len:
                    _esm_backoff_until.pop(esm_id, None)
                else:
                    _esm_backoff_until[esm_id] = time.time() + _ESM_BACKOFF_SECONDS
                with _dynamodb_stream_positions_lock:
                    _dynamodb_stream_positions[esm_id] = pos + done
""",
            ),
        ],
    )
    expect(dynamodb._trim_stream_records, "43f62f181df024ec")
    controls["expire-streams"] = expire
    controls["streams-are-read"] = are_read


def expire(region: str) -> None:
    """Discards the records in the streams of a Region's tables, as if 24 hours had passed."""
    retention, dynamodb._STREAM_RETENTION_SECONDS = dynamodb._STREAM_RETENTION_SECONDS, -1
    try:
        for account, home, name in list(dynamodb._stream_records._data):
            if home == region:
                dynamodb._trim_stream_records(name, account_id=account, region=home)
    finally:
        dynamodb._STREAM_RETENTION_SECONDS = retention


def are_read(region: str) -> bool:
    """Whether the functions that read a Region's streams have processed all of their records."""
    return all(
        is_read(account, home, mapping)
        for account, home, mapping in lambda_svc._iter_all_esms()
        if home == region and mapping.get("Enabled", True) and ":dynamodb:" in mapping.get("EventSourceArn", "")
    )


def is_read(account: str, region: str, mapping: dict) -> bool:
    tokens = [(_request_account_id, _request_account_id.set(account)), (_request_region, _request_region.set(region))]
    try:
        table = mapping["EventSourceArn"].split(":table/")[1].split("/")[0]
        position = lambda_svc._dynamodb_stream_positions.get(mapping["UUID"])
        if table not in dynamodb._tables or dynamodb._tables[table].get("LatestStreamArn") != mapping["EventSourceArn"]:
            return True
        start, end = dynamodb.stream_start_position(table), dynamodb.stream_end_position(table)
        return start == end or (position is not None and position >= end)
    finally:
        for variable, token in tokens:
            variable.reset(token)


def checkpoint(esm: dict, batch: list[dict], result: dict) -> int:
    """The number of processed records of the batch: those before the lowest sequence number that the function reports as failed."""
    if "ReportBatchItemFailures" not in esm.get("FunctionResponseTypes", []):
        return len(batch)
    body = result.get("body")
    if isinstance(body, str):
        body = json.loads(body)
    failed = {each.get("itemIdentifier") for each in (body or {}).get("batchItemFailures") or []}
    numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
    if not failed <= set(numbers):
        # An identifier that is not in the batch fails the whole batch.
        return 0
    return min((numbers.index(number) for number in failed), default=len(batch))
