/* Resampling by given weights, one axis at a time: what Lanczos and halving are made of. */
#include "pixels.h"

static inline uint8_t byte_of(int32_t sum) {
    sum = (sum + 8192) >> 14;
    return (uint8_t)(sum < 0 ? 0 : sum > 255 ? 255 : sum);
}

/* Negative lobes may lift a colour above its alpha, which no premultiplied pixel has. */
static void hold_below_alpha(uint8_t *row, int32_t width) {
    for (int32_t x = 0; x < width; x++, row += 4)
        for (int32_t i = 0; i < 3; i++) row[i] = row[i] < row[3] ? row[i] : row[3];
}

#ifdef __AVX2__
/* Two weights beside each other, in every place. */
static inline __m256i both_weights(const int16_t *weights) {
    return _mm256_set1_epi32((int32_t)((uint32_t)(uint16_t)weights[0] | (uint32_t)(uint16_t)weights[1] << 16));
}

static inline __m256i bytes_of(__m256i a, __m256i b) {
    const __m256i half = _mm256_set1_epi32(8192);
    return _mm256_packs_epi32(_mm256_srai_epi32(_mm256_add_epi32(a, half), 14),
                              _mm256_srai_epi32(_mm256_add_epi32(b, half), 14));
}

/* weigh_bytes in 32s; returns how many bytes are done. */
static int32_t weigh_wide(uint8_t *out, const uint8_t *bytes, int64_t step, const int16_t *weights, int32_t taps,
                          int32_t count) {
    const __m256i zero = _mm256_setzero_si256();
    int32_t done = 0;
    for (; done + 32 <= count; done += 32) {
        __m256i sums[4] = {zero, zero, zero, zero};
        for (int32_t tap = 0; tap < taps; tap += 2) {
            const uint8_t *row = bytes + tap * step + done;
            const int16_t last[2] = {weights[tap], 0};
            int is_last = tap + 1 == taps;
            __m256i pair = both_weights(is_last ? last : weights + tap);
            __m256i a = _mm256_loadu_si256((const __m256i *)row);
            __m256i b = is_last ? zero : _mm256_loadu_si256((const __m256i *)(row + step));
            __m256i low = _mm256_unpacklo_epi8(a, b), high = _mm256_unpackhi_epi8(a, b);
            sums[0] = _mm256_add_epi32(sums[0], _mm256_madd_epi16(_mm256_unpacklo_epi8(low, zero), pair));
            sums[1] = _mm256_add_epi32(sums[1], _mm256_madd_epi16(_mm256_unpackhi_epi8(low, zero), pair));
            sums[2] = _mm256_add_epi32(sums[2], _mm256_madd_epi16(_mm256_unpacklo_epi8(high, zero), pair));
            sums[3] = _mm256_add_epi32(sums[3], _mm256_madd_epi16(_mm256_unpackhi_epi8(high, zero), pair));
        }
        _mm256_storeu_si256((__m256i *)(out + done),
                            _mm256_packus_epi16(bytes_of(sums[0], sums[1]), bytes_of(sums[2], sums[3])));
    }
    return done;
}

/* The sum of `taps` pixels, four at a time; returns how many taps are in it. */
static inline int32_t sum_pixels(const uint8_t *pixel, const int16_t *weights, int32_t taps, int32_t sums[4]) {
    const __m256i beside = _mm256_setr_epi8(0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15, 0, 1, 8, 9, 2, 3, 10, 11, 4,
                                            5, 12, 13, 6, 7, 14, 15);
    const __m256i spread = _mm256_setr_epi8(0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7,
                                            4, 5, 6, 7);
    __m256i sum = _mm256_setzero_si256();
    int32_t tap = 0;
    for (; tap + 4 <= taps; tap += 4) {
        __m256i values = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(pixel + 4 * tap)));
        __m256i pair = _mm256_broadcastq_epi64(_mm_loadl_epi64((const __m128i *)(weights + tap)));
        pair = _mm256_shuffle_epi8(pair, spread);
        sum = _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_shuffle_epi8(values, beside), pair));
    }
    __m128i total = _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
    _mm_storeu_si128((__m128i *)sums, total);
    return tap;
}
#endif

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
            int32_t sum[4] = {0, 0, 0, 0}, tap = 0;
#ifdef __AVX2__
            tap = sum_pixels(pixel, weight, taps, sum);
