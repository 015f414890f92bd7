"""Counts and decodes a trace with two readers that others wrote; prints JSON."""

import json
import pathlib
import sys

from mcap.reader import make_reader
from mcap_ros2.decoder import DecoderFactory
from rosbags.highlevel import AnyReader

path = pathlib.Path(sys.argv[1])
result = {"mcap": {}, "rosbags": {}, "positions": []}
with open(path, "rb") as file:
    reader = make_reader(file, decoder_factories=[DecoderFactory()], validate_crcs=True)
    result["profile"] = reader.get_header().profile
    result["statistics"] = reader.get_summary().statistics.message_count
    result["chunks"] = len(reader.get_summary().chunk_indexes)
    for _, channel, _, message in reader.iter_decoded_messages():
        result["mcap"][channel.topic] = result["mcap"].get(channel.topic, 0) + 1
        if channel.topic == "/joint_states":
            result["positions"].append(message.position[0])
with AnyReader([path]) as reader:
    for connection, _, raw in reader.messages():
        reader.deserialize(raw, connection.msgtype)
        result["rosbags"][connection.topic] = result["rosbags"].get(connection.topic, 0) + 1
print(json.dumps(result))
