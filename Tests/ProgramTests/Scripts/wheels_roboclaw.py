"""Drives two wheels on a RoboClaw with the manufacturer's library; prints what it got as JSON.

usage: wheels_roboclaw.py PORT
"""

import json
import sys
import time

from basicmicro import Basicmicro
from basicmicro.exceptions import PacketTimeoutError

# a generous time-out: on a busy machine a process may wait long for its turn
claw = Basicmicro(sys.argv[1], 38400, timeout=0.5, retries=3)
assert claw.Open()
ADDRESS = 0x80
got = {"version": claw.ReadVersion(ADDRESS)[1].strip()}
got["volts"] = claw.ReadMainBatteryVoltage(ADDRESS)[1]
got["temperature"] = claw.ReadTemp(ADDRESS)[1]
got["error"] = claw.ReadError(ADDRESS)[1]
got["timeouts"] = [claw.GetTimeout(ADDRESS)[1], claw.SetTimeout(ADDRESS, 0.5), claw.GetTimeout(ADDRESS)[1]]
got["start"] = claw.GetEncoders(ADDRESS)[1:]
assert claw.SpeedM1M2(ADDRESS, 2048, -1024)
end = time.monotonic() + 1.5
while time.monotonic() < end:
    claw.GetEncoders(ADDRESS)
    time.sleep(0.05)
got["speeds"] = claw.GetSpeeds(ADDRESS)[1:]
# this library reads speeds as unsigned
got["speeds"] = [s - (1 << 32) if s >= 1 << 31 else s for s in got["speeds"]]
got["single"] = [claw.ReadEncM1(ADDRESS)[1], claw.ReadSpeedM1(ADDRESS)[1]]
got["end"] = claw.GetEncoders(ADDRESS)[1:]
got["currents"] = claw.ReadCurrents(ADDRESS)[1:]
got["duties"] = claw.ReadPWMs(ADDRESS)[1:]
# silent for longer than the time-out: it stops by itself
time.sleep(2.0)
got["after silence"] = claw.GetSpeeds(ADDRESS)[1:]
assert claw.DutyM1M2(ADDRESS, 0, 0)
try:
    claw.ReadVersion(0x83)
    got["absent"] = claw.ReadError(0x83)
except PacketTimeoutError:
    got["absent"] = "no answer"
print(json.dumps(got))
