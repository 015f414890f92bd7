#!/usr/bin/env python3
"""Check the walls between modules: docs/architecture.md draws them, this holds them.

SwiftPM lets a target import what its dependencies depend on, so every `import` is compared with the
target's own dependencies, each module may only know lower floors, and some doors stay closed for good.
"""

import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FLOORS = [
    {"CSerialPort", "CUdev", "CMuJoCo", "CLlama", "CZstd", "CPNG", "CEdit", "CPlatform", "CAllocations"},
    {"RobotModel"},
    {"Messages", "Safeguards"},
    {"ServoProtocols", "SerialLink", "Traces", "Physics", "Console", "Pictures"},
    {"Hardware", "Channels", "LanguagePolicy", "Rendering"},
    {"Control", "Skills", "Understanding", "Plant"},
    {"WorldModel", "Body"},
    {"Planning"},
    {"Evaluation"},
    {"foresight", "foresightd", "foresight-mind", "foresight-virtual", "foresight-eval", "foresight-picture",
     "foresight-arm", "foresight-bench", "port-probe"},
]
FLOOR = {name: floor for floor, names in enumerate(FLOORS) for name in names}
# what must never be reachable from where, however many modules lie between
FORBIDDEN = {
    "foresight": {"CMuJoCo", "CLlama", "Rendering", "Evaluation"},
    "foresightd": {"CMuJoCo", "CLlama", "Rendering", "Evaluation"},
    "foresight-mind": {"SerialLink", "Hardware", "Control", "Plant", "Rendering", "Evaluation"},
    "foresight-virtual": {"Evaluation"},
    "foresight-arm": {"SerialLink", "Hardware", "Channels", "LanguagePolicy", "Plant"},
    "Rendering": {"SerialLink", "Hardware", "Channels", "LanguagePolicy"},
    "Planning": {"SerialLink", "Hardware", "ServoProtocols", "Plant"},
    "WorldModel": {"SerialLink", "LanguagePolicy", "Plant"},
    "Understanding": {"Physics", "Channels", "Hardware"},
    "LanguagePolicy": {"Physics", "CMuJoCo", "Hardware"},
    "Traces": {"RobotModel", "Messages"},
}
# the mind knows joints by their roles (RobotModel/ArmModel), and no arm by its name
ARMLESS = ("Physics", "Skills", "WorldModel", "Planning")
ARM_BY_NAME = re.compile(
    r"\b(?:joints|ranges|positions|measured|setpoints|compensation)\[\d+(?:\.\.[.<]\d+)?\]"
    r"|\bjoint [!=]= \d|\$0 [!=]= [2-9]\b|joints\.last\b|SO-?101", re.I)
PLANT_MAY_BE_USED_BY = {"Evaluation", "foresight-virtual", "foresight-eval", "foresight-bench"}
# where the mind is, and how large its parts may be
MIND = ["Skills", "WorldModel", "Planning"]
LONGEST_FILE = 400
MOST_VARIABLES = 10
# what people say is understood by a model and a grammar: few regular expressions, and English words only where they belong
READS_PEOPLE = ["RobotModel", "LanguagePolicy", "Understanding", "Planning", "Evaluation"]
MOST_EXPRESSIONS = 20
EXPRESSION = re.compile(r"(?:[=(,\[]|\breturn)\s*#*/[^/ *\n][^/\n]*/#*(?=[\s).,\]])|\bRegex\b|NSRegularExpression|\.regularExpression")
WORDS = re.compile(r'(?:"[a-z][a-z\' ]*",\s*){7,}"[a-z][a-z\' ]*"|"{1,3}\s*[a-z]+(?:\s+[a-z]+){7,}\s*"{1,3}(?=\s*\.split)|\bset\(\s*"{1,3}')
WORDS_BELONG = {"PlainReader.swift", "Veto.swift", "Colors.swift", "ColorWords.swift", "Token.swift", "Program+Beginning.swift"}
KEYS_OF_FILES = {"SceneFile.swift", "Suite.swift"}
# a number that was chosen has a name; a power of ten converts a unit, or keeps from dividing by zero
NUMBER = re.compile(r"(?<![\w$])(?<!\w\.)(?:\d[\d_]*\.\d[\d_]*(?:[eE][-+]?\d+)?|[\d_]+[eE][-+]?\d+)")
PLAIN_NUMBER = re.compile(r"[01]\.0|0\.5|2\.0|1[eE][-+]?\d+")
DECLARATION = re.compile(r"\b(struct|class|enum|actor|extension|protocol|func|init|subscript|var|let)\b")
TOOLCHAIN = {
    "Swift", "FoundationEssentials", "Foundation", "Glibc", "Musl", "Synchronization", "Dispatch", "Testing",
    "System", "_Builtin_float",
}
PRODUCT_MODULES = {"TOMLKit": "TOMLKit", "Logging": "Logging", "Subprocess": "Subprocess",
                   "ArgumentParser": "ArgumentParser"}


