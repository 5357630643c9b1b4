"""A Region that can't be reached: requests to it are answered with 503, and its table replicas neither send nor receive."""

from urllib.parse import parse_qs

from ministack import app
from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.core.router import extract_signed_region
from ministack.services import dynamodb

from .controls import answer, controls
from .fingerprint import expect

isolated: set[str] = set()
# What a replica has not got yet, in the order of the writes: (account, from, to, table, what _replicate_write takes beside it).
_held: list[tuple] = []


def apply() -> None:
    serve = expect(app.app, "ab1297bd6cd59811")
    expect(dynamodb._replica_group, "fb98a3bae78280e7")
    replicate = expect(dynamodb._replicate_write, "3dc2a4ec09c58853")

    async def reachable_only(scope, receive, send):
        if scope["type"] != "http":
            return await serve(scope, receive, send)
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        # What is signed names its Region.
        if extract_signed_region(headers, query) in isolated:
            return await answer(send, 503)
        return await serve(scope, receive, send)

    def replicate_write(table, *write):
        home = get_region()
        others = [region for region in dynamodb._replica_group(table) if region != home]
        held = [region for region in others if isolated & {home, region}]
        for region in held:
            _held.append((get_account_id(), home, region, table["TableName"], write))
        replicate_to([region for region in others if region not in held], table, write)

    def replicate_to(regions, table, write):
        if regions:
            replicate({**table, "_global_regions": regions}, *write)

    def rejoin(region):
        isolated.discard(region)
        held, _held[:] = list(_held), []
        for account, home, target, name, write in held:
            if isolated & {home, target}:
                _held.append((account, home, target, name, write))
                continue
            with request_scope(account, home):
                if name in dynamodb._tables:
                    replicate_to([target], dynamodb._tables[name], write)

    app.app = reachable_only
    dynamodb._replicate_write = replicate_write
    controls["isolate"] = isolated.add
    controls["rejoin"] = rejoin
