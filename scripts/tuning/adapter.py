"""Writes a low-rank adapter as llama.cpp loads it, in 16 bits, with what it was made from."""

import os

import gguf
import numpy as np


def write(path, adapter, architecture, alpha, about):
    partial = f"{path}.part"
    writer = gguf.GGUFWriter(partial, architecture)
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(alpha))
    for key, value in about.items():
        (writer.add_uint32 if isinstance(value, int) else writer.add_string)(f"foresight.{key}", value)
    for index, part in enumerate(adapter):
        for name, pair in part.items():
            writer.add_tensor(f"blk.{index}.{name}.weight.lora_a", np.asarray(pair["a"], np.float16))
            writer.add_tensor(f"blk.{index}.{name}.weight.lora_b", np.asarray(pair["b"], np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    os.replace(partial, path)


def read(path):
    """The adapter in a file, its alpha and its rank."""
    reader = gguf.GGUFReader(path)
    layers = {}
    for tensor in reader.tensors:
        _, index, name, _, half = tensor.name.split(".")
        layers.setdefault(int(index), {}).setdefault(name, {})[half[-1]] = np.asarray(tensor.data, np.float32)
    found = [layers[index] for index in sorted(layers)]
    return found, reader.fields["adapter.lora.alpha"].contents(), next(iter(found[0].values()))["a"].shape[0]
