"""Visits a body with the websockets package, in the bytes of the protocol's specification; prints JSON.

usage: foxglove_client.py SOCKET TCP-PORT

Nothing here comes from this project: messages are read by the schemas the body advertises.
"""

import json
import struct
import sys
import time

from mcap_ros2._dynamic import generate_dynamic
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect, unix_connect

SUBPROTOCOLS = ["foxglove.sdk.v1", "foxglove.websocket.v1"]


class Visit:
    def __init__(self, connection):
        self.connection = connection
        self.texts, self.channels, self.services, self.data = [], {}, {}, []

    def until(self, what, condition):
        """Takes in what comes until the condition gives something; what it gave."""
        end = time.monotonic() + 20
        while True:
            found = condition()
            if found:
                return found
            if time.monotonic() > end:
                raise SystemExit(f"never came: {what}; texts: {[t['op'] for t in self.texts]}")
            try:
                self.take(self.connection.recv(timeout=0.5))
            except TimeoutError:
                pass

    def take(self, frame):
        if isinstance(frame, bytes):
            self.data.append(frame)
            return
        text = json.loads(frame)
        self.texts.append(text)
        if text["op"] == "advertise":
            self.channels.update({c["topic"]: c for c in text["channels"]})
        if text["op"] == "advertiseServices":
            self.services.update({s["name"]: s for s in text["services"]})

    def text(self, op):
        return next((t for t in self.texts if t["op"] == op), None)

    def send(self, op, **fields):
        self.connection.send(json.dumps({"op": op, **fields}))

    def complaint(self):
        """The next word of refusal, which is then forgotten."""
        status = self.until("a status", lambda: self.text("status"))
        self.texts.remove(status)
        return status

    def look(self, subscription):
        """Subscribes to the joint states and decodes two messages by the advertised schema."""
        channel = self.until("/joint_states", lambda: self.channels.get("/joint_states"))
        self.send("subscribe", subscriptions=[{"id": subscription, "channelId": channel["id"]}])
        decode = generate_dynamic(channel["schemaName"], channel["schema"])[channel["schemaName"]]
        self.until("joint states", lambda: len(self.data) >= 2)
        seen = []
        for frame in self.data[:2]:
            opcode, to, log_time = struct.unpack_from("<BIQ", frame)
            state = decode(frame[13:])
            seen.append({
                "opcode": opcode, "subscription": to, "age": time.time() - log_time * 1e-9,
                "names": list(state.name), "positions": list(state.position),
            })
        self.send("unsubscribe", subscriptionIds=[subscription])
        return seen

    def call(self, name, request, call_id, service=None):
        service = self.services[name]["id"] if service is None else service
        self.data.clear()
        self.connection.send(struct.pack("<BIII", 2, service, call_id, 3) + b"cdr" + request)

    def answer(self, name):
        frame = self.until("an answer of " + name, lambda: next((f for f in self.data if f[0] == 3), None))
        _, service, call_id, length = struct.unpack_from("<BIII", frame)
        encoding = frame[13:13 + length].decode()
        response = self.services[name]["response"]
        decode = generate_dynamic(response["schemaName"], response["schema"])[response["schemaName"]]
        decoded = decode(frame[13 + length:])
        return {"own": service == self.services[name]["id"], "call": call_id, "encoding": encoding,
                "success": decoded.success, "message": decoded.message}

    def summary(self):
        info = self.texts[0]
        return {
            "subprotocol": self.connection.subprotocol, "first": info["op"], "name": info["name"],
            "capabilities": info["capabilities"], "encodings": info["supportedEncodings"],
            "channels": {
                topic: {"schema": c["schemaName"], "encodings": [c["encoding"], c["schemaEncoding"]],
                        "text": len(c["schema"])} for topic, c in self.channels.items()
            },
            "services": {name: s["type"] for name, s in self.services.items()},
        }


path, port = sys.argv[1], int(sys.argv[2])
empty = b"\x00\x01\x00\x00\x00"
got = {}

with connect(f"ws://127.0.0.1:{port}", subprotocols=SUBPROTOCOLS, proxy=None) as connection:
    visit = Visit(connection)
    seen = visit.look(7)
    got["tcp"] = visit.summary() | {"seen": seen}
    visit.call("/stop", empty, 1, service=1)
    got["tcp call"] = visit.complaint()
    visit.send("advertise", channels=[{
        "id": 1, "topic": "/instruction", "encoding": "cdr", "schemaName": "foresight_msgs/msg/Instruction"}])
    got["tcp advertise"] = visit.complaint()
    connection.send(struct.pack("<BI", 1, 1) + empty)
    got["tcp publish"] = visit.complaint()
    connection.send("not JSON")
    got["malformed"] = visit.complaint()
    got["tcp still there"] = len(visit.look(8))

try:
    connect(f"ws://127.0.0.1:{port}", subprotocols=["another"], proxy=None)
except InvalidStatus as refusal:
    got["other subprotocol"] = refusal.response.status_code
with connect(f"ws://127.0.0.1:{port}", subprotocols=SUBPROTOCOLS[1:], proxy=None) as connection:
    got["old subprotocol"] = connection.subprotocol

with unix_connect(path, uri="ws://localhost/", subprotocols=SUBPROTOCOLS) as connection:
    visit = Visit(connection)
    seen = visit.look(9)
    visit.until("the services", lambda: visit.services)
    got["unix"] = visit.summary() | {"seen": seen}
    visit.call("/stop", empty, 42)
    got["stop"] = visit.answer("/stop")
    visit.call("/stop", empty, 43, service=999)
    got["no such service"] = visit.until("a failure", lambda: visit.text("serviceCallFailure"))
print(json.dumps(got))
