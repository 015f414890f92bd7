"""Tunes a low-rank adapter on pairs of sentences and programs, on a CPU.

usage: train.py MODEL.gguf DATA.jsonl… --out adapter.gguf [--state DIR] [--minutes 75] [--epochs N] [--rank 16] [--validate FILE…] [--begin adapter.gguf]

Goes on from the state in --state by itself, where one is. The minutes count training alone, over all runs of one state; when they or
the epochs are over, the adapter is written. The rate falls with whichever of the two is nearer its end, so a run cut by its
minutes ends as quietly as one cut by its epochs. Writes nothing but --out and --state.
"""

import argparse
import hashlib
import json
import math
import os
import pathlib
import sys
import time

import jax
import jax.numpy as jnp
import numpy as np
import optax

import adapter as adapters
import batches
import model as models
import pairs
import prompts
import tokens as tokenizers

SAVE_EVERY = 300  # seconds
WARM_UP = 0.04  # of the whole


def arguments():
    found = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    found.add_argument("model")
    found.add_argument("data", nargs="+")
    found.add_argument("--out", required=True)
    found.add_argument("--state")
    found.add_argument("--minutes", type=float, default=75)
    found.add_argument("--epochs", type=int, default=2)
    found.add_argument("--rank", type=int, default=16)
    found.add_argument("--alpha", type=float, help="twice the rank unless told")
    found.add_argument("--rate", type=float, default=4e-4)
    found.add_argument("--decay", type=float, default=0.01)
    found.add_argument("--back", type=float, default=0.5, help="share of the pairs asked from program to sentence in each epoch")
    found.add_argument("--seed", type=int, default=1)
    found.add_argument("--begin", help="an adapter of the same base to go on from: a round after a round")
    found.add_argument("--validate", nargs="+", default=[])
    given = found.parse_args()
    given.alpha = given.alpha or 2 * given.rank
    return given


def rate(highest, share):
    """Up in a straight line, then down along a cosine to a twentieth."""
    if share < WARM_UP:
        return highest * max(share / WARM_UP, 0.02)
    share = min((share - WARM_UP) / (1 - WARM_UP), 1)
    return highest * (0.05 + 0.95 * (1 + math.cos(math.pi * share)) / 2)


class State:
    """What goes on after an end of any kind: numbers, and the arrays of the adapter and of the optimizer."""

    def __init__(self, folder, run):
        self.path = pathlib.Path(folder) / "state.npz" if folder else None
        self.run = run  # what may not change from one run to the next
        if self.path:
            self.path.parent.mkdir(parents=True, exist_ok=True)

    def read(self, like):
        if not self.path or not self.path.exists():
            return None
        with np.load(self.path) as held:
            about = json.loads(str(held["about"]))
            if about["run"] != self.run:
                changed = [key for key in self.run if about["run"].get(key) != self.run[key]]
                raise SystemExit(f"{self.path} is of another run (differs: {', '.join(changed)}): name another folder or remove it")
            leaves, tree = jax.tree_util.tree_flatten(like)
            arrays = [jnp.asarray(held[f"a{index}"]) for index in range(len(leaves))]
        return about, jax.tree_util.tree_unflatten(tree, arrays)

    def write(self, about, trees):
        if not self.path:
            return
        leaves = jax.tree_util.tree_leaves(trees)
        partial = self.path.with_suffix(".part")
        with open(partial, "wb") as file:
            np.savez(file, about=json.dumps({**about, "run": self.run}), **{f"a{index}": np.asarray(leaf) for index, leaf in enumerate(leaves)})
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, self.path)


def validated(model, tokens, found, adapter):
    """Mean loss of a program's token, and the share of programs that greedy decoding would write exactly."""
    items, _ = batches.tokenized(tokens, prompts.validation(found))
    loss = count = exact = 0
    for group in batches.order(items, 0):
        batch, rows = batches.batch(group)
        chance, best = model.judge(batch, adapter)
        loss -= chance[:len(rows)].sum()
        count += len(rows)
        exact += sum(best[:len(rows)][rows == row].all() for row in range(len(group)))
    return loss / max(count, 1), exact / max(len(items), 1)


def taken_up(given, base, fresh):
    """The weights of an adapter that was tuned before, for the same base and of the same shape."""
    kept, alpha, rank, of = adapters.read(given.begin)
    if of != base or (alpha, rank) != (given.alpha, given.rank):
        raise SystemExit(f"{given.begin} is of another base, rank or alpha")
    return jax.tree_util.tree_map(lambda new, old: jnp.asarray(old, new.dtype).reshape(new.shape), fresh, kept)


def say(text):
    print(text, flush=True)


