#!/usr/bin/env python3
"""The bus cycle as others do it: servos.py rustypot|scservo|lerobot PORT CYCLES. Prints nanoseconds, a cycle a line."""

import sys
import time

IDS = [1, 2, 3, 4, 5, 6]
STATE, STATE_LENGTH = 56, 15  # position, speed, load, voltage, temperature, status, moving, target, current
GOAL, TORQUE = 42, 40


def rustypot(port):
    import rustypot

    controller = rustypot.Sts3215PyController(port, 1_000_000, 0.2)
    goals = [int(raw) for raw in controller.sync_read_raw_present_position(IDS)]

    def cycle():
        # the bytes as they came: what taking them apart costs is not counted against it
        if len(controller.sync_read_raw_data(IDS, STATE, STATE_LENGTH)) != len(IDS):
            raise RuntimeError("a reply is missing")
        controller.sync_write_raw_goal_position(IDS, goals)

    return cycle, lambda: controller.sync_write_torque_enable(IDS, [False] * len(IDS))


def scservo(port):
    import scservo_sdk as sdk

    line = sdk.PortHandler(port)
    if not line.openPort() or not line.setBaudRate(1_000_000):
        raise RuntimeError(f"{port} cannot be opened")
    packets = sdk.PacketHandler(0)
    reader = sdk.GroupSyncRead(line, packets, STATE, STATE_LENGTH)
    writer = sdk.GroupSyncWrite(line, packets, GOAL, 2)
    for servo in IDS:
        reader.addParam(servo)
    reader.txRxPacket()
    goals = [reader.getData(servo, STATE, 2) for servo in IDS]

    def cycle():
        if reader.txRxPacket() != sdk.COMM_SUCCESS:
            raise RuntimeError("a reply is missing")
        for servo in IDS:
            for address, width in ((56, 2), (58, 2), (60, 2), (62, 1), (63, 1), (65, 1)):
                reader.getData(servo, address, width)
        writer.clearParam()
        for servo, goal in zip(IDS, goals):
            writer.addParam(servo, [goal & 0xFF, goal >> 8])
        writer.txPacket()

    def end():
        for servo in IDS:
            packets.write1ByteTxRx(line, servo, TORQUE, 0)
        line.closePort()

    return cycle, end


def lerobot(port):
    from lerobot_bus import bus

    line = bus(port)
    goals = line.sync_read("Present_Position", normalize=False)
    reader = line.sync_reader

    def cycle():
        # its sync_read asks for one register at a time; the whole state in one request is what its reader can do
        line._setup_sync_reader(list(line.ids), STATE, STATE_LENGTH)
        if reader.txRxPacket() != 0:
            raise RuntimeError("a reply is missing")
        for servo in IDS:
            for address, width in ((56, 2), (58, 2), (60, 2), (62, 1), (63, 1), (65, 1)):
                reader.getData(servo, address, width)
        line.sync_write("Goal_Position", goals, normalize=False)

    def end():
        line.disable_torque()
        line.disconnect()

    return cycle, end


def main():
    peer, port, cycles = sys.argv[1], sys.argv[2], int(sys.argv[3])
    cycle, end = {"rustypot": rustypot, "scservo": scservo, "lerobot": lerobot}[peer](port)
    for _ in range(20):
        cycle()
    began = time.perf_counter_ns()
    lost = 0
    for _ in range(cycles):
        try:
            cycle()
        except Exception as problem:  # a lost reply is told, not counted as a fast cycle
            lost += 1
            if lost > cycles // 10:
                raise SystemExit(f"{peer}: {problem}")
            began = time.perf_counter_ns()
            continue
        now = time.perf_counter_ns()
        print(now - began)
        began = now
    end()


main()
