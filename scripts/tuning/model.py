"""The transformer of a GGUF file of the architectures llama and qwen2, in 32 bits, with a low-rank adapter on every linear map.

Each layer is compiled by itself, forward and backward, once for every shape of batch; all layers share the two programs. That
keeps compiling to seconds and copies no weights, which one compiled loop over stacked layers would do at every turn. What a layer
computes forward is kept for the way back, nothing is computed twice.
"""

import functools

import gguf
import jax
import jax.numpy as jnp
import numpy as np

LINEAR = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
CHUNK = 64  # answer positions whose logits exist at one time: of a vocabulary of 152 k, 39 MB


class Shape:
    """The numbers of the model. Hashable by identity: the compiled functions are bound to it."""

    def __init__(self, fields):
        def number(key):
            return fields[f"{self.architecture}.{key}"].contents()
        self.architecture = fields["general.architecture"].contents()
        if self.architecture not in ("llama", "qwen2"):
            raise SystemExit(f"the architecture '{self.architecture}' is not known here")
        self.layers = number("block_count")
        self.width = number("embedding_length")
        self.heads = number("attention.head_count")
        self.shared = number("attention.head_count_kv")
        self.head = self.width // self.heads
        self.base = number("rope.freq_base")
        self.epsilon = number("attention.layer_norm_rms_epsilon")
        self.pairs = self.architecture == "llama"  # the rotary embedding turns neighbours; qwen2 turns halves


def load(path):
    """The shape, the weights and the file's fields."""
    reader = gguf.GGUFReader(path)
    found = {tensor.name: tensor for tensor in reader.tensors}

    def tensor(name):
        item = found[name]
        return jnp.asarray(np.asarray(gguf.dequantize(item.data, item.tensor_type), dtype=np.float32))
    shape = Shape(reader.fields)
    layers = []
    for index in range(shape.layers):
        part = {}
        for name in LINEAR + ("attn_norm", "ffn_norm"):
            part[name] = tensor(f"blk.{index}.{name}.weight")
        for name in ("attn_q", "attn_k", "attn_v"):
            if f"blk.{index}.{name}.bias" in found:
                part[name + "_bias"] = tensor(f"blk.{index}.{name}.bias")
        # maps of the same input are one multiplication
        part["attn_qkv"] = jnp.concatenate([part.pop("attn_q"), part.pop("attn_k"), part.pop("attn_v")])
        if "attn_q_bias" in part:
            part["attn_qkv_bias"] = jnp.concatenate([part.pop("attn_q_bias"), part.pop("attn_k_bias"), part.pop("attn_v_bias")])
        part["ffn_gate_up"] = jnp.concatenate([part.pop("ffn_gate"), part.pop("ffn_up")])
        layers.append(part)
    weights = {"layers": layers, "norm": tensor("output_norm.weight"), "embedding": tensor("token_embd.weight")}
    # where both uses of a tied table were quantized apart, each keeps its own rounding, as llama.cpp reads it
    weights["output"] = tensor("output.weight") if "output.weight" in found else weights["embedding"]
    return shape, weights, reader.fields


def sizes(shape, layer):
    """What goes into and comes out of each linear map of a layer."""
    whole, part = shape.width, shape.shared * shape.head
    inner = layer["ffn_down"].shape[1]
    return {"attn_q": (whole, whole), "attn_k": (whole, part), "attn_v": (whole, part), "attn_output": (whole, whole),
            "ffn_gate": (whole, inner), "ffn_up": (whole, inner), "ffn_down": (inner, whole)}


def new_adapter(shape, weights, rank, seed):
    """For each layer, of each linear map, A (rank, in) and B (out, rank); B is zero, so that nothing changes at first."""
    random = np.random.default_rng(seed)
    return [{name: {"a": jnp.asarray(random.standard_normal((rank, inward), dtype=np.float32) / np.sqrt(inward)),
                    "b": jnp.zeros((outward, rank), jnp.float32)}
             for name, (inward, outward) in sizes(shape, layer).items()} for layer in weights["layers"]]


def normed(x, weight, epsilon):
    return x * jax.lax.rsqrt(jnp.mean(x * x, axis=-1, keepdims=True) + epsilon) * weight


