"""How a pair becomes text. Whoever asks the model must write the very same text; this is all of it.

A prompt is lines; each ends in one line feed, U+000A. FORMAT is its version. Three kinds:

    sentence to program      program to sentence      a question about words

    INSTRUCTION              INSTRUCTION              INSTRUCTION
    Table: NAME, NAME        Table: NAME, NAME        Question: Is a pear a kind of fruit?
    Said: SENTENCE           Said: SENTENCE           Answer:
    Program: PROGRAM         Program: PROGRAM
    Said: SENTENCE           Program: PROGRAM
    Program:                 Said:

1. INSTRUCTION is the constant below.
2. "Table:" is followed by a space and the names, joined by ", ". A name that occurs twice is written once. Without names the
   line is "Table:" alone, without a space. Any order will do: training shuffles it.
3. Earlier turns of the dialogue follow, oldest first, each as its two lines. A turn without a program has only "Said: …".
   Both directions begin with the same lines down to here, so a cache of these serves both.
4. Texts: runs of white space (space, tab, line feed, carriage return) become one space; at both ends they go. Nothing else changes.
5. The last line has no line feed and no space after its colon. The answer is one space and the text; then comes the end, the
   single token of "\\n\\n".
6. Tokens: the prompt is tokenized as one text, the answer (with its space) as another, each by itself, without marking a
   beginning and without reading special tokens out of it; then follows the end's token. By itself, because a tokenizer may draw a
   quotation mark and the line feeds after it into one token.
7. Questions: "Is A P a kind of Q?" and "Is A P the same as A Q?", the article A before a word being "an" if that begins with one of
   a e i o u, otherwise "a". The answers are "yes" and "no".
"""

import hashlib
import random
import re

FORMAT = 1
INSTRUCTION = "Write what is said as a program."
END = "\n\n"

HIDDEN = 0.3  # the share of pairs whose things are taken out of the names: the model is to write what was said, not what is there
SENTENCE_WEIGHT = 0.3  # a sentence has more tokens than a program, and most of them are anyone's choice

# Words that belong to the notation or say what anything may be: a name is not spoken of because it shares one of them.
NOTATION = set("""put take hold release move push stack line up spread group by swap with turn along degrees return ensure home rest stop
undo again wait seconds cannot in on to next of right left front behind away from under between at back middle edge where is was
there aside table the a an each both half no other another thing biggest smallest tallest lowest widest narrowest heaviest lightest
leftmost rightmost nearest farthest that not empty clear held here reachable holding bigger smaller taller lower wider narrower
heavier lighter than same color kind size height width weight as and except it them most least out off forward backward down toward cm
nothing only many more fewer or otherwise then if else for until repeat gently slowly do touch keep always ask what count whether can
why about robot call forget harm unclear""".split())

TELLS_NOTHING = {"harm", "unclear", "nothing"}  # no sentence follows from these


def clean(text):
    return re.sub(r"[ \t\n\r]+", " ", text).strip(" ")


def field(label, text):
    text = clean(text)
    return f"{label}: {text}\n" if text else f"{label}:\n"


def stems(text):
    words = re.findall(r"[^\W_]+", text.lower())
    return {word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word for word in words
            if word not in NOTATION and not word.isdigit()}


def chance(*key):
    """A number in 0 ..< 1 that is always the same for the same key."""
    return int.from_bytes(hashlib.sha256(repr(key).encode()).digest()[:6], "big") / 2 ** 48


def names_shown(pair):
    """The names in the prompt: for some pairs without those that the program speaks of."""
    names = list(dict.fromkeys(clean(name) for name in pair.get("names", [])))
    if chance("hidden", pair["sentence"], pair["program"]) < HIDDEN:
        spoken = stems(pair["program"])
        names = [name for name in names if not stems(name) & spoken]
    return names


def beginning(names, dialogue):
    text = INSTRUCTION + "\n" + field("Table", ", ".join(names))
    for turn in dialogue:
        text += field("Said", turn["says"])
        if turn.get("program"):
            text += field("Program", turn["program"])
    return text


def to_program(pair, names):
    """The prompt and its answer."""
    return beginning(names, pair.get("dialogue", [])) + field("Said", pair["sentence"]) + "Program:", " " + clean(pair["program"])


def to_sentence(pair, names):
    return beginning(names, pair.get("dialogue", [])) + field("Program", pair["program"]) + "Said:", " " + clean(pair["sentence"])


def about_words(question, answer):
    return INSTRUCTION + "\n" + field("Question", question) + "Answer:", " " + clean(answer)


def with_article(word):
    return ("an " if word[:1].lower() in tuple("aeiou") else "a ") + word


def kind_question(word, kind):
    return f"Is {with_article(word)} a kind of {kind}?"


def same_question(word, other):
    return f"Is {with_article(word)} the same as {with_article(other)}?"


def examples(pairs, epoch, seed, back):
    """The texts of one epoch: (prompt, answer, weight). `back` is the share of pairs that are asked in the other direction too."""
    found = []
    for pair in pairs:
        if "question" in pair:
            found.append((*about_words(pair["question"], pair["answer"]), 1.0))
            continue
        names = names_shown(pair)
        random.Random(f"{seed} {epoch} {pair['sentence']} {pair['program']}").shuffle(names)
        found.append((*to_program(pair, names), 1.0))
        # the pair's own share of the circle moves on with each epoch, so that every pair has its turn
        turn = (chance("back", pair["sentence"], pair["program"]) + epoch * back) % 1
        if turn < back and clean(pair["program"]) not in TELLS_NOTHING:
            found.append((*to_sentence(pair, names), SENTENCE_WEIGHT))
    return found


def validation(pairs):
    """The texts that tell how well sentences are understood: one direction, names in their own order."""
    return [(*to_program(pair, names_shown(pair)), 1.0) for pair in pairs if "question" not in pair] + \
           [(*about_words(pair["question"], pair["answer"]), 1.0) for pair in pairs if "question" in pair]