#endif
            for (; tap < taps; tap++)
                for (int32_t i = 0; i < 4; i++) sum[i] += weight[tap] * pixel[4 * tap + i];
            for (int32_t i = 0; i < 4; i++) out[4 * x + i] = byte_of(sum[i]);
        }
        hold_below_alpha(out, target->width);
    }
}

/* Sums of bytes that lie `step` bytes apart: one tap after the other. */
static void weigh_bytes(uint8_t *out, const uint8_t *bytes, int64_t step, const int16_t *weights, int32_t taps,
                        int32_t count) {
    int32_t begin = 0;
#ifdef __AVX2__
    begin = weigh_wide(out, bytes, step, weights, taps, count);
#endif
    while (begin < count) {
        int32_t sums[512], part = least(512, count - begin);
        for (int32_t i = 0; i < part; i++) sums[i] = 0;
        for (int32_t tap = 0; tap < taps; tap++) {
            const uint8_t *row = bytes + tap * step + begin;
            for (int32_t i = 0; i < part; i++) sums[i] += weights[tap] * row[i];
        }
        for (int32_t i = 0; i < part; i++) out[begin + i] = byte_of(sums[i]);
        begin += part;
    }
}

/* The same from row to row. */
EXPORT void resample_down(const Image *target, const Image *source, const int32_t *starts, const int16_t *weights,
                          int32_t taps) {
    for (int32_t y = 0; y < target->height; y++) {
        uint8_t *out = target->pixels + y * target->stride;
        const uint8_t *first = source->pixels + starts[y] * source->stride;
        weigh_bytes(out, first, source->stride, weights + (int64_t)y * taps, taps, 4 * target->width);
        hold_below_alpha(out, target->width);
    }
}

#ifdef __AVX2__
/* Sums of two by two of eight pixels by two rows: 16 bits each, of four pixels. */
static inline __m256i sum_squares(const uint8_t *upper, const uint8_t *lower) {
    const __m256i zero = _mm256_setzero_si256();
    __m256i u = _mm256_loadu_si256((const __m256i *)upper), l = _mm256_loadu_si256((const __m256i *)lower);
    __m256i low = _mm256_add_epi16(_mm256_unpacklo_epi8(u, zero), _mm256_unpacklo_epi8(l, zero));
    __m256i high = _mm256_add_epi16(_mm256_unpackhi_epi8(u, zero), _mm256_unpackhi_epi8(l, zero));
    return _mm256_add_epi16(_mm256_unpacklo_epi64(low, high), _mm256_unpackhi_epi64(low, high));
}

/* Halve in eights; returns how many pixels are done. */
static int32_t halve_wide(uint8_t *out, const uint8_t *upper, const uint8_t *lower, int32_t count) {
    const __m256i two = _mm256_set1_epi16(2);
    int32_t x = 0;
    for (; x + 8 <= count; x += 8) {
        int64_t place = 8 * (int64_t)x;
        __m256i first = sum_squares(upper + place, lower + place);
        __m256i second = sum_squares(upper + place + 32, lower + place + 32);
        first = _mm256_srli_epi16(_mm256_add_epi16(first, two), 2);
        second = _mm256_srli_epi16(_mm256_add_epi16(second, two), 2);
        __m256i both = _mm256_permute4x64_epi64(_mm256_packus_epi16(first, second), 0xD8);
        _mm256_storeu_si256((__m256i *)(out + 4 * (int64_t)x), both);
    }
    return x;
}
#endif

/* Shrink to half by the mean of two by two pixels; an odd last row or column is left out of the mean. */
EXPORT void halve_picture(const Image *target, const Image *source) {
    for (int32_t y = 0; y < target->height; y++) {
        uint8_t *out = target->pixels + y * target->stride;
        const uint8_t *upper = source->pixels + 2 * y * source->stride;
        const uint8_t *lower = 2 * y + 1 < source->height ? upper + source->stride : upper;
        int32_t x = 0;
#ifdef __AVX2__
        x = halve_wide(out, upper, lower, source->width / 2);
#endif
        for (; x < target->width; x++) {
            int32_t left = 8 * x, right = 2 * x + 1 < source->width ? left + 4 : left;
            for (int32_t i = 0; i < 4; i++)
                out[4 * x + i] = (uint8_t)((upper[left + i] + upper[right + i] + lower[left + i] + lower[right + i] + 2) >> 2);
        }
    }
}
