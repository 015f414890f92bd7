"""Drives six servos with rustypot; prints what it got as JSON.

usage: servo_rust.py PORT
"""

import json
import math
import sys
import time

import rustypot

IDS = [1, 2, 3, 4, 5, 6]
# a generous time-out: on a busy machine a process may wait long for its turn
servos = rustypot.Sts3215PyController(sys.argv[1], 1_000_000, 1.0)
got = {}


def number(answer):
    return answer[0] if isinstance(answer, (list, tuple)) else answer


def settled(ids, goals):
    end = time.monotonic() + 10
    while True:
        now = list(servos.sync_read_raw_present_position(ids))
        if all(abs(a - b) < 10 for a, b in zip(now, goals)) or time.monotonic() > end:
            return now
        time.sleep(0.02)


got["pings"] = [servos.ping(i) for i in IDS]
servos.set_timeout(0.1)
got["absent"] = servos.ping(9)
servos.set_timeout(1.0)
got["models"] = [number(servos.read_model(i)) for i in IDS]
got["heard"] = {str(i): model for i, model in servos.broadcast_scan(IDS + [7, 8]).items()}

got["singly"] = [number(servos.read_raw_present_position(i)) for i in IDS]
got["synchronously"] = list(servos.sync_read_raw_present_position(IDS))
got["radians"] = list(servos.sync_read_present_position(IDS))
got["centre"] = math.pi
data, error = servos.read_raw_data_with_error(1, 62, 2)
got["voltage, temperature"], got["error"] = list(data), error

# EEPROM is behind the lock
servos.write_p_coefficient(1, 50)
got["locked gain"] = number(servos.read_p_coefficient(1))
servos.write_raw_lock(1, 0)
servos.write_p_coefficient(1, 50)
got["unlocked gain"] = number(servos.read_p_coefficient(1))
servos.write_p_coefficient(1, 32)
servos.write_raw_lock(1, 1)

# torque, then a goal
start = number(servos.read_raw_present_position(6))
servos.write_raw_torque_enable(6, 1)
servos.write_raw_goal_position(6, start + 300)
got["moved"] = [start, settled([6], [start + 300])[0]]

# both at once
roll = number(servos.read_raw_present_position(5))
goals = [roll - 200, start + 100]
servos.sync_write_raw_goal_position([5, 6], goals)
got["goals"], got["ends"] = goals, settled([5, 6], goals)

servos.sync_write_raw_torque_enable(IDS, [0] * 6)
got["torques"] = list(servos.sync_read_raw_torque_enable(IDS))

# a rebooting servo is silent, then there again
servos.reboot(2)
end = time.monotonic() + 10
while not servos.ping(2) and time.monotonic() < end:
    time.sleep(0.05)
got["rebooted"] = number(servos.read_model(2))
servos.close()
print(json.dumps(got))
