"""Texts of like length together, padded to one of a few lengths, since every shape is compiled anew."""

import random

import numpy as np

ROWS = 16
LENGTHS = (32, 48, 64, 80, 96, 128, 192, 256)
PLACES = 1024  # answer tokens of a batch at most; a whole number of the model's chunks


def tokenized(tokens, examples):
    """(ids, where the answer begins, weight); texts that are too long are left out and counted."""
    found = [(*tokens.example(prompt, answer), weight) for prompt, answer, weight in examples]
    kept = [item for item in found if len(item[0]) <= LENGTHS[-1] and len(item[0]) - item[1] <= PLACES // ROWS]
    return kept, len(found) - len(kept)


def order(items, seed):
    """Groups of items, all of one group of about the same length, the groups in any order."""
    chance = random.Random(seed)
    items = list(items)
    chance.shuffle(items)
    items.sort(key=lambda item: len(item[0]))
    groups = [items[at:at + ROWS] for at in range(0, len(items), ROWS)]
    chance.shuffle(groups)
    return groups


def batch(group):
    """The arrays of a group: ids, and for each answer token its place (of the token before it), itself and its weight."""
    length = next(size for size in LENGTHS if size >= max(len(ids) for ids, _, _ in group))
    ids = np.zeros((ROWS, length), np.int32)
    places, targets, weights, rows = [], [], [], []
    for row, (text, begin, weight) in enumerate(group):
        ids[row, :len(text)] = text
        for at in range(begin, len(text)):
            places.append(row * length + at - 1)
            targets.append(text[at])
            weights.append(weight)
            rows.append(row)
    count = len(places)
    def filled(values, kind):
        out = np.zeros(PLACES, kind)
        out[:count] = values
        return out
    return {"ids": ids, "places": filled(places, np.int32), "targets": filled(targets, np.int32),
            "weights": filled(np.array(weights) / max(sum(weights), 1e-9), np.float32), "count": np.int32(count)}, np.array(rows)