def main():
    given = arguments()
    found, held_out = pairs.read(given.data), pairs.read(given.validate)
    base = hashlib.file_digest(open(given.model, "rb"), "sha256").hexdigest()
    data = pairs.digest(given.data)
    run = {"base": base, "data": data, "format": prompts.FORMAT,
           **{key: getattr(given, key) for key in ("rank", "alpha", "rate", "decay", "back", "seed", "epochs")}}
    if given.begin:
        run["begin"] = hashlib.file_digest(open(given.begin, "rb"), "sha256").hexdigest()
    model = models.Model(given.model, given.alpha / given.rank)
    tokens = tokenizers.Tokens(model.fields)
    adapter = models.new_adapter(model.shape, model.weights, given.rank, given.seed)
    if given.begin:
        adapter = taken_up(given, base, adapter)
    optimizer = optax.chain(optax.clip_by_global_norm(1.0), optax.scale_by_adam(b1=0.9, b2=0.99), optax.add_decayed_weights(given.decay))
    moments = optimizer.init(adapter)

    @jax.jit
    def stepped(adapter, moments, slope, rate):
        change, moments = optimizer.update(slope, moments, adapter)
        return jax.tree_util.tree_map(lambda a, b: a - rate * b, adapter, change), moments

    state = State(given.state, run)
    about = {"epoch": 0, "group": 0, "seconds": 0.0, "step": 0}
    resumed = state.read((adapter, moments))
    if resumed:
        held, (adapter, moments) = resumed
        about = {key: held[key] for key in about}
        say(f"goes on: epoch {about['epoch'] + 1}, group {about['group']}, after {about['seconds'] / 60:.1f} minutes")

    def validate():
        if held_out:
            loss, exact = validated(model, tokens, held_out, adapter)
            say(f"epoch {about['epoch']}: validation loss {loss:.4f} a token, {100 * exact:.1f} % of {len(held_out)} programs exact")

    limit, last_saved = given.minutes * 60, time.monotonic()
    over = about["seconds"] >= limit
    while about["epoch"] < given.epochs and not over:
        items, too_long = batches.tokenized(tokens, prompts.examples(found, about["epoch"], given.seed, given.back))
        groups = batches.order(items, f"{given.seed} {about['epoch']}")
        size = sum(len(ids) for ids, _, _ in items)
        say(f"epoch {about['epoch'] + 1} of {given.epochs}: {len(found)} pairs, {len(items)} texts, {size} tokens, {len(groups)} groups"
            + (f"; {too_long} too long" if too_long else ""))
        since, seen, losses = time.monotonic(), 0, []
        while about["group"] < len(groups):
            begun = time.monotonic()
            group = groups[about["group"]]
            done = (about["epoch"] + about["group"] / len(groups)) / given.epochs
            batch, _ = batches.batch(group)
            loss, slope = model.slopes(batch, adapter)
            adapter, moments = stepped(adapter, moments, slope, np.float32(rate(given.rate, max(done, about["seconds"] / limit))))
            losses.append(float(loss))  # waits for the step
            jax.block_until_ready(adapter)
            about["group"] += 1
            about["step"] += 1
            seen += sum(len(ids) for ids, _, _ in group)
            now = time.monotonic()
            about["seconds"] += now - begun
            over = about["seconds"] >= limit
            if now - last_saved >= SAVE_EVERY or over:
                state.write(about, (adapter, moments))
                last_saved = now
            if now - since >= 30 or over or about["group"] == len(groups):
                speed = seen / (now - since)
                left = size * (given.epochs - about["epoch"] - about["group"] / len(groups)) / speed
                say(f"  {100 * about['group'] / len(groups):.0f} %, step {about['step']}, loss {np.mean(losses):.4f}, {speed:.0f} tokens/s, "
                    f"{min(left, max(limit - about['seconds'], 0)) / 60:.1f} minutes left")
                since, seen, losses = now, 0, []
            if over:
                break
        if about["group"] == len(groups):
            about["epoch"] += 1
            about["group"] = 0
            state.write(about, (adapter, moments))
            last_saved = time.monotonic()
            validate()
        elif over:
            say("the minutes are over")
            validate()
    state.write(about, (adapter, moments))
    adapters.write(given.out, adapter, model.shape.architecture, given.alpha,
                   {"base.sha256": base, "base.sample": adapters.sample(given.model), "data.sha256": data, **({"begin.sha256": run["begin"]} if given.begin else {}), "format": prompts.FORMAT, "steps": about["step"]})
    say(f"wrote {given.out}: {os.path.getsize(given.out)} bytes, sha256 {hashlib.file_digest(open(given.out, 'rb'), 'sha256').hexdigest()}")


if __name__ == "__main__":
    sys.exit(main())
