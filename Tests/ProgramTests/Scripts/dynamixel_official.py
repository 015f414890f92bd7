"""Drives six DYNAMIXELs and a wheel with the manufacturer's SDK; prints what it got as JSON.

usage: dynamixel_official.py PORT
"""

import json
import sys
import time

from dynamixel_sdk import COMM_SUCCESS, GroupBulkRead, GroupBulkWrite, GroupSyncRead, GroupSyncWrite
from dynamixel_sdk import PacketHandler, PortHandler

IDS = [1, 2, 3, 4, 5, 6, 7]
TORQUE, GOAL, VELOCITY, POSITION, GOAL_VELOCITY = 64, 116, 128, 132, 104
port = PortHandler(sys.argv[1])
handler = PacketHandler(2.0)
assert port.openPort() and port.setBaudRate(1_000_000)
got = {}


def signed(number, bits=32):
    return number - (1 << bits) if number >> (bits - 1) else number


def patiently(call, *arguments):
    """On a busy machine a process may wait long for its turn: what was lost is asked for again."""
    for _ in range(5):
        answer = call(*arguments)
        result = answer[-2] if isinstance(answer, tuple) else answer
        if result == COMM_SUCCESS:
            break
        time.sleep(0.1)
    return answer


def read(address, width, motor):
    call = {1: handler.read1ByteTxRx, 2: handler.read2ByteTxRx, 4: handler.read4ByteTxRx}[width]
    number, result, _ = patiently(call, port, motor, address)
    return number if result == COMM_SUCCESS else None


def write(motor, address, width, number):
    call = {1: handler.write1ByteTxRx, 2: handler.write2ByteTxRx, 4: handler.write4ByteTxRx}[width]
    _, error = patiently(call, port, motor, address, number)
    return error


def settled(motors, goals):
    end = time.monotonic() + 10
    while True:
        now = [signed(read(POSITION, 4, motor)) for motor in motors]
        if all(abs(a - b) < 8 for a, b in zip(now, goals)) or time.monotonic() > end:
            return now
        time.sleep(0.02)


got["models"] = [patiently(handler.ping, port, motor)[0] for motor in IDS]
got["absent"] = handler.getTxRxResult(handler.ping(port, 30)[1])
for _ in range(5):
    heard, result = handler.broadcastPing(port)
    if len(heard) == len(IDS):
        break
got["heard"] = {str(motor): facts for motor, facts in heard.items()}

# one by one, together, and in one packet
got["singly"] = [read(POSITION, 4, motor) for motor in IDS[:6]]
for name, call in (("synchronously", "txRxPacket"), ("fast", "fastSyncRead")):
    group = GroupSyncRead(port, handler, POSITION, 4)
    for motor in IDS[:6]:
        assert group.addParam(motor)
    got[name + " result"] = patiently(getattr(group, call))
    got[name] = [group.getData(motor, POSITION, 4) for motor in IDS[:6] if group.isAvailable(motor, POSITION, 4)]
for name, call in (("bulk", "txRxPacket"), ("fast bulk", "fastBulkRead")):
    group = GroupBulkRead(port, handler)
    # ids that are no lengths: this SDK looks an id up in a list of both
    assert group.addParam(5, 144, 2) and group.addParam(6, 146, 1) and group.addParam(7, POSITION, 4)
    got[name + " result"] = patiently(getattr(group, call))
    got[name] = [group.getData(5, 144, 2), group.getData(6, 146, 1), group.getData(7, POSITION, 4)]

# EEPROM with torque on and off, and what no register can hold
got["errors"] = [
    write(1, TORQUE, 1, 1), write(1, 31, 1, 70), write(1, TORQUE, 1, 0), write(1, 31, 1, 70), write(1, 9, 1, 255),
    write(1, GOAL, 4, 5000),
]
got["explained"] = handler.getRxPacketError(got["errors"][1])
got["limit"] = read(31, 1, 1)

# a goal alone, two together, and a wheel
for motor in (5, 6, 7):
    write(motor, TORQUE, 1, 1)
start = read(POSITION, 4, 6)
write(6, GOAL, 4, start + 300)
got["moved"] = [start, settled([6], [start + 300])[0]]
goals = [read(POSITION, 4, 5) - 200, start + 100]
group = GroupSyncWrite(port, handler, GOAL, 4)
for motor, goal in zip((5, 6), goals):
    assert group.addParam(motor, list(goal.to_bytes(4, "little")))
group.txPacket()
got["goals"], got["ends"] = goals, settled([5, 6], goals)
group = GroupBulkWrite(port, handler)
assert group.addParam(7, GOAL_VELOCITY, 4, list((100).to_bytes(4, "little"))) and group.addParam(5, 65, 1, [1])
group.txPacket()
time.sleep(1.5)
got["speed"], got["light"] = signed(read(VELOCITY, 4, 7)), read(65, 1, 5)

# the bus watchdog: silence stops the wheel and locks its goals
write(7, 98, 1, 5)
time.sleep(0.4)
got["tripped"], got["locked"] = read(98, 1, 7), write(7, GOAL_VELOCITY, 4, 50)
time.sleep(1.0)
got["stopped"] = signed(read(VELOCITY, 4, 7))
got["cleared"], got["free"] = write(7, 98, 1, 0), write(7, GOAL_VELOCITY, 4, 0)

# a rebooting device is silent, then there again without torque
patiently(handler.reboot, port, 6)
got["silence"] = handler.ping(port, 6)[1] != COMM_SUCCESS
end = time.monotonic() + 10
while handler.ping(port, 6)[1] != COMM_SUCCESS and time.monotonic() < end:
    time.sleep(0.05)
got["rebooted"] = [read(0, 2, 6), read(TORQUE, 1, 6)]
port.closePort()
print(json.dumps(got))
