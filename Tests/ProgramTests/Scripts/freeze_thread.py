"""Stops one thread of a process, and only that thread, for a while: what a scheduler or a driver of the kernel may do.

usage: freeze_thread.py PID NAME SECONDS
Prints the monotonic times (nanoseconds) between which it stood. Uses ptrace, so it must belong to the same user.
"""

import ctypes
import os
import sys
import time

SEIZE, INTERRUPT, DETACH = 0x4206, 0x4207, 17
WALL = 0x40000000

libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]


def ptrace(request, thread):
    if libc.ptrace(request, thread, None, None) != 0:
        error = ctypes.get_errno()
        sys.exit(f"ptrace({request:#x}): {os.strerror(error)}")


def main():
    process, name, seconds = int(sys.argv[1]), sys.argv[2], float(sys.argv[3])
    for thread in os.listdir(f"/proc/{process}/task"):
        with open(f"/proc/{process}/task/{thread}/comm") as comm:
            if comm.read().strip() == name:
                break
    else:
        sys.exit(f"process {process} has no thread named {name}")
    thread = int(thread)
    ptrace(SEIZE, thread)
    ptrace(INTERRUPT, thread)
    os.waitpid(thread, WALL)
    # told at once: who waits for it knows that the thread stands
    print(time.monotonic_ns(), flush=True)
    time.sleep(seconds)
    ended = time.monotonic_ns()
    ptrace(DETACH, thread)
    print(ended)


main()
