"""Fails if the source to patch differs from the source for which the patch was written."""

import hashlib
import inspect
import textwrap
from importlib import metadata

EXPECTED_VERSION = "1.5.33"


class PatchError(Exception):
    pass


def expect_version() -> None:
    version = metadata.version("ministack")
    if version != EXPECTED_VERSION:
        raise PatchError(
            f"ministack {EXPECTED_VERSION} is expected, got {version}; install emulator/requirements.txt, "
            "or read the new version's functions and adapt emulator/patches"
        )


def fingerprint(function) -> str:
    return hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:16]


def expect(function, expected: str):
    """Returns the function if its source is the one for which the patch was written."""
    actual = fingerprint(function)
    if actual != expected:
        raise PatchError(
            f"{function.__module__}.{function.__qualname__} is not the function that emulator/patches was written for "
            f"(fingerprint {actual}, expected {expected}); read it again, adapt the patch, then change the fingerprint"
        )
    return function


def rewritten(function, replacements: list[tuple[str, str]]):
    """Returns the function, compiled again in its own module with each fragment of its source replaced."""
    source = textwrap.dedent(inspect.getsource(function))
    for old, new in replacements:
        if source.count(old) != 1:
            raise PatchError(f"{function.__qualname__} has {source.count(old)} places that read {old!r}, expected one")
        source = source.replace(old, new)
    module = inspect.getmodule(function)
    exec(compile(source, f"{module.__file__} (patched)", "exec"), module.__dict__)
    return module.__dict__[function.__name__]
