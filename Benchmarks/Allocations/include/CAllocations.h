#ifndef FORESIGHT_ALLOCATIONS_H
#define FORESIGHT_ALLOCATIONS_H
// Counts what a thread takes from the heap: this program's malloc stands before the C library's.

/// Begins to count on the calling thread.
void callocations_begin(void);
/// Stops counting on the calling thread; returns how often memory was taken since `callocations_begin`.
long callocations_end(void);

#endif
