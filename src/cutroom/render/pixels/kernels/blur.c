/* A separable blur by weights of 7 bits, whose sum is 128: enough for the few pixels that it is used on. */
#include "pixels.h"

#include <stdlib.h>
#include <string.h>

#define MOST_TAPS 64
#define ROWS_AT_ONCE 32

/* Two weights beside each other, twice; where the second one is missing it is 0. */
typedef struct {
    const int8_t *weights;
    uint32_t twice[MOST_TAPS / 2];
} Pairs;

#ifdef __AVX2__
/* In 32s; returns how many bytes are done. */
static int32_t weigh_wide(uint8_t *out, const uint8_t *bytes, int64_t step, const Pairs *pairs, int32_t taps,
                          int32_t count) {
    const __m256i half = _mm256_set1_epi16(64);
    int32_t done = 0;
    for (; done + 32 <= count; done += 32) {
        __m256i low = half, high = half;
        for (int32_t tap = 0; tap < taps; tap += 2) {
            const uint8_t *row = bytes + tap * step + done;
            __m256i pair = _mm256_set1_epi32((int32_t)pairs->twice[tap / 2]);
            __m256i a = _mm256_loadu_si256((const __m256i *)row);
            __m256i b = _mm256_loadu_si256((const __m256i *)(tap + 1 == taps ? row : row + step));
            low = _mm256_add_epi16(low, _mm256_maddubs_epi16(_mm256_unpacklo_epi8(a, b), pair));
            high = _mm256_add_epi16(high, _mm256_maddubs_epi16(_mm256_unpackhi_epi8(a, b), pair));
        }
        _mm256_storeu_si256((__m256i *)(out + done),
                            _mm256_packus_epi16(_mm256_srli_epi16(low, 7), _mm256_srli_epi16(high, 7)));
    }
    return done;
}
#endif

/* Weigh bytes that lie `step` bytes apart. */
static void weigh_bytes(uint8_t *out, const uint8_t *bytes, int64_t step, const Pairs *pairs, int32_t taps,
                        int32_t count) {
    int32_t i = 0;
#ifdef __AVX2__
    i = weigh_wide(out, bytes, step, pairs, taps, count);
#endif
    for (; i < count; i++) {
        int32_t sum = 64;
        for (int32_t tap = 0; tap < taps; tap++) sum += pairs->weights[tap] * bytes[tap * step + i];
        out[i] = (uint8_t)(sum >> 7);
    }
}

/* Weigh `taps` by `taps` pixels, at most MOST_TAPS; the target is smaller than the source by taps - 1 in width and height.
 * Returns 0, or -1 without memory. */
EXPORT int32_t blur_picture(const Image *target, const Image *source, const int8_t *weights, int32_t taps) {
    int64_t stride = 4 * (int64_t)target->width;
    Pairs pairs = {weights, {0}};
    for (int32_t tap = 0; tap < taps; tap++) /* the low byte of each half, then the high one */
        pairs.twice[tap / 2] |= ((uint32_t)(uint8_t)weights[tap] * 0x10001u) << (tap % 2 ? 8 : 0);
    int32_t room = taps + ROWS_AT_ONCE, held = 0;
    uint8_t *rows = malloc((size_t)(stride * room)); /* weighed across, to be weighed down while they are near */
    if (!rows) return -1;
    for (int32_t y = 0; y < source->height; y++) {
        if (held == room) {
            memmove(rows, rows + stride * (room - taps + 1), (size_t)(stride * (taps - 1)));
            held = taps - 1;
        }
        const uint8_t *row = source->pixels + y * source->stride;
        weigh_bytes(rows + stride * held, row, 4, &pairs, taps, (int32_t)stride);
        held++;
        if (y >= taps - 1) {
            uint8_t *out = target->pixels + (y - taps + 1) * target->stride;
            weigh_bytes(out, rows + stride * (held - taps), stride, &pairs, taps, (int32_t)stride);
        }
    }
    free(rows);
    return 0;
}
