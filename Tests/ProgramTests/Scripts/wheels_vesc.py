"""Drives two VESCs, one behind the other's CAN bus, with PyVESC's framing and setters; prints what it got as JSON.

usage: wheels_vesc.py PORT
"""

import binascii
import json
import struct
import sys
import time
import types

import serial


class CRCCCITT:
    """What PyVESC takes from a package that the index no longer has: Python's own CRC-CCITT, starting at 0."""

    def calculate(self, data):
        return binascii.crc_hqx(bytes(data), 0)


sys.modules["PyCRC"] = types.ModuleType("PyCRC")
sys.modules["PyCRC.CRCCCITT"] = types.ModuleType("PyCRC.CRCCCITT")
sys.modules["PyCRC.CRCCCITT"].CRCCCITT = CRCCCITT

import pyvesc  # noqa: E402
from pyvesc.packet import codec  # noqa: E402

# the answer to GET_VALUES as firmware since 5 lays it out
VALUES = struct.Struct(">BhhiiiihihiiiiiiBiBhhhiiB")
port = serial.Serial(sys.argv[1], 115200, timeout=0.05)


def send(packet, can=None):
    if can is not None:
        payload, _ = codec.unframe(packet)
        packet = codec.frame(bytes([34, can]) + payload)
    port.write(packet)


def ask(payload, can=None):
    """The payload of the next answer; None after two seconds: this library's own loop would wait for ever."""
    port.reset_input_buffer()
    send(codec.frame(payload), can)
    received = b""
    end = time.monotonic() + 2
    while time.monotonic() < end:
        received += port.read(256)
        answer, _ = codec.unframe(received) if received else (None, 0)
        if answer:
            return answer
    return None


def values(can=None):
    v = VALUES.unpack(ask(bytes([4]), can))
    return {"erpm": v[8], "volts": v[9] / 10, "tachometer": v[14], "fault": v[16], "id": v[18], "celsius": v[1] / 10,
            "duty": v[7] / 1000, "amperes": v[3] / 100, "status": v[-1]}


def drive(seconds, *packets):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for packet, can in packets:
            send(packet, can)
        time.sleep(0.02)


got = {"layout": VALUES.size, "firmware": list(ask(bytes([0]))[1:3]), "start": [values(), values(7)]}
drive(1.5, (pyvesc.encode(pyvesc.SetRPM(2100)), None), (pyvesc.encode(pyvesc.SetRPM(-1400)), 7))
got["driven"] = [values(), values(7)]
time.sleep(1.6)
got["after silence"] = [values(), values(7)]
drive(0.5, (pyvesc.encode(pyvesc.SetDutyCycle(10000)), None))
got["by duty"] = values()
drive(0.3, (pyvesc.encode(pyvesc.SetCurrent(0)), None))
got["free"] = values()
got["absent"] = ask(bytes([4]), 99)
# who is on the CAN bus
got["behind"] = list(ask(bytes([62]))[1:])
print(json.dumps(got))
