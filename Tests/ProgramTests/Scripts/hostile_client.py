"""A client of the channels that may misbehave; needs nothing but Python. Prints lines of JSON.

usage: hostile_client.py TARGET MODE [ARGUMENT...]     (TARGET: a Unix socket, or a TCP port on loopback)

open N          N connections, held until it is ended; how many came to be, and what the others heard
half N          N connections that ask for half a WebSocket, and what they heard in the end
deaf N          N connections that subscribe to everything there will be, and never read again
topics N BYTES  advertise N topics with schemas of BYTES; what came of it
large N BYTES   publish N messages of BYTES; what came of it
latch N BYTES   N latched topics, a message of BYTES on each, held until it is ended
nag N           call /reset N times and never read
roles           what may be done: every kind of request once
unread N        read nothing, then advertise N topics in one list, after as many that are refused; held until it is ended
list N          advertise N topics of a foreign encoding in one list; what came of it
leave N         ask N times for the lease, and leave at once
ask LINE...     an HTTP request of these header lines; the answer
"""

import json
import os
import socket
import struct
import sys
import time

target, mode, arguments = sys.argv[1], sys.argv[2], sys.argv[3:]


def dial():
    if target.isdigit():
        return socket.create_connection(("127.0.0.1", int(target)), timeout=10)
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(10)
    line.connect(target)
    return line


def say(**words):
    print(json.dumps(words), flush=True)


class Refused(Exception):
    pass