def describe():
    text = subprocess.run(["swift", "package", "dump-package"], cwd=ROOT, check=True,
                          capture_output=True, text=True).stdout
    targets = {}
    for target in json.loads(text)["targets"]:
        names = set()
        for dependency in target["dependencies"]:
            kind, value = next(iter(dependency.items()))
            names.add(value[0])
        usual = ("Tests/" if target["type"] == "test" else "Sources/") + target["name"]
        targets[target["name"]] = {"type": target["type"], "dependencies": names,
                                   "folder": ROOT / target.get("path", usual)}
    return targets


def reachable(targets, name, seen=None):
    seen = set() if seen is None else seen
    for dependency in targets.get(name, {"dependencies": ()})["dependencies"]:
        if dependency not in seen:
            seen.add(dependency)
            reachable(targets, dependency, seen)
    return seen


def imports(folder):
    pattern = re.compile(r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:public |internal |package |private |fileprivate )?import "
                         r"(?:struct |class |enum |protocol |func |var )?(\w+)", re.M)
    for path in sorted(folder.rglob("*.swift")):
        # programs of other languages may stand in long strings
        text = re.sub(r'"""\n.*?"""', lambda long: "\n" * long.group().count("\n"), path.read_text(), flags=re.S)
        for match in pattern.finditer(text):
            line = text[: match.start()].count("\n") + 1
            yield path.relative_to(ROOT), line, match.group(1)


def phases():
    """Names of phases; those that are also names of poses may stand in text."""
    text = (ROOT / "Sources/Skills/PhaseKind.swift").read_text()
    named = re.findall(r'^    case (\w+)(?: = "(\w+)")?$', text, re.M)
    return {name or case for case, name in named} - {"home", "look"}


def phase_texts(path, text):
    """Phases written as text: they are compared as `PhaseKind`."""
    for number, line in enumerate(text.splitlines(), 1):
        for name in re.findall(r'"(\w+)"', line.split("//")[0]):
            if name in phases():
                yield f'{path}:{number}: "{name}" is a phase: compare it as PhaseKind, not as text'


def variables(path, text):
    """Types with more stored properties that change than a reader can keep in mind."""
    types, depth = [], 0
    for line in text.splitlines():
        code = re.sub(r'"(?:\\.|[^"\\])*"', '""', line.split("//")[0])
        declared = re.match(r"\s*(?:\w+(?:\(\w+\))? )*(?:struct|class|actor|enum) (\w+)", code)
        if declared and "{" in code:
            types.append([declared.group(1), depth, 0])
        elif types and depth == types[-1][1] + 1 and re.match(r"\s*(?:\w+(?:\(\w+\))? )*var ", code):
            computed = "{" in code and "didSet" not in code and "=" not in code
            types[-1][2] += not computed and "static" not in code
        depth += code.count("{") - code.count("}")
        while types and depth <= types[-1][1]:
            name, _, count = types.pop()
            if count > MOST_VARIABLES:
                yield f"{path}: {name} has {count} stored properties that change, more than {MOST_VARIABLES}"


