"""Drives six servos with LeRobot's FeetechMotorsBus; prints what it got as JSON.

usage: servo_lerobot.py PORT
"""

import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[3] / "Benchmarks/Peers"))
import lerobot_bus

servos = lerobot_bus.bus(sys.argv[1])
NAMES = [f"joint_{i}" for i in range(1, 7)]
got = {}


def together(register, names=NAMES):
    answers = servos.sync_read(register, names, normalize=False, num_retry=3)
    return [answers[name] for name in names]


def settled(names, goals):
    end = time.monotonic() + 10
    while True:
        now = together("Present_Position", names)
        if all(abs(a - b) < 10 for a, b in zip(now, goals)) or time.monotonic() > end:
            return now
        time.sleep(0.02)


got["heard"] = {str(i): model for i, model in servos.broadcast_ping(num_retry=3).items()}
got["models"] = [servos.ping(name, num_retry=3) for name in NAMES]
got["singly"] = [servos.read("Present_Position", name, normalize=False, num_retry=3) for name in NAMES]
got["synchronously"] = together("Present_Position")
got["voltage"] = servos.read("Present_Voltage", "joint_1", normalize=False, num_retry=3)

# EEPROM behind the lock
servos.disable_torque()
before = servos.read("P_Coefficient", "joint_1", normalize=False)
servos.write("Lock", "joint_1", 0)
servos.write("P_Coefficient", "joint_1", 50)
got["gains"] = [before, servos.read("P_Coefficient", "joint_1", normalize=False)]
servos.write("P_Coefficient", "joint_1", before)
servos.write("Lock", "joint_1", 1)

# torque, then goals
start = together("Present_Position", NAMES[4:])
servos.enable_torque(NAMES[4:])
servos.write("Goal_Position", "joint_6", start[1] + 300, normalize=False)
got["moved"] = [start[1], settled(["joint_6"], [start[1] + 300])[0]]
goals = [start[0] - 200, start[1] + 100]
servos.sync_write("Goal_Position", dict(zip(NAMES[4:], goals)), normalize=False)
got["goals"], got["ends"] = goals, settled(NAMES[4:], goals)
servos.disable_torque()
got["torques"] = together("Torque_Enable")
servos.disconnect()
print(json.dumps(got))
