#include "CPlatform.h"

#include <math.h>
#include <string.h>

// A loop over 49 000 logits takes as long as a tenth of the model itself where it is compiled for the oldest processor:
// Swift cannot compile a function for several, C can.
#if defined(__x86_64__)
#define FOR_EVERY_PROCESSOR __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define FOR_EVERY_PROCESSOR
#endif

enum { lanes = 16 };
typedef float Floats __attribute__((vector_size(lanes * sizeof(float))));
typedef uint32_t Words __attribute__((vector_size(lanes * sizeof(float))));

FOR_EVERY_PROCESSOR
double cplatform_log_sum_exp(const float *values, size_t count) {
    const size_t whole = count - count % lanes;
    float largest = -INFINITY;
    for (size_t index = whole; index < count; index++) largest = fmaxf(largest, values[index]);
    Floats most = (Floats){} - INFINITY;
    for (size_t index = 0; index < whole; index += lanes) {
        Floats next;
        memcpy(&next, values + index, sizeof next);
        most = __builtin_elementwise_max(most, next);
    }
    for (int lane = 0; lane < lanes; lane++) largest = fmaxf(largest, most[lane]);

    double total = 0;
    for (size_t start = 0; start < whole; start += 1024) {
        // few enough summands that single precision keeps them
        const size_t end = whole - start < 1024 ? whole : start + 1024;
        Floats sum = {};
        for (size_t index = start; index < end; index += lanes) {
            Floats x;
            memcpy(&x, values + index, sizeof x);
            // exp of numbers that are not positive: a power of two times a polynomial on ±½ ln 2 (relative error 2e-7)
            x = __builtin_elementwise_max(x - largest, (Floats){} - 87);
            // adding one and a half times 2²³ leaves the nearest whole number in the low bits
            const Floats shifted = x * 1.442695041f + 12582912.0f;
            const Floats nearest = shifted - 12582912.0f;
            const Floats rest = x - nearest * 0.693145752f - nearest * 1.428606820e-6f;
            Floats power = (Floats){} + 1.0f / 720;
            power = power * rest + 1.0f / 120;
            power = power * rest + 1.0f / 24;
            power = power * rest + 1.0f / 6;
            power = power * rest + 0.5f;
            power = power * rest + 1;
            power = power * rest + 1;
            sum += (Floats)((Words)power + ((Words)shifted << 23));
        }
        for (int lane = 0; lane < lanes; lane++) total += sum[lane];
    }
    for (size_t index = whole; index < count; index++) total += expf(values[index] - largest);
    return largest + log(total);
}
