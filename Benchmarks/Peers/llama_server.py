#!/usr/bin/env python3
"""Choices among given skills by llama-server, held to them by a JSON schema.

usage: llama_server.py SERVER MODEL QUESTIONS chat|completion THREADS. Prints one JSON line a question.
"""

import json
import socket
import subprocess
import sys
import time
import urllib.request

TASK = ("You control a robot arm. Answer with the one skill, of those listed, that comes next to carry out the task. "
        "Skills: {}. Answer in JSON: {{\"choice\": \"...\"}}")


def post(url, body):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def chat(url, skills, case):
    schema = {"type": "object", "properties": {"choice": {"type": "string", "enum": skills}}, "required": ["choice"],
              "additionalProperties": False}
    asked = f"Task: {case['instruction']}\nGoal: {case['goal']}\nHolding: {case['held']}"
    answer = post(url + "/v1/chat/completions", {
        "messages": [{"role": "system", "content": TASK.format(", ".join(skills))}, {"role": "user", "content": asked}],
        "temperature": 0, "max_tokens": 40, "cache_prompt": True,
        "response_format": {"type": "json_schema", "json_schema": {"name": "choice", "strict": True, "schema": schema}}})
    return json.loads(answer["choices"][0]["message"]["content"])["choice"]


def completion(url, skills, case):
    answer = post(url + "/completion", {
        "prompt": case["prompt"], "temperature": 0, "n_predict": 40, "cache_prompt": True,
        "json_schema": {"type": "string", "enum": skills}})
    return json.loads(answer["content"])


def main():
    server, model, file, way, threads = sys.argv[1:]
    with open(file) as text:
        questions = json.load(text)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    child = subprocess.Popen(
        [server, "-m", model, "--host", "127.0.0.1", "--port", str(port), "-c", "2048", "-np", "1", "-t", threads,
         "--no-webui"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        for _ in range(300):
            try:
                urllib.request.urlopen(url + "/health", timeout=2).close()
                break
            except OSError:
                time.sleep(0.1)
        ask = chat if way == "chat" else completion
        ask(url, questions["skills"], questions["cases"][0])
        for case in questions["cases"]:
            began = time.perf_counter()
            choice = ask(url, questions["skills"], case)
            print(json.dumps({"milliseconds": (time.perf_counter() - began) * 1e3, "choice": choice}), flush=True)
    finally:
        child.kill()
        child.wait()


main()