def unnamed(path, text):
    """Decimal numbers inside bodies: outside of them stand constants and default values, which have a name."""
    text = re.sub(r'""".*?"""', lambda long: "\n" * long.group().count("\n"), text, flags=re.S)
    scopes, header = [], ""
    for number, line in enumerate(text.splitlines(), 1):
        code = re.sub(r'"(?:\\.|[^"\\])*"', '""', line.split("//")[0])
        for part in re.split(r"([{}])", code):
            if part == "{":
                declared = DECLARATION.findall(header)
                is_type = declared and declared[-1] in ("struct", "class", "enum", "actor", "extension", "protocol")
                scopes.append("type" if is_type else "body")
            elif part == "}":
                scopes and scopes.pop()
            elif "body" in scopes:
                for found in NUMBER.findall(part):
                    if not PLAIN_NUMBER.fullmatch(found):
                        yield f"{path}:{number}: {found} has no name: give it one, with its unit and its reason, in Tuning/"
            header = "" if part in ("{", "}") else header + part + " "


def mind():
    for module in MIND + ["Evaluation", "Understanding"]:
        for file in sorted((ROOT / "Sources" / module).rglob("*.swift")):
            path, text = file.relative_to(ROOT), file.read_text()
            if text.count("\n") > LONGEST_FILE:
                yield f"{path}: longer than {LONGEST_FILE} lines"
            # words of people are no phases
            if file.name != "PhaseKind.swift" and module != "Understanding":
                yield from phase_texts(path, text)
            if module != "Evaluation":
                yield from variables(path, text)
            if module in MIND:
                yield from unnamed(path, text)


def rules_for_sentences():
    expressions = []
    for module in READS_PEOPLE:
        for file in sorted((ROOT / "Sources" / module).rglob("*.swift")):
            path, text = file.relative_to(ROOT), file.read_text()
            code = re.sub(r"//.*", "", text)
            expressions += [path for _ in EXPRESSION.finditer(code)]
            if file.name not in WORDS_BELONG | KEYS_OF_FILES:
                for found in WORDS.finditer(code):
                    yield f"{path}:{code.count(chr(10), 0, found.start()) + 1}: a list of English words"
    if len(expressions) > MOST_EXPRESSIONS:
        yield f"{len(expressions)} regular expressions where people are understood, at most {MOST_EXPRESSIONS}: {set(map(str, expressions))}"


def arms_by_name():
    for module in ARMLESS:
        for path in sorted((ROOT / "Sources" / module).rglob("*.swift")):
            for line, text in enumerate(path.read_text().splitlines(), 1):
                if found := ARM_BY_NAME.search(text):
                    yield f"{path.relative_to(ROOT)}:{line}: “{found.group()}” makes the mind one particular arm"


def main():
    targets, problems = describe(), list(mind()) + list(rules_for_sentences()) + list(arms_by_name())
    for name, target in targets.items():
        if target["type"] == "system":
            continue
        for path, line, module in imports(target["folder"]):
            if module not in target["dependencies"] | TOOLCHAIN | {name}:
                problems.append(f"{path}:{line}: imports {module}, which {name} does not depend on in Package.swift")
        if target["type"] == "test" or name == "TestSupport":
            continue
        if name not in FLOOR:
            problems.append(f"Package.swift: {name} has no floor in scripts/walls.py")
            continue
        for dependency in target["dependencies"]:
            if dependency in FLOOR and FLOOR[dependency] >= FLOOR[name]:
                problems.append(f"Package.swift: {name} depends on {dependency}, which is not on a lower floor")
            if dependency == "TestSupport":
                problems.append(f"Package.swift: {name} is a product and depends on TestSupport")
            if dependency == "Plant" and name not in PLANT_MAY_BE_USED_BY:
                problems.append(f"Package.swift: {name} depends on Plant, the stand-in for reality")
        for hidden in sorted(FORBIDDEN.get(name, set()) & reachable(targets, name)):
            problems.append(f"Package.swift: {name} reaches {hidden}, which is behind a wall")
    for problem in problems:
        print(problem)
    sys.exit(f"{len(problems)} broken walls" if problems else None)


if __name__ == "__main__":
    main()
