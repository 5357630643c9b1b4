"""Runs a command in a pseudo-terminal. Types a line once a question is on the screen. Prints the screen, and ends with the exit code of the command.

Usage: terminal.py LINE COMMAND [ARGUMENT...]
"""
import os
import pty
import sys

line, *command = sys.argv[1:]
child, terminal = pty.fork()
if child == 0:
    os.execvp(command[0], command)
screen = b""
is_typed = False
while True:
    try:
        chunk = os.read(terminal, 4096)
    except OSError:
        # Linux reports the end of the other side so.
        break
    if not chunk:
        break
    screen += chunk
    if not is_typed and b"Type yes" in screen:
        is_typed = True
        os.write(terminal, line.encode() + b"\n")
sys.stdout.buffer.write(screen)
sys.stdout.flush()
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status))
