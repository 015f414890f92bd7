#include <mujoco/mujoco.h>
#include <mujoco/mjbatch.h>