class Connection:
    def __init__(self):
        self.line = dial()
        self.rest = b""
        self.line.sendall(
            b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MTIzNDU2Nzg5MDEyMzQ1Ng==\r\n"
            b"Sec-WebSocket-Protocol: foxglove.sdk.v1\r\n\r\n")
        while b"\r\n\r\n" not in self.rest:
            more = self.line.recv(65536)
            if not more:
                raise Refused(self.rest.decode(errors="replace"))
            self.rest += more
        head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise Refused((head + b"\n\n" + self.rest).decode(errors="replace"))

    def send(self, opcode, data):
        size = len(data)
        head = bytes([0x80 | opcode])
        if size < 126:
            head += bytes([0x80 | size])
        elif size < 65536:
            head += struct.pack("!BH", 0x80 | 126, size)
        else:
            head += struct.pack("!BQ", 0x80 | 127, size)
        self.line.sendall(head + bytes(4) + data)  # a mask of zeros changes nothing

    def text(self, op, **fields):
        self.send(1, json.dumps({"op": op, **fields}).encode())

    def take(self, count):
        while len(self.rest) < count:
            more = self.line.recv(1 << 20)
            if not more:
                raise EOFError
            self.rest += more
        data, self.rest = self.rest[:count], self.rest[count:]
        return data

    def frame(self):
        first, size = self.take(2)
        if size == 126:
            size, = struct.unpack("!H", self.take(2))
        elif size == 127:
            size, = struct.unpack("!Q", self.take(8))
        return first & 15, self.take(size)

    def until(self, condition, seconds=10):
        """The first thing for which the condition gives something."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.line.settimeout(max(0.01, end - time.monotonic()))
            opcode, data = self.frame()
            found = condition(opcode, json.loads(data) if opcode == 1 else data)
            if found is not None:
                return found
        return None

    def introduction(self):
        """Channels and services by name."""
        self.channels, self.services = {}, {}

        def learn(opcode, data):
            if opcode == 1 and data["op"] == "advertise":
                self.channels.update({c["topic"]: c["id"] for c in data["channels"]})
            if opcode == 1 and data["op"] == "advertiseServices":
                self.services.update({s["name"]: s["id"] for s in data["services"]})
                return len(self.services) >= 8 or None
        try:
            self.until(learn, 2)
        except TimeoutError:
            pass
        return self

    def advertise(self, topics, schema="", schema_name="test/msg/Test", latched=False):
        self.text("advertise", channels=[
            {"id": number, "topic": topic, "encoding": "cdr", "schemaName": schema_name, "schema": schema,
             "metadata": {"latched": "true"} if latched else {}} for number, topic in topics])

    def call(self, name, number, payload=b"\x00\x01\x00\x00\x00"):
        self.send(2, struct.pack("<BIII", 2, self.services[name], number, 3) + b"cdr" + payload)

    def ending(self, seconds=20):
        """What is heard until the connection ends: words, and the code and reason of the close."""
        words, close = [], None
        end = time.monotonic() + seconds
        try:
            while time.monotonic() < end:
                self.line.settimeout(max(0.01, end - time.monotonic()))
                opcode, data = self.frame()
                if opcode == 1:
                    text = json.loads(data)
                    if text["op"] == "status" and len(words) < 20:
                        words.append(text["message"])
                if opcode == 8:
                    close = [struct.unpack("!H", data[:2])[0], data[2:].decode()]
                    break
        except (EOFError, ConnectionError):
            pass
        except TimeoutError:
            return {"words": words, "close": None, "stays": True}
        return {"words": words, "close": close, "stays": False}


def hold():
    while True:
        time.sleep(1)


def many(count, make):
    kept, words = [], {}
    for _ in range(count):
        try:
            kept.append(make())
        except (Refused, OSError) as reason:
            word = str(reason).strip().split("\n")[-1]
            words[word] = words.get(word, 0) + 1
    return kept, words


if mode == "open":
    kept, words = many(int(arguments[0]), Connection)
    say(open=len(kept), refused=words)
    hold()

if mode == "half":
    def half():
        line = dial()
        line.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        return line
    kept, words = many(int(arguments[0]), half)
    say(open=len(kept), refused=words)
    heard = {}
    for line in kept:
        line.settimeout(30)
        try:
            word = line.recv(4096).decode().strip().split("\n")[-1]
        except ConnectionError:
            word = "reset"
        except TimeoutError:
            word = "nothing"
        heard[word] = heard.get(word, 0) + 1
    say(heard=heard)

if mode == "deaf":
    kept, words = many(int(arguments[0]), lambda: Connection().introduction())
    for one in kept:
        one.line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        wishes = [{"id": n, "channelId": n} for n in range(1, 200)]
        one.text("subscribe", subscriptions=wishes)
    say(open=len(kept), refused=words)
    hold()

if mode == "topics":
    one = Connection()
    count, size = int(arguments[0]), int(arguments[1])
    try:
        for start in range(0, count, 100):
            one.advertise([(n, f"/flood/{os.getpid()}/{n}") for n in range(start, min(count, start + 100))], "x" * size)
    except ConnectionError:
        pass
    say(**one.ending(3))
    hold()

if mode == "large":
    one = Connection()
    count, size = int(arguments[0]), int(arguments[1])
    one.advertise([(1, "/flood")])
    frame = struct.pack("<BI", 1, 1) + bytes(size)
    sent = 0
    try:
        for _ in range(count):
            one.send(2, frame)
            sent += 1
    except (ConnectionError, TimeoutError):
        pass
    say(sent=sent, **one.ending(3))

if mode == "latch":
    one = Connection()
    count, size = int(arguments[0]), int(arguments[1])
    try:
        one.advertise([(n, f"/latch/{os.getpid()}/{n}") for n in range(count)], latched=True)
        for n in range(count):
            one.send(2, struct.pack("<BI", 1, n) + bytes(size))
    except ConnectionError:
        pass
    say(**one.ending(3))
    hold()

if mode == "nag":
    one = Connection().introduction()
    one.line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    one.line.settimeout(5)
    sent = 0
    try:
        for sent in range(int(arguments[0])):
            one.call("/reset", sent)
            one.send(9, b"x" * 125)
    except TimeoutError:
        say(sent=sent, blocked=True)
        hold()
    except ConnectionError:
        pass
    say(sent=sent, blocked=False)
    hold()

if mode == "roles":
    got = {}

    def outcome(attempt):
        """Whether it was done: refusals come in words, and a call's answer or the echo otherwise."""
        try:
            one = Connection().introduction()
        except (Refused, OSError) as reason:
            return "no connection: " + str(reason)
        try:
            return attempt(one)
        except (EOFError, ConnectionError, TimeoutError) as reason:
            return f"silence: {reason!r}"

    def refusal(opcode, data):
        if opcode == 1 and data["op"] in ("status", "serviceCallFailure"):
            return data["message"]

    def subscribe(one):
        one.text("subscribe", subscriptions=[{"id": 5, "channelId": one.channels["/joint_states"]}])
        return one.until(lambda o, d: refusal(o, d) or ("done" if o == 2 and d[0] == 1 else None), 3)

    def publish(topic, schema_name):
        def attempt(one):
            one.advertise([(3, topic)], schema_name=schema_name)
            one.send(2, struct.pack("<BI", 1, 3) + b"\x00\x01\x00\x00" + bytes(64))
            one.send(9, b"all")  # the pong comes after whatever is said about the message
            return one.until(lambda o, d: refusal(o, d) or ("done" if o == 10 else None), 3)
        return attempt

    def call(name, payload=b"\x00\x01\x00\x00\x00"):
        def attempt(one):
            one.call(name, 9, payload)
            return one.until(lambda o, d: refusal(o, d) or ("done" if o == 2 and d[0] == 3 else None), 5)
        return attempt

    got["subscribe"] = outcome(subscribe)
    got["detections"] = outcome(publish("/detections", "vision_msgs/msg/Detection3DArray"))
    got["own topic"] = outcome(publish(f"/own/{os.getuid()}", "test/msg/Test"))
    got["instruction"] = outcome(publish("/instruction", "foresight_msgs/msg/Instruction"))
    got["answer"] = outcome(publish("/answer", "foresight_msgs/msg/Answer"))
    got["mind"] = outcome(publish("/mind/status", "foresight_msgs/msg/MindStatus"))
    got["mind of its own"] = outcome(publish(f"/mind/own/{os.getuid()}", "test/msg/Test"))
    got["setpoints"] = outcome(publish("/setpoints", "foresight_msgs/msg/Setpoints"))
    got["joint states"] = outcome(publish("/joint_states", "sensor_msgs/msg/JointState"))
    empty = b"\x00\x01\x00\x00" + bytes(256)
    for name in outcome(lambda one: sorted(one.services)):
        got[name] = outcome(call(name, empty))
    door = socket.socket(socket.AF_UNIX)
    try:
        door.connect(target + ".stop")
        got["door"] = door.recv(1000).decode().strip()
    except OSError as reason:
        got["door"] = str(reason)
    say(**got)

