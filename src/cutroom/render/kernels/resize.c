/* Resampling by given weights, one axis at a time: what Lanczos and halving are made of. */
#include "pixels.h"

#include <stdlib.h>

static inline uint8_t byte_of(int32_t sum) {
    sum = (sum + 8192) >> 14;
    return (uint8_t)(sum < 0 ? 0 : sum > 255 ? 255 : sum);
}

/* Resample each row of `source` to `target->width` pixels.
 *
 * Pixel x is the sum of `taps` pixels from starts[x] on, by weights (14 bits of fraction) at weights[x * taps].
 */
EXPORT void resample_across(const Image *target, const Image *source, const int32_t *starts, const int16_t *weights,
                            int32_t taps) {
    for (int32_t y = 0; y < target->height; y++) {
        uint8_t *out = target->pixels + y * target->stride;
        const uint8_t *row = source->pixels + y * source->stride;
        for (int32_t x = 0; x < target->width; x++) {
            const uint8_t *pixel = row + 4 * (int64_t)starts[x];
            const int16_t *weight = weights + (int64_t)x * taps;
            int32_t sum[4] = {0, 0, 0, 0};
            for (int32_t tap = 0; tap < taps; tap++)
                for (int32_t i = 0; i < 4; i++) sum[i] += weight[tap] * pixel[4 * tap + i];
            for (int32_t i = 0; i < 4; i++) out[4 * x + i] = byte_of(sum[i]);
        }
    }
}

/* Sums of bytes that lie `step` bytes apart: one tap after the other. */
static void weigh_bytes(uint8_t *out, const uint8_t *bytes, int64_t step, const int16_t *weights, int32_t taps,
                        int32_t count) {
    for (int32_t begin = 0; begin < count; begin += 512) {
        int32_t sums[512], part = least(512, count - begin);
        for (int32_t i = 0; i < part; i++) sums[i] = 0;
        for (int32_t tap = 0; tap < taps; tap++) {
            const uint8_t *row = bytes + tap * step + begin;
            for (int32_t i = 0; i < part; i++) sums[i] += weights[tap] * row[i];
        }
        for (int32_t i = 0; i < part; i++) out[begin + i] = byte_of(sums[i]);
    }
}

/* The same from row to row. Negative lobes may lift a colour above its alpha: it is held there. */
EXPORT void resample_down(const Image *target, const Image *source, const int32_t *starts, const int16_t *weights,
                          int32_t taps) {
    for (int32_t y = 0; y < target->height; y++) {
        uint8_t *out = target->pixels + y * target->stride;
        const uint8_t *first = source->pixels + starts[y] * source->stride;
        weigh_bytes(out, first, source->stride, weights + (int64_t)y * taps, taps, 4 * target->width);
        for (int32_t x = 0; x < target->width; x++)
            for (int32_t i = 0; i < 3; i++)
                if (out[4 * x + i] > out[4 * x + 3]) out[4 * x + i] = out[4 * x + 3];
    }
}

/* Weigh `taps` by `taps` pixels; the target is smaller than the source by taps - 1 in width and height.
 * Returns 0, or -1 without memory. */
EXPORT int32_t blur_picture(const Image *target, const Image *source, const int16_t *weights, int32_t taps) {
    int64_t stride = 4 * (int64_t)target->width;
    uint8_t *rows = malloc((size_t)(stride * source->height));
    if (!rows) return -1;
    for (int32_t y = 0; y < source->height; y++)
        weigh_bytes(rows + y * stride, source->pixels + y * source->stride, 4, weights, taps, (int32_t)stride);
    for (int32_t y = 0; y < target->height; y++)
        weigh_bytes(target->pixels + y * target->stride, rows + y * stride, stride, weights, taps, (int32_t)stride);
    free(rows);
    return 0;
}

/* Shrink to half by the mean of two by two pixels; an odd last row or column is left out of the mean. */
EXPORT void halve_picture(const Image *target, const Image *source) {
    for (int32_t y = 0; y < target->height; y++) {
        uint8_t *out = target->pixels + y * target->stride;
        const uint8_t *upper = source->pixels + 2 * y * source->stride;
        const uint8_t *lower = 2 * y + 1 < source->height ? upper + source->stride : upper;
        for (int32_t x = 0; x < target->width; x++) {
            int32_t left = 8 * x, right = 2 * x + 1 < source->width ? left + 4 : left;
            for (int32_t i = 0; i < 4; i++)
                out[4 * x + i] = (uint8_t)((upper[left + i] + upper[right + i] + lower[left + i] + lower[right + i] + 2) >> 2);
        }
    }
}
