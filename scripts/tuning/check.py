"""Compares this code with llama.cpp: tokens, log-probabilities, and, given an adapter, its effect on them.

usage: check.py MODEL.gguf DATA.jsonl… [--adapter FILE] [--score PROGRAM] [--texts N]
Ends with an error if a text's tokens differ, or if mean log-probabilities are more than 0.02 nats apart.
"""

import argparse
import subprocess
import sys

import numpy as np

import adapter as adapters
import batches
import model as models
import pairs
import prompts
import tokens as tokenizers

ALLOWED = 0.02


def asked(program, model, adapter, lines):
    command = [program, model] + ([adapter] if adapter else [])
    return subprocess.run(command, input="\n".join(lines) + "\n", text=True, capture_output=True, check=True).stdout.splitlines()


def ours(model, adapter, items):
    sums = []
    for at in range(0, len(items), batches.ROWS):
        group = items[at:at + batches.ROWS]
        batch, rows = batches.batch(group)
        chance, _ = model.judge(batch, adapter)
        sums += [chance[:len(rows)][rows == row].sum() for row in range(len(group))]
    return np.array(sums)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("model")
    arguments.add_argument("data", nargs="+")
    arguments.add_argument("--adapter")
    arguments.add_argument("--score", default="./score")
    arguments.add_argument("--texts", type=int, default=32)
    given = arguments.parse_args()
    found = pairs.read(given.data)
    alpha, rank, trained = 1, 1, None
    if given.adapter:
        trained, alpha, rank, _ = adapters.read(given.adapter)
    model = models.Model(given.model, alpha / rank)
    none = models.new_adapter(model.shape, model.weights, rank, 0)
    tokens = tokenizers.Tokens(model.fields)

    texts = [text for prompt, answer, _ in prompts.examples(found, 0, 0, 1) for text in (prompt, answer)]
    texts += [prompts.END, "3.5 cm, 12 l\u00f6ffel  \u201cquoted\u201d it's WE'LL\n\n\tx \n y", "caf\u00e9 \u4f60\u597d \U0001f600 <|im_end|>", 'call it "Rosa"', "Table:\nSaid: a"]
    theirs = asked(given.score, given.model, None, ["t " + text.encode().hex() for text in texts])
    wrong = [text for text, line in zip(texts, theirs) if tokens.of(text) != [int(word) for word in line.split()]]
    print(f"{len(texts)} texts, the tokens of {len(wrong)} differ", *map(repr, wrong[:5]), sep="\n  " if wrong else "")
    failed = bool(wrong)

    examples = prompts.examples(found, 0, 0, 1)
    items, _ = batches.tokenized(tokens, examples[::max(1, len(examples) // given.texts)][:given.texts])
    # the whole text but its first token, not the answer alone: more of the model is compared
    whole = [(ids[:batches.PLACES // batches.ROWS], 1, 1.0) for ids, _, _ in items]
    for what, adapter, file in (("base", none, None), ("adapter", trained, given.adapter)):
        if adapter is None:
            continue
        for part, compared in (("whole texts", whole), ("answers", items)):
            mine = ours(model, adapter, compared)
            lines = ["s " + " ".join(map(str, [begin, *ids])) for ids, begin, _ in compared]
            theirs = np.array([float(line) for line in asked(given.score, given.model, file, lines)])
            counts = np.array([len(ids) - begin for ids, begin, _ in compared])
            apart = abs(mine.sum() - theirs.sum()) / counts.sum()
            print(f"{what}, {part}: {counts.sum()} tokens, mean log-probability here {mine.sum() / counts.sum():.4f}, "
                  f"llama.cpp {theirs.sum() / counts.sum():.4f}, apart {apart:.4f}; of one text at most {np.max(abs(mine - theirs) / counts):.4f}")
            failed |= bool(apart > ALLOWED)
    sys.exit("they differ" if failed else 0)


main()
