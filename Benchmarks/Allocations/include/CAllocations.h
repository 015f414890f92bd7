#ifndef FORESIGHT_ALLOCATIONS_H
#define FORESIGHT_ALLOCATIONS_H
// Counts what a thread takes from the heap: this program's malloc stands before the C library's.

#include <stdbool.h>

/// Begins to count on the calling thread.
void callocations_begin(void);
/// Stops counting on the calling thread; returns how often memory was taken since `callocations_begin`.
long callocations_end(void);

/// From now on counts what all threads of these two names take. The names must last.
void callocations_watch(const char *name, const char *otherName);
/// Tells the next `count` of them on stderr with their stack.
void callocations_trace(int count);
/// How often the watched threads have taken memory.
long callocations_watched(void);
/// Lets every sleep of a watched thread take memory once: what a counter must notice.
void callocations_plant(bool on);

#endif
