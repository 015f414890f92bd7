#include "CAllocations.h"

#include <stdbool.h>
#include <stddef.h>

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

void *malloc(size_t size) {
    if (counting) taken++;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    if (counting) taken++;
    return __libc_calloc(count, size);
}

void *realloc(void *block, size_t size) {
    if (counting) taken++;
    return __libc_realloc(block, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    if (counting) taken++;
    return __libc_memalign(alignment, size);
}
