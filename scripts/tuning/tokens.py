"""The tokenizer that a GGUF describes, for the two byte-level vocabularies in use. It gives what llama.cpp gives (check.py)."""

from tokenizers import Regex, Tokenizer, models, pre_tokenizers

import prompts

QWEN2 = (r"(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
         r"|\s*[\r\n]+|\s+(?!\S)|\s+")


class Tokens:
    def __init__(self, fields):
        words = fields["tokenizer.ggml.tokens"].contents()
        merges = [tuple(merge.split(" ", 1)) for merge in fields["tokenizer.ggml.merges"].contents()]
        kind = fields["tokenizer.ggml.pre"].contents()
        vocabulary = {}
        for index, word in enumerate(words):
            vocabulary.setdefault(word, index)
        self.tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges, fuse_unk=False))
        if kind == "smollm":
            split = [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)]
        elif kind == "qwen2":
            split = [pre_tokenizers.Split(Regex(QWEN2), behavior="isolated"),
                     pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
        else:
            raise SystemExit(f"the tokenizer '{kind}' is not known here")
        self.tokenizer.pre_tokenizer = pre_tokenizers.Sequence(split)
        self.end = self.of(prompts.END)
        if len(self.end) != 1:
            raise SystemExit("two line feeds are not one token in this vocabulary: answers would have no end")

    def of(self, text):
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def example(self, prompt, answer):
        """The tokens of both, and where the answer begins."""
        asked = self.of(prompt)
        return asked + self.of(answer) + self.end, len(asked)