def times(x, weight):
    """x by the transpose of weight, said without transposing: a transpose would be kept as another copy of every weight."""
    return jax.lax.dot_general(x, weight, (((1,), (1,)), ((), ())))


@jax.custom_vjp
def raised(low, b):
    return times(low, b)


def lowered(kept, slope):
    """The slope to b is made lying and then turned: made upright, as it would be, its multiplication takes eight times as long."""
    low, b = kept
    lying = jax.lax.optimization_barrier(jax.lax.dot_general(low, slope, (((0,), (0,)), ((), ()))))
    return jnp.dot(slope, b), lying.T


raised.defvjp(lambda low, b: (times(low, b), (low, b)), lowered)


def linear(x, weight, adapters, scale):
    """One multiplication for maps that lie below each other in `weight`, each with its own adapter."""
    down = jnp.concatenate([item["a"] for item in adapters]) if len(adapters) > 1 else adapters[0]["a"]
    low = times(x, down) * scale
    rank = adapters[0]["a"].shape[0]
    added = [raised(low[:, rank * i:rank * (i + 1)], item["b"]) for i, item in enumerate(adapters)]
    return times(x, weight) + (jnp.concatenate(added, axis=-1) if len(added) > 1 else added[0])


def turned(shape, x, cosine, sine):
    """The rotary embedding of x (batch, length, heads, head)."""
    if shape.pairs:
        split = x.reshape(*x.shape[:-1], -1, 2)
        first, second = split[..., 0], split[..., 1]
        return jnp.stack([first * cosine - second * sine, second * cosine + first * sine], axis=-1).reshape(x.shape)
    first, second = jnp.split(x, 2, axis=-1)
    return jnp.concatenate([first * cosine - second * sine, second * cosine + first * sine], axis=-1)


def attention(shape, qkv, batch, length):
    """Causal attention. Padding stands behind the text, where no position of the text looks."""
    qkv = qkv.reshape(batch, length, shape.heads + 2 * shape.shared, shape.head)
    angle = np.arange(length)[:, None] * shape.base ** (-np.arange(0, shape.head, 2) / shape.head)
    cosine, sine = (jnp.asarray(f(angle)[:, None, :], jnp.float32) for f in (np.cos, np.sin))
    both = turned(shape, qkv[:, :, :shape.heads + shape.shared], cosine, sine)
    query = both[:, :, :shape.heads].reshape(batch, length, shape.shared, -1, shape.head) / np.float32(np.sqrt(shape.head))
    key, value = both[:, :, shape.heads:], qkv[:, :, shape.heads + shape.shared:]
    score = jnp.einsum("bqgrd,bkgd->bgrqk", query, key)
    score = jnp.where(np.tril(np.ones((length, length), bool)), score, -1e30)
    return jnp.einsum("bgrqk,bkgd->bqgrd", jax.nn.softmax(score, axis=-1), value).reshape(batch * length, -1)


def layer(shape, scale, batch, x, adapter, weights):
    """x (batch · length, width) → the same."""
    length = x.shape[0] // batch
    qkv = linear(normed(x, weights["attn_norm"], shape.epsilon), weights["attn_qkv"],
                 [adapter["attn_q"], adapter["attn_k"], adapter["attn_v"]], scale)
    if "attn_qkv_bias" in weights:
        qkv = qkv + weights["attn_qkv_bias"]
    x = x + linear(attention(shape, qkv, batch, length), weights["attn_output"], [adapter["attn_output"]], scale)
    both = linear(normed(x, weights["ffn_norm"], shape.epsilon), weights["ffn_gate_up"], [adapter["ffn_gate"], adapter["ffn_up"]], scale)
    gate, up = jnp.split(both, 2, axis=-1)
    return x + linear(jax.nn.silu(gate) * up, weights["ffn_down"], [adapter["ffn_down"]], scale)


