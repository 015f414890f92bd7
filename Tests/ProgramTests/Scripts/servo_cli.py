"""Reads and writes several servos in one packet with feetech-cli's library; prints what it got as JSON.

usage: servo_cli.py PORT
"""

import json
import sys
import time

from feetech_cli import FeetechServoController

IDS = [1, 2, 3, 4, 5, 6]
TORQUE, POSITION = 40, 56
# a generous time-out: on a busy machine a process may wait long for its turn
servos = FeetechServoController(port=sys.argv[1], baudrate=1_000_000, timeout=1.0, max_id=6)
servos.open()
packets = servos.packet_handler
got = {}


def word(data):
    return packets.decode_word(list(data))


def positions(ids):
    # this client refuses answers that come in another order than it asked for
    answers = packets.sync_read(ids, POSITION, 2)
    assert all(error == 0 for error, _ in answers.values()), answers
    return {i: word(data) for i, (_, data) in answers.items()}


for i in IDS:
    packets.ping(i)
got["singly"] = [word(packets.read(i, POSITION, 2)) for i in IDS]
got["synchronously"] = [positions(IDS[::-1])[i] for i in IDS]
goals = {5: got["singly"][4] + 200, 6: got["singly"][5] + 250}
servos.sync_write_positions([5, 6], [goals[5], goals[6]])
end = time.monotonic() + 10
while True:
    now = positions([5, 6])
    if all(abs(now[i] - goals[i]) < 10 for i in goals) or time.monotonic() > end:
        break
    time.sleep(0.02)
got["goals"], got["ends"] = list(goals.values()), [now[5], now[6]]
packets.sync_write(TORQUE, [(i, [0]) for i in IDS])
got["torques"] = [data[0] for _, data in packets.sync_read(IDS, TORQUE, 1).values()]
print(json.dumps(got))
