"""LeRobot's FeetechMotorsBus without what its package needs for learning: modules that are missing stand empty."""

import importlib.abc
import importlib.machinery
import sys
import types

ABSENT = {"torch", "torchvision", "accelerate", "datasets", "huggingface_hub", "safetensors", "diffusers", "einops",
          "gymnasium", "imageio", "av", "wandb", "rerun", "jsonlines", "termcolor", "pynput", "cv2", "PIL", "transformers"}


class _Anything:
    def __init__(self, *_, **__):
        pass

    def __call__(self, *_, **__):
        return self

    def __getattr__(self, _):
        return _Anything()


class _Module(types.ModuleType):
    __path__ = []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _Anything


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ABSENT:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return _Module(spec.name)

    def exec_module(self, module):
        pass


def bus(port, ids=(1, 2, 3, 4, 5, 6)):
    """A connected FeetechMotorsBus of STS3215 servos; `connect` shakes hands with each of them."""
    sys.meta_path.append(_Finder())
    from lerobot.motors import Motor, MotorNormMode
    from lerobot.motors.feetech import FeetechMotorsBus

    motors = {f"joint_{servo}": Motor(servo, "sts3215", MotorNormMode.DEGREES) for servo in ids}
    found = FeetechMotorsBus(port, motors)
    found.connect()
    return found
