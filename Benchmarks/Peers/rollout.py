#!/usr/bin/env python3
"""The same futures by MuJoCo's own Python rollout: rollout.py FOLDER WORLDS STEPS ROUNDS. Prints seconds, a round a line."""

import os
import sys
import time

import mujoco
import mujoco.rollout
import numpy


def main():
    folder, worlds, steps, rounds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    model = mujoco.MjModel.from_xml_path(f"{folder}/scene.xml")
    threads = os.cpu_count()
    data = [mujoco.MjData(model) for _ in range(threads)]
    mujoco.mj_setState(model, data[0], numpy.fromfile(f"{folder}/state.bin"), mujoco.mjtState.mjSTATE_INTEGRATION)
    full = mujoco.mjtState.mjSTATE_FULLPHYSICS
    start = numpy.zeros(mujoco.mj_stateSize(model, full))
    mujoco.mj_getState(model, data[0], start, full)
    states = numpy.tile(start, (worlds, 1))
    controls = numpy.fromfile(f"{folder}/controls.bin").reshape(worlds, steps, model.nu)
    with mujoco.rollout.Rollout(nthread=threads) as pool:
        for _ in range(rounds):
            began = time.perf_counter()
            pool.rollout(model, data, states, controls)
            print(time.perf_counter() - began, flush=True)


main()
