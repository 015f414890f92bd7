#include <mujoco/mujoco.h>
#include <mujoco/mjbatch.h>

// MuJoCo's warnings go to a file in the working directory unless a handler is set, and Swift cannot assign a C
// library's mutable global. Counters of warnings stay readable in mjData.
static inline void cmujoco_ignore_warning(const char *message) { (void)message; }
static inline void cmujoco_silence_warnings(void) { mju_user_warning = cmujoco_ignore_warning; }