class Back:
    """The function from a layer's outputs back to its inputs, without the weights, which it would otherwise hold copies of."""

    def __init__(self, kept, form):
        self.kept, self.form = kept, form

    @classmethod
    def of(cls, back, weights):
        held, tree = jax.tree_util.tree_flatten(back)
        own = jax.tree_util.tree_leaves(weights)
        places = tuple(next((at for at, weight in enumerate(own) if weight is item), None) for item in held)
        return cls([item for item, at in zip(held, places) if at is None], (tree, places))

    def whole(self, weights):
        tree, places = self.form
        own, kept = jax.tree_util.tree_leaves(weights), iter(self.kept)
        return jax.tree_util.tree_unflatten(tree, [next(kept) if at is None else own[at] for at in places])


jax.tree_util.register_pytree_node(Back, lambda back: (back.kept, back.form), lambda form, kept: Back(kept, form))


class Model:
    def __init__(self, path, scale):
        self.shape, self.weights, self.fields = load(path)
        shape, epsilon = self.shape, self.shape.epsilon

        @functools.partial(jax.jit, static_argnums=0)
        def forward(batch, x, adapter, weights):
            y, back = jax.vjp(lambda x, adapter: layer(shape, scale, batch, x, adapter, weights), x, adapter)
            return y, Back.of(back, weights)

        @functools.partial(jax.jit, static_argnums=0)
        def only_forward(batch, x, adapter, weights):
            return layer(shape, scale, batch, x, adapter, weights)

        @jax.jit
        def backward(back, weights, slope):
            return back.whole(weights)(slope)

        @jax.jit
        def embedded(table, ids):
            return table[ids.reshape(-1)]

        @jax.jit
        def ending(x, norm, output, places, targets, weights, count):
            """At the answers' places: summed loss by its weights, its slope to x, log-probabilities, and whether the target was the likeliest.

            Loss and slope are had in one go, a chunk of places at a time and no more chunks than the batch needs: the output
            layer is frozen, and its logits are the largest thing there is.
            """
            chosen, back = jax.vjp(lambda x: normed(x[places], norm, epsilon), x)

            def chunk(index, so_far):
                slope, chance, best = so_far
                def cut(a):
                    return jax.lax.dynamic_slice_in_dim(a, index * CHUNK, CHUNK)
                logits = times(cut(chosen), output)
                target = cut(targets)
                rest = jax.nn.logsumexp(logits, axis=-1)
                right = jnp.take_along_axis(logits, target[:, None], axis=-1)[:, 0]
                weight = cut(weights)[:, None]
                part = jnp.dot(jnp.exp(logits - rest[:, None]) * weight, output) - output[target] * weight
                def keep(a, value):
                    return jax.lax.dynamic_update_slice_in_dim(a, value, index * CHUNK, 0)
                return keep(slope, part), keep(chance, right - rest), keep(best, right >= jnp.max(logits, axis=-1))
            start = (jnp.zeros_like(chosen), jnp.zeros(targets.shape, jnp.float32), jnp.zeros(targets.shape, bool))
            slope, chance, best = jax.lax.fori_loop(0, (count + CHUNK - 1) // CHUNK, chunk, start)
            return -jnp.sum(chance * weights), back(slope)[0], chance, best

        self.forward, self.only_forward, self.backward, self.embedded, self.ending = forward, only_forward, backward, embedded, ending

    def end(self, x, batch):
        return self.ending(x, self.weights["norm"], self.weights["output"], batch["places"], batch["targets"], batch["weights"], batch["count"])

    def slopes(self, batch, adapter):
        """The loss and its slope to the adapter."""
        rows = batch["ids"].shape[0]
        x, backs = self.embedded(self.weights["embedding"], batch["ids"]), []
        for weights, part in zip(self.weights["layers"], adapter):
            x, back = self.forward(rows, x, part, weights)
            backs.append(back)
        loss, slope, _, _ = self.end(x, batch)
        found = []
        for weights in reversed(self.weights["layers"]):
            slope, part = self.backward(backs.pop(), weights, slope)
            found.append(part)
        return loss, found[::-1]

    def judge(self, batch, adapter):
        """The log-probability of each answer token, and whether it was the likeliest."""
        x = self.embedded(self.weights["embedding"], batch["ids"])
        for weights, part in zip(self.weights["layers"], adapter):
            x = self.only_forward(batch["ids"].shape[0], x, part, weights)
        _, _, chance, best = self.end(x, batch)
        return np.asarray(chance), np.asarray(best)
