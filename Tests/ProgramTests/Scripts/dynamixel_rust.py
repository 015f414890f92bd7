"""Drives DYNAMIXELs with rustypot's XL330 and XL430 controllers; prints what it got as JSON.

usage: dynamixel_rust.py PORT
"""

import json
import sys
import time

import rustypot

IDS = [1, 2, 3, 4, 5, 6]
got = {}


def number(answer):
    return answer[0] if isinstance(answer, (list, tuple)) else answer


def switch(*values):
    return list(values) if name == "xl430" else [value != 0 for value in values]


def patiently(call, *arguments):
    """On a busy machine a process may wait long for its turn: what was lost is asked for again."""
    for attempt in range(5):
        try:
            return call(*arguments)
        except Exception:
            if attempt == 4:
                raise
            time.sleep(0.1)


# the one controller speaks counts, the other radians
for name, kind, way in (("xl430", rustypot.Xl430PyController, 200), ("xl330", rustypot.Xl330PyController, 0.3)):
    servos = kind(sys.argv[1], 1_000_000, 1.0)
    seen = {}
    seen["pings"] = [servos.ping(i) for i in IDS]
    servos.set_timeout(0.1)
    seen["absent"] = servos.ping(30)
    servos.set_timeout(1.0)
    seen["models"] = [number(patiently(servos.read_model_number, i)) for i in IDS]
    seen["singly"] = [number(patiently(servos.read_present_position, i)) for i in IDS]
    for fast in (False, True):
        servos.set_fast_sync_read(fast)
        seen["fast" if fast else "together"] = list(patiently(servos.sync_read_present_position, IDS))
    seen["volts"] = number(patiently(servos.read_present_input_voltage, 1))
    seen["error"] = number(patiently(servos.read_hardware_error_status, 1))
    patiently(servos.sync_write_torque_enable, [5, 6], switch(1, 1))
    start = list(patiently(servos.sync_read_present_position, [5, 6]))
    goals = [start[0] + way, start[1] - way]
    patiently(servos.sync_write_goal_position, [5, 6], goals)
    end = time.monotonic() + 10
    while True:
        now = list(patiently(servos.sync_read_present_position, [5, 6]))
        if all(abs(a - b) < way / 25 for a, b in zip(now, goals)) or time.monotonic() > end:
            break
        time.sleep(0.02)
    seen["goals"], seen["ends"] = goals, now
    patiently(servos.sync_write_torque_enable, [5, 6], switch(0, 0))
    seen["torques"] = [int(x) for x in patiently(servos.sync_read_torque_enable, [5, 6])]
    servos.reboot(2)
    end = time.monotonic() + 10
    while not servos.ping(2) and time.monotonic() < end:
        time.sleep(0.05)
    seen["rebooted"] = number(patiently(servos.read_model_number, 2))
    servos.close()
    got[name] = seen
print(json.dumps(got))
