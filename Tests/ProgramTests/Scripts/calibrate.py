"""A person at a terminal who calibrates a virtual robot: leads each joint by hand and presses Enter.

usage: calibrate.py HAND-FILE COMMAND...     with $INTERRUPT=N: Ctrl-C at the Nth joint's sweep.
Exit code and output are the command's.
"""
import os, pty, re, select, signal, sys, time

hand, command = sys.argv[1], sys.argv[2:]
interrupt = int(os.environ.get("INTERRUPT", "0"))
child, master = pty.fork()
if child == 0:
    os.environ["TERM"] = "xterm"
    os.execv(command[0], command)
seen, at, swept, deadline = b"", 0, 0, time.time() + 150


def pump(seconds):
    global seen
    end = time.time() + seconds
    while time.time() < end:
        if select.select([master], [], [], 0.05)[0]:
            try:
                part = os.read(master, 65536)
            except OSError:
                return False
            if not part:
                return False
            seen += part
    return True


def lead(joint, angle):
    with open(hand + ".new", "w") as file:
        file.write(f"{joint} {angle}\n")
    os.rename(hand + ".new", hand)


while time.time() < deadline and pump(0.05):
    joints = re.findall(r"of \d+: (\w+)", seen.decode(errors="replace"))
    if b"then press Enter" not in seen[at:]:
        continue
    middle = b"middle" in seen[at:]
    at = len(seen)
    if middle:
        lead(joints[-1], 0.0)
        pump(1.0)
    else:
        swept += 1
        for angle in (-0.8, 0, 0.8, 0):
            lead(joints[-1], angle)
            pump(0.7)
        if swept == interrupt:
            os.kill(child, signal.SIGINT)
            continue
    os.write(master, b"\n")
status = os.waitpid(child, 0)[1]
sys.stdout.buffer.write(seen)
sys.exit(os.waitstatus_to_exitcode(status))