if mode == "unread":
    one = Connection().introduction()
    one.line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    one.text("subscribe", subscriptions=[{"id": n, "channelId": n} for n in range(1, 20)])
    say(subscribed=True)
    time.sleep(2)
    count = int(arguments[0])
    one.text("advertise", channels=[
        {"id": n, "topic": f"/unread/{n}", "encoding": "cdr" if n >= count else "json", "schemaName": "t/msg/T",
         "schema": ""} for n in range(2 * count)])
    say(sent=True)
    hold()

if mode == "list":
    one = Connection()
    one.text("advertise", channels=[
        {"id": n, "topic": f"/list/{n}", "encoding": "json", "schemaName": "t/msg/T", "schema": ""}
        for n in range(int(arguments[0]))])
    words = []

    def collect(opcode, data):
        if opcode == 1 and data["op"] == "status":
            words.append(data["message"])
    try:
        one.until(collect, 2)
    except TimeoutError:
        pass
    say(words=words)

if mode == "leave":
    for _ in range(int(arguments[0])):
        one = Connection().introduction()
        name = b"leaver\0"
        one.call("/lease/acquire", 1, b"\x00\x01\x00\x00" + struct.pack("<I", len(name)) + name + bytes(5)
                 + struct.pack("<d", 5.0))
        one.line.close()
    say(left=True)

if mode == "ask":
    line = dial()
    line.sendall(("\r\n".join(arguments) + "\r\n\r\n").encode())
    answer = b""
    try:
        while b"\r\n\r\n" not in answer or b" 101 " not in answer.split(b"\r\n")[0]:
            more = line.recv(65536)
            if not more:
                break
            answer += more
    except (TimeoutError, ConnectionError):
        pass
    text = answer.decode(errors="replace")
    say(status=int(text.split()[1]) if text else 0, words=text.split("\r\n\r\n", 1)[-1].strip() if text else "")
