"""Drives six servos with st3215-bus; prints what it got as JSON.

usage: servo_bus.py PORT
"""

import json
import sys
import time

from st3215_bus import Buses

IDS = [1, 2, 3, 4, 5, 6]
# a generous time-out: on a busy machine a process may wait long for its turn
servos = Buses({"arm": sys.argv[1]}, timeout_ms=500)
got = {}


def register(name, ids=IDS):
    answers = servos.read_register(name, ids)["arm"]
    return [answers[i] for i in ids]


def settled(ids, goals):
    end = time.monotonic() + 10
    while True:
        now = register("PresentPosition", ids)
        if all(abs(a - b) < 10 for a, b in zip(now, goals)) or time.monotonic() > end:
            return now
        time.sleep(0.02)


got["pings"] = servos.ping(7)["arm"]
got["models"] = [servos.read_eeprom("ModelNumber", [i])["arm"][i] for i in IDS]
got["singly"] = register("PresentPosition")
answers = servos.read_positions(IDS)["arm"]
got["synchronously"] = [answers[i] for i in IDS]
got["voltage"] = register("PresentVoltage", [1])[0]

# EEPROM by registered write and action, behind the lock, read back by the client itself
before = servos.read_eeprom("PCoef", [1])["arm"][1]
got["unverified"] = servos.write_eeprom("PCoef", {"arm": {1: 50}})["arm"]
got["gains"] = [before, servos.read_eeprom("PCoef", [1])["arm"][1]]
servos.write_eeprom("PCoef", {"arm": {1: before}})

# torque, then goals
start = register("PresentPosition", [5, 6])
servos.set_torque(True, [5, 6])
servos.write_goals({"arm": {6: start[1] + 300}})
got["moved"] = [start[1], settled([6], [start[1] + 300])[0]]
goals = [start[0] - 200, start[1] + 100]
servos.write_goals({"arm": {5: goals[0], 6: goals[1]}})
got["goals"], got["ends"] = goals, settled([5, 6], goals)
servos.set_torque(False, IDS)
got["torques"] = register("TorqueEnable")
servos.close()
print(json.dumps(got))
