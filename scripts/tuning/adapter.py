"""Writes a low-rank adapter as llama.cpp loads it, in 16 bits, with what it was made from."""

import os

import gguf
import numpy as np

BLOCKS = 1024  # of 4096 bytes, spread over the whole file


def sample(path):
    """A sum over a sample of a file: what its reader can check in milliseconds. The same as in AdapterFile.swift."""
    size = os.path.getsize(path)
    found = np.uint64(size)
    with open(path, "rb") as file:
        for block in range(BLOCKS):
            file.seek((size - 4096) * block // (BLOCKS - 1) // 8 * 8)
            words = np.frombuffer(file.read(4096), "<u8")
            places = np.arange(block * 512, block * 512 + 512, dtype=np.uint64)
            with np.errstate(over="ignore"):  # it is meant to go round
                found += (words * (places * np.uint64(2) + np.uint64(1))).sum(dtype=np.uint64)
    return f"{int(found):016x}"


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
    """The adapter in a file, its alpha, its rank, and the SHA-256 of its base."""
    reader = gguf.GGUFReader(path)
    layers = {}
    for tensor in reader.tensors:
        _, index, name, _, half = tensor.name.split(".")
        layers.setdefault(int(index), {}).setdefault(name, {})[half[-1]] = np.asarray(tensor.data, np.float32)
    found = [layers[index] for index in sorted(layers)]
    rank = next(iter(found[0].values()))["a"].shape[0]
    fields = reader.fields
    return found, fields["adapter.lora.alpha"].contents(), rank, fields["foresight.base.sha256"].contents()
