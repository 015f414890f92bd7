"""servolab's simulated SO-102 (MuJoCo behind register-level STS3215s) on a pseudo-terminal.

usage: so102_bus.py LINK

Only the packets are put together and taken apart here; what the servos are and do is servolab's. Prints "ready" when LINK
leads to the bus; ends on SIGTERM.
"""

import os
import pty
import sys
import tty

from servolab.errors import NoResponseError
from servolab.ports.mujoco_port import MujocoPort

PING, READ, WRITE, SYNC_READ, SYNC_WRITE = 1, 2, 3, 0x82, 0x83
BROADCAST = 0xFE
FACTORY_PHASE = 12


def checksum(body):
    return ~sum(body) & 0xFF


def reply(motor, data=b""):
    body = bytes([motor, len(data) + 2, 0]) + bytes(data)
    return b"\xff\xff" + body + bytes([checksum(body)])


def answers(port, motor, instruction, parameters):
    """The replies to one instruction; a servo that is not there says nothing."""
    if instruction == PING:
        asked = sorted(port.motors) if motor == BROADCAST else [motor]
        return b"".join(reply(one) for one in asked if port.ping(one) is not None)
    if instruction == READ:
        return reply(motor, port.read(motor, parameters[0], parameters[1]))
    if instruction == WRITE:
        for one in list(port.motors) if motor == BROADCAST else [motor]:
            port.write(one, parameters[0], list(parameters[1:]))
        answered = motor != BROADCAST and port.read(motor, 8, 1)[0] != 0
        return reply(motor) if answered else b""
    if instruction == SYNC_READ:
        address, size = parameters[:2]
        return b"".join(reply(one, port.read(one, address, size)) for one in parameters[2:] if one in port.motors)
    if instruction == SYNC_WRITE:
        address, size = parameters[:2]
        for place in range(2, len(parameters), size + 1):
            if parameters[place] in port.motors:
                port.write(parameters[place], address, list(parameters[place + 1 : place + 1 + size]))
    return b""


def packets(buffer):
    """Takes whole packets off the front of the buffer, and what is none."""
    while len(buffer) >= 6:
        if buffer[:2] != b"\xff\xff" or buffer[2] == 0xFF:
            del buffer[0]
            continue
        size = buffer[3] + 4
        if len(buffer) < size:
            return
        packet = bytes(buffer[:size])
        if checksum(packet[2:-1]) != packet[-1]:
            del buffer[0]
            continue
        del buffer[:size]
        yield packet[2], packet[4], packet[5:-1]


def main():
    port = MujocoPort("so102", show=False)
    # left empty by servolab; as a servo is delivered
    for servo in port.motors.values():
        servo.set("phase", FACTORY_PHASE)
    leader, follower = pty.openpty()
    tty.setraw(leader)
    tty.setraw(follower)
    os.symlink(os.ttyname(follower), sys.argv[1])
    print("ready", flush=True)
    buffer = bytearray()
    while True:
        buffer += os.read(leader, 4096)
        for motor, instruction, parameters in packets(buffer):
            try:
                sent = answers(port, motor, instruction, parameters)
            except NoResponseError:
                continue
            if sent:
                os.write(leader, sent)


main()
