#define _GNU_SOURCE
#include "CAllocations.h"

#include <errno.h>
#include <execinfo.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

extern void __libc_free(void *block);
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static __thread bool counting;
static __thread long taken;

void callocations_begin(void) {
    taken = 0;
    counting = true;
}

long callocations_end(void) {
    counting = false;
    return taken;
}

// Threads that are watched by name, from outside.
static const char *watchedNames[2];
static atomic_bool watching, planting;
static atomic_long watchedTaken, tracesLeft;
static __thread bool tracing;

void callocations_watch(const char *name, const char *otherName) {
    void *frames[2];
    backtrace(frames, 2); // its first call takes memory
    watchedNames[0] = name;
    watchedNames[1] = otherName;
    atomic_store(&watching, true);
}

long callocations_watched(void) { return atomic_load(&watchedTaken); }
void callocations_trace(int count) { atomic_store(&tracesLeft, count); }
void callocations_plant(bool on) { atomic_store(&planting, on); }

static bool is_watched(void) {
    char name[17] = {0};
    prctl(PR_GET_NAME, name);
    return strcmp(name, watchedNames[0]) == 0 || strcmp(name, watchedNames[1]) == 0;
}

static inline void count(void) {
    if (counting) taken++;
    if (!atomic_load_explicit(&watching, memory_order_relaxed) || tracing || !is_watched()) return;
    atomic_fetch_add(&watchedTaken, 1);
    if (atomic_load(&tracesLeft) <= 0 || atomic_fetch_sub(&tracesLeft, 1) <= 0) return;
    tracing = true;
    void *frames[24];
    backtrace_symbols_fd(frames, backtrace(frames, 24), 2);
    (void)!write(2, "\n", 1);
    tracing = false;
}

void *malloc(size_t size) {
    count();
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    count();
    return __libc_calloc(number, size);
}

void *realloc(void *block, size_t size) {
    count();
    return __libc_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    count();
    return __libc_memalign(alignment, size);
}

void *memalign(size_t alignment, size_t size) {
    count();
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size) {
    count();
    *block = __libc_memalign(alignment, size);
    return *block || size == 0 ? 0 : ENOMEM;
}

// The loop's own sleep, so that an allocation can be planted into a cycle of the real thread.
int clock_nanosleep(clockid_t clock, int flags, const struct timespec *request, struct timespec *rest) {
    if (atomic_load_explicit(&planting, memory_order_relaxed) && is_watched()) {
        void *volatile block = malloc(16);
        __libc_free(block);
    }
    return syscall(SYS_clock_nanosleep, clock, flags, request, rest) ? errno : 0;
}
