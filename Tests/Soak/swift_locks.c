// Teaches ThreadSanitizer the slow half of Swift's Mutex.
//
// Where two threads meet at a Mutex, one of them takes or leaves it in libswiftSynchronization, which is not built for
// ThreadSanitizer: it sees who let go and not who took, and reports what the lock protects as a race. Preloaded, this
// tells it both and calls the real function; nothing is suppressed, so that a race beside a lock is still found.
// Reproducer: mutex.swift reports falsely without this file and is silent with it; scripts/soak runs both.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *self

typedef void lock_slow(uint32_t state, SELF) SWIFT;
typedef void unlock_slow(SELF) SWIFT;
typedef bool try_lock_slow(SELF) SWIFT;

static void *find(const char *name) {
    void *function = dlsym(RTLD_NEXT, name);
    if (!function) abort();
    return function;
}

// the shell that starts the program has no ThreadSanitizer
static void tell(const char *name, void *lock) {
    void (*function)(void *) = (void (*)(void *))dlsym(RTLD_DEFAULT, name);
    if (function) function(lock);
}

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define TRY_LOCK "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"

SWIFT void mutex_lock(uint32_t state, SELF) __asm__(LOCK);
SWIFT void mutex_unlock(SELF) __asm__(UNLOCK);
SWIFT bool mutex_try_lock(SELF) __asm__(TRY_LOCK);

SWIFT void mutex_lock(uint32_t state, SELF) {
    static lock_slow *real;
    if (!real) real = (lock_slow *)find(LOCK);
    real(state, self);
    tell("__tsan_acquire", self);
}

SWIFT void mutex_unlock(SELF) {
    static unlock_slow *real;
    if (!real) real = (unlock_slow *)find(UNLOCK);
    tell("__tsan_release", self);
    real(self);
}

SWIFT bool mutex_try_lock(SELF) {
    static try_lock_slow *real;
    if (!real) real = (try_lock_slow *)find(TRY_LOCK);
    bool taken = real(self);
    if (taken) tell("__tsan_acquire", self);
    return taken;
}
