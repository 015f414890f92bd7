"""Drives six servos with feetech-servo-sdk; prints what it got as JSON.

usage: servo_sdk.py PORT
"""

import json
import sys
import time

import scservo_sdk
import scservo_sdk.port_handler as port_handler

# the SDK gives up after 34 ms: on a busy machine a process may wait longer than that for its turn
port_handler.LATENCY_TIMER = 500

IDS = [1, 2, 3, 4, 5, 6]
P_GAIN, TORQUE, GOAL, LOCK, POSITION = 21, 40, 42, 55, 56

port = scservo_sdk.PortHandler(sys.argv[1])
assert port.openPort() and port.setBaudRate(1_000_000)
packets = scservo_sdk.PacketHandler(0)
got = {}


def value(answer):
    data, result, error = answer
    assert result == scservo_sdk.COMM_SUCCESS, packets.getTxRxResult(result)
    assert error == 0, packets.getRxPacketError(error)
    return data


def done(answer):
    result, error = answer
    assert (result, error) == (scservo_sdk.COMM_SUCCESS, 0), (packets.getTxRxResult(result), error)


def read(address):
    return [value(packets.read2ByteTxRx(port, i, address)) for i in IDS]


def sync_read(ids, address, length):
    group = scservo_sdk.GroupSyncRead(port, packets, address, length)
    for i in ids:
        assert group.addParam(i)
    assert group.txRxPacket() == scservo_sdk.COMM_SUCCESS
    return {i: group.getData(i, address, length) for i in ids}


def sync_write(address, length, values):
    group = scservo_sdk.GroupSyncWrite(port, packets, address, length)
    for i, number in values.items():
        assert group.addParam(i, list(number.to_bytes(length, "little")))
    assert group.txPacket() == scservo_sdk.COMM_SUCCESS


def settled(goals):
    """Positions once every servo is within ten counts of its goal, or after ten seconds."""
    end = time.monotonic() + 10
    while True:
        now = {i: value(packets.read2ByteTxRx(port, i, POSITION)) for i in goals}
        if all(abs(now[i] - goals[i]) < 10 for i in goals) or time.monotonic() > end:
            return now
        time.sleep(0.02)


got["models"] = [value(packets.ping(port, i)) for i in IDS]
port_handler.LATENCY_TIMER = 20
got["absent"] = packets.getTxRxResult(packets.ping(port, 9)[1])
port_handler.LATENCY_TIMER = 500

got["singly"] = read(POSITION)
backwards = sync_read(IDS[::-1], POSITION, 2)
got["synchronously"] = [backwards[i] for i in IDS]
got["voltage"] = value(packets.read1ByteTxRx(port, 1, 62))
got["temperature"] = value(packets.read1ByteTxRx(port, 1, 63))

# EEPROM is behind the lock
got["gains"] = [value(packets.read1ByteTxRx(port, 1, P_GAIN))]
for lock, gain in [(1, 50), (0, 50), (1, 60), (0, 32)]:
    done(packets.write1ByteTxRx(port, 1, LOCK, lock))
    done(packets.write1ByteTxRx(port, 1, P_GAIN, gain))
    got["gains"].append(value(packets.read1ByteTxRx(port, 1, P_GAIN)))
done(packets.write1ByteTxRx(port, 1, LOCK, 1))

# torque, then a goal
start = value(packets.read2ByteTxRx(port, 6, POSITION))
done(packets.write1ByteTxRx(port, 6, TORQUE, 1))
done(packets.write2ByteTxRx(port, 6, GOAL, start + 300))
got["moved"] = [start, settled({6: start + 300})[6]]

# a goal alone is torque on
roll = value(packets.read2ByteTxRx(port, 5, POSITION))
got["torque before the goal"] = value(packets.read1ByteTxRx(port, 5, TORQUE))
done(packets.write2ByteTxRx(port, 5, GOAL, roll))
got["torque after the goal"] = value(packets.read1ByteTxRx(port, 5, TORQUE))

# both at once
goals = {5: roll + 200, 6: start + 100}
sync_write(GOAL, 2, goals)
ends = settled(goals)
got["goals"], got["ends"] = [goals[5], goals[6]], [ends[5], ends[6]]

# a registered goal waits for the action
done(packets.regWriteTxRx(port, 6, GOAL, 2, list((start + 250).to_bytes(2, "little"))))
got["registered"] = value(packets.read2ByteTxRx(port, 6, GOAL)) - start
packets.action(port, scservo_sdk.BROADCAST_ID)
got["acted"] = value(packets.read2ByteTxRx(port, 6, GOAL)) - start

sync_write(TORQUE, 1, {i: 0 for i in IDS})
got["torques"] = list(sync_read(IDS, TORQUE, 1).values())
port.closePort()
print(json.dumps(got))
