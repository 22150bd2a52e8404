/* Bilinear sampling of BGRA pictures and of planes: positions in 1/128 of a texel, whole numbers throughout. */
#include "pixels.h"

#include <math.h>
#include <string.h>

#define ROWS_AHEAD 6
#define ONE 4294967296.0 /* a texel in 32.32 fixed point */

/* Rounded to the nearest 1/128: the upper 39 bits are the texel and its weight. */
static int64_t fixed(double texels) { return (int64_t)floor(high_of(low_of(texels, 1e8), -1e8) * ONE + 0.5) + (1 << 24); }

/* What a step of one pixel adds to a place. */
static int64_t stride_of(double texels) { return (int64_t)floor(high_of(low_of(texels, 1e8), -1e8) * ONE + 0.5); }

static int32_t texel_of(int64_t place) { return (int32_t)(place >> 32); }
static int32_t weight_of(int64_t place) { return (int32_t)(place >> 25) & 127; }

/* Keep a texel and its right (lower) neighbour inside [low, high]. */
static void hold(int32_t low, int32_t high, int32_t *texel, int32_t *weight) {
    if (*texel < low) {
        *texel = low;
        *weight = 0;
    } else if (*texel >= high) {
        *texel = high;
        *weight = 0;
    }
}

/* Weights of a texel (low byte) and its neighbour, negative: so that all of a texel, -128, fits a signed byte. */
static uint16_t pair_of(int32_t weight) { return (uint16_t)(128 - 255 * weight); }

static void aim_columns(Sampler *sampler, int32_t first, int32_t end) {
    const double *inverse = sampler->inverse;
    int64_t step = stride_of(inverse[0]);
    int64_t place = fixed(inverse[0] * (first + 0.5) + inverse[4] - 0.5);
    sampler->first = first;
    sampler->is_aligned = 1;
    sampler->inside_first = end;
    sampler->inside_end = first;
    for (int32_t x = first; x < end; x++, place += step) {
        int32_t texel = texel_of(place), weight = weight_of(place);
        hold(sampler->left, sampler->right, &texel, &weight);
        sampler->columns[x - first] = texel;
        sampler->pairs[x - first] = pair_of(weight);
        if (weight || texel != sampler->columns[0] + x - first) sampler->is_aligned = 0;
        if (texel < sampler->right) {
            if (sampler->inside_first == end) sampler->inside_first = x;
            sampler->inside_end = x + 1;
        }
    }
}

void aim_sampler(Sampler *sampler, const Image *source, const double inverse[6], const double crop[4],
                 int32_t first, int32_t end) {
    sampler->pixels = source->pixels;
    sampler->stride = source->stride;
    sampler->left = most((int32_t)floor(crop[0]), 0);
    sampler->top = most((int32_t)floor(crop[1]), 0);
    sampler->right = least((int32_t)ceil(crop[2]), source->width) - 1;
    sampler->bottom = least((int32_t)ceil(crop[3]), source->height) - 1;
    memcpy(sampler->inverse, inverse, sizeof sampler->inverse);
    sampler->is_small = source->stride * source->height < INT32_MAX && most(source->width, source->height) < 16000;
    for (int32_t i = 0; i < 4; i++) sampler->is_small &= fabs(inverse[i]) < 8000;
    sampler->is_upright = fabs(inverse[1]) < 1e-9 && fabs(inverse[2]) < 1e-9;
    sampler->row = -1;
    sampler->row_weight = 0;
    if (sampler->is_upright) {
        sampler->ahead = sampler->stride * (int64_t)high_of(1, low_of(4, floor(inverse[3] + 0.5)));
        aim_columns(sampler, first, end);
    } else {
        double down = low_of(high_of(inverse[3], -16), 16), across = low_of(high_of(inverse[2], -16), 16);
        sampler->ahead = sampler->stride * (int64_t)(ROWS_AHEAD * down) + 4 * (int64_t)(ROWS_AHEAD * across);
    }
}

/* Mix four texels; `across` and `down` are weights of the right and lower ones in 128ths. Sums are negative, as those
 * of wide registers are. */
static inline void mix_four(const uint8_t *upper, const uint8_t *lower, int32_t right, int32_t across,
                            int32_t down, uint8_t *mixed) {
    for (int32_t i = 0; i < 4; i++) {
        int32_t above = -upper[i] * (128 - across) - upper[i + right] * across;
        int32_t below = -lower[i] * (128 - across) - lower[i + right] * across;
        int32_t both = above + (((below - above) * (down * 256) + 16384) >> 15);
        mixed[i] = (uint8_t)((64 - both) >> 7);
    }
}

#ifdef __AVX2__
/* Four pairs of neighbouring texels. */
static inline __m256i load_pairs(const uint8_t *a, const uint8_t *b, const uint8_t *c, const uint8_t *d) {
    __m128i low = _mm_loadl_epi64((const __m128i *)a), high = _mm_loadl_epi64((const __m128i *)c);
    low = _mm_castps_si128(_mm_loadh_pi(_mm_castsi128_ps(low), (const __m64 *)b));
    high = _mm_castps_si128(_mm_loadh_pi(_mm_castsi128_ps(high), (const __m64 *)d));
    return _mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1);
}

/* Mix two rows of four pairs, as mix_four does; 16 bits for each of the 16 results. */
static inline __m256i mix_pairs(__m256i upper, __m256i lower, __m256i across, __m256i down) {
    const __m256i beside = _mm256_setr_epi8(0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15, 0, 4, 1, 5, 2, 6, 3, 7,
                                            8, 12, 9, 13, 10, 14, 11, 15);
    __m256i above = _mm256_maddubs_epi16(_mm256_shuffle_epi8(upper, beside), across);
    __m256i below = _mm256_maddubs_epi16(_mm256_shuffle_epi8(lower, beside), across);
    __m256i both = _mm256_add_epi16(above, _mm256_mulhrs_epi16(_mm256_sub_epi16(below, above), down));
    return _mm256_srli_epi16(_mm256_sub_epi16(_mm256_set1_epi16(64), both), 7);
}

/* Mix columns in eights; returns how many pixels are done. */
static int32_t mix_inner_columns(const int32_t *columns, const uint16_t *pairs, const uint8_t *upper,
                                 const uint8_t *lower, int32_t down, uint8_t *buffer, int32_t count, int64_t ahead) {
    const __m256i spread[2] = {
        _mm256_setr_epi8(0, 1, 0, 1, 0, 1, 0, 1, 2, 3, 2, 3, 2, 3, 2, 3, 8, 9, 8, 9, 8, 9, 8, 9, 10, 11, 10, 11, 10, 11, 10,
                         11),
        _mm256_setr_epi8(4, 5, 4, 5, 4, 5, 4, 5, 6, 7, 6, 7, 6, 7, 6, 7, 12, 13, 12, 13, 12, 13, 12, 13, 14, 15, 14, 15, 14,
                         15, 14, 15),
    };
    const __m256i under = _mm256_set1_epi16((int16_t)(down << 8));
    int32_t x = 0;
    for (; x + 8 <= count; x += 8) {
        /* Rows of a large picture lie in different pages: processors do not foresee them. */
        _mm_prefetch((const char *)lower + ahead + 4 * (int64_t)columns[x], _MM_HINT_T0);
        _mm_prefetch((const char *)lower + 2 * ahead + 4 * (int64_t)columns[x], _MM_HINT_T0);
        __m256i weights = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(pairs + x)));
        __m256i halves[2]; /* 0 1 4 5 and 2 3 6 7: so packing brings them into order */
        for (int32_t half = 0; half < 2; half++) {
            const int32_t *c = columns + x + 2 * half;
            int64_t i = 4 * (int64_t)c[0], j = 4 * (int64_t)c[1], k = 4 * (int64_t)c[4], l = 4 * (int64_t)c[5];
            halves[half] = mix_pairs(load_pairs(upper + i, upper + j, upper + k, upper + l),
                                     load_pairs(lower + i, lower + j, lower + k, lower + l),
                                     _mm256_shuffle_epi8(weights, spread[half]), under);
        }
        _mm256_storeu_si256((__m256i *)(buffer + 4 * (int64_t)x), _mm256_packus_epi16(halves[0], halves[1]));
    }
    return x;
}

/* How many of `count` pixels follow each other on texels from `first` to before `last`, which have a next one. */
static int32_t count_inner(int64_t place, int64_t step, int32_t first, int32_t last, int32_t count) {
    const int64_t margin = 1 << 20; /* lanes are cut to 16 bits */
    int64_t low = (int64_t)first * (1LL << 32) + margin, high = (int64_t)last * (1LL << 32) - margin;
    if (place < low || place > high) return 0;
    if (step == 0) return count;
    int64_t more = step > 0 ? (high - place) / step : (place - low) / -step;
    return more + 1 < count ? (int32_t)more + 1 : count;
}

/* Weights of eight texels and their right neighbours, as pair_of gives them, from places in 16.16. */
static inline __m256i pairs_of(__m256i across) {
    __m256i right = _mm256_and_si256(_mm256_srli_epi32(across, 9), _mm256_set1_epi32(127));
    __m256i rest = _mm256_or_si256(right, _mm256_set1_epi32(128));
    return _mm256_sub_epi32(rest, _mm256_slli_epi32(right, 8));
}

/* Mix in eights as far as no edge is near; returns how many pixels are done. */
static int32_t mix_inner_slanted(const Sampler *sampler, int64_t across, int64_t down, int64_t step_across,
                                 int64_t step_down, uint8_t *buffer, int32_t count) {
    const __m256i spread[2] = {
        _mm256_setr_epi8(0, 1, 0, 1, 0, 1, 0, 1, 4, 5, 4, 5, 4, 5, 4, 5, 0, 1, 0, 1, 0, 1, 0, 1, 4, 5, 4, 5, 4, 5, 4, 5),
        _mm256_setr_epi8(8, 9, 8, 9, 8, 9, 8, 9, 12, 13, 12, 13, 12, 13, 12, 13, 8, 9, 8, 9, 8, 9, 8, 9, 12, 13, 12, 13, 12,
                         13, 12, 13),
    };
    count = count_inner(across, step_across, sampler->left, sampler->right, count);
    count = count_inner(down, step_down, sampler->top, sampler->bottom, count);
    const __m256i stride = _mm256_set1_epi32((int32_t)sampler->stride), weight_bits = _mm256_set1_epi32(127 << 8);
    const uint8_t *first = sampler->pixels, *second = first + sampler->stride, *later = second + sampler->ahead;
    int32_t lanes[2][8], x = 0;
    for (int32_t lane = 0; lane < 8; lane++) {
        lanes[0][lane] = (int32_t)((lane * step_across) >> 16);
        lanes[1][lane] = (int32_t)((lane * step_down) >> 16);
    }
    const __m256i lanes_across = _mm256_loadu_si256((const __m256i *)lanes[0]);
    const __m256i lanes_down = _mm256_loadu_si256((const __m256i *)lanes[1]);
    for (; x + 8 <= count; x += 8, across += 8 * step_across, down += 8 * step_down) {
        __m256i a = _mm256_add_epi32(_mm256_set1_epi32((int32_t)(across >> 16)), lanes_across);
        __m256i d = _mm256_add_epi32(_mm256_set1_epi32((int32_t)(down >> 16)), lanes_down);
        __m256i column = _mm256_srai_epi32(a, 16), row = _mm256_srai_epi32(d, 16);
        __m256i offsets = _mm256_add_epi32(_mm256_mullo_epi32(row, stride), _mm256_slli_epi32(column, 2)), halves[2];
        __m256i right = pairs_of(a), under = _mm256_and_si256(_mm256_srli_epi32(d, 1), weight_bits);
        __m128i low = _mm256_castsi256_si128(offsets), high = _mm256_extracti128_si256(offsets, 1);
        for (int32_t half = 0; half < 2; half++) {
            uint64_t near = (uint64_t)(half ? _mm_extract_epi64(low, 1) : _mm_cvtsi128_si64(low));
            uint64_t far = (uint64_t)(half ? _mm_extract_epi64(high, 1) : _mm_cvtsi128_si64(high));
            uint64_t i = (uint32_t)near, j = near >> 32, k = (uint32_t)far, l = far >> 32;
            _mm_prefetch((const char *)later + i, _MM_HINT_T0);
            halves[half] = mix_pairs(load_pairs(first + i, first + j, first + k, first + l),
                                     load_pairs(second + i, second + j, second + k, second + l),
                                     _mm256_shuffle_epi8(right, spread[half]), _mm256_shuffle_epi8(under, spread[half]));
        }
        _mm256_storeu_si256((__m256i *)(buffer + 4 * (int64_t)x), _mm256_packus_epi16(halves[0], halves[1]));
    }
    return x;
}
#endif

static void mix_columns(const Sampler *sampler, const uint8_t *upper, const uint8_t *lower, int32_t down,
                        uint8_t *buffer, int32_t from, int32_t to) {
    for (int32_t x = from; x < to; x++) {
#ifdef __AVX2__
        if (x >= sampler->inside_first && x < sampler->inside_end) {
            int32_t place = x - sampler->first;
            x += mix_inner_columns(sampler->columns + place, sampler->pairs + place, upper, lower, down,
                                   buffer + 4 * (int64_t)(x - from), least(sampler->inside_end, to) - x,
                                   sampler->ahead);
            if (x >= to) return;
        }
#endif
        int32_t texel = sampler->columns[x - sampler->first], across = -(int8_t)(sampler->pairs[x - sampler->first] >> 8);
        int32_t right = texel < sampler->right ? 4 : 0;
        mix_four(upper + 4 * (int64_t)texel, lower + 4 * (int64_t)texel, right, across, down,
                 buffer + 4 * (int64_t)(x - from));
    }
}

/* Mix two rows texel by texel; `down` is at least 1. */
static void mix_rows(const uint8_t *upper, const uint8_t *lower, int32_t down, uint8_t *buffer, int32_t bytes) {
    for (int32_t i = 0; i < bytes; i++)
        buffer[i] = (uint8_t)((upper[i] * (128 - down) + lower[i] * down + 64) >> 7);
}

static const uint8_t *sample_upright(Sampler *sampler, uint8_t *buffer, int32_t y, int32_t from, int32_t to,
                                     int32_t first) {
    int64_t place = fixed(sampler->inverse[3] * (y + 0.5) + sampler->inverse[5] - 0.5);
    int32_t row = texel_of(place), down = weight_of(place);
    hold(sampler->top, sampler->bottom, &row, &down);
    uint8_t *start = buffer + 4 * (int64_t)(from - first);
    const uint8_t *upper = sampler->pixels + row * sampler->stride;
    const uint8_t *lower = row < sampler->bottom ? upper + sampler->stride : upper;
    int64_t texel = sampler->columns[from - sampler->first];
    if (sampler->is_aligned && down == 0) return upper + 4 * texel;
    if (sampler->row == row && sampler->row_weight == down) return start; /* spans of upright rows are equal */
    sampler->row = row;
    sampler->row_weight = down;
    if (sampler->is_aligned)
        mix_rows(upper + 4 * texel, lower + 4 * texel, down, start, 4 * (to - from));
    else
        mix_columns(sampler, upper, lower, down, start, from, to);
    return start;
}

static void sample_slanted(const Sampler *sampler, uint8_t *buffer, int32_t y, int32_t from, int32_t to) {
    const double *m = sampler->inverse;
    int64_t step_across = stride_of(m[0]), step_down = stride_of(m[1]);
    int64_t across = fixed(m[0] * (from + 0.5) + m[2] * (y + 0.5) + m[4] - 0.5);
    int64_t down = fixed(m[1] * (from + 0.5) + m[3] * (y + 0.5) + m[5] - 0.5);
    for (int32_t x = from; x < to; x += 8, across += 8 * step_across, down += 8 * step_down) {
        uint8_t *target = buffer + 4 * (int64_t)(x - from);
#ifdef __AVX2__
        if (sampler->is_small) {
            int32_t done = mix_inner_slanted(sampler, across, down, step_across, step_down, target, to - x);
            across += done * step_across;
            down += done * step_down;
            target += 4 * (int64_t)done;
            x += done;
        }
#endif
        for (int32_t lane = 0; lane < least(8, to - x); lane++) { /* steps within eight are cut to 16 bits */
            int64_t u = ((across >> 16) + ((lane * step_across) >> 16)) * 65536;
            int64_t v = ((down >> 16) + ((lane * step_down) >> 16)) * 65536;
            int32_t column = texel_of(u), right = weight_of(u), row = texel_of(v), lower = weight_of(v);
            hold(sampler->left, sampler->right, &column, &right);
            hold(sampler->top, sampler->bottom, &row, &lower);
            const uint8_t *corner = sampler->pixels + row * sampler->stride + 4 * (int64_t)column;
            mix_four(corner, row < sampler->bottom ? corner + sampler->stride : corner,
                     column < sampler->right ? 4 : 0, right, lower, target + 4 * (int64_t)lane);
        }
    }
}

/* Return the pixels of [from, to) of a row of the canvas; the buffer begins at column `first`. */
const uint8_t *sample_row(Sampler *sampler, uint8_t *buffer, int32_t y, int32_t from, int32_t to, int32_t first) {
    if (sampler->is_upright) return sample_upright(sampler, buffer, y, from, to, first);
    uint8_t *start = buffer + 4 * (int64_t)(from - first);
    sample_slanted(sampler, start, y, from, to);
    return start;
}

/* Mix four values as mix_four does, but exactly where they stand on whole texels. */
static uint8_t mix_values(const Mask *mask, int64_t across, int64_t down) {
    int32_t column = texel_of(across), right = weight_of(across), row = texel_of(down), lower = weight_of(down);
    hold(0, mask->width - 1, &column, &right);
    hold(0, mask->height - 1, &row, &lower);
    const uint8_t *upper = mask->values + row * mask->stride + column;
    const uint8_t *under = row < mask->height - 1 ? upper + mask->stride : upper;
    int32_t beside = column < mask->width - 1;
    int32_t above = upper[0] * 128 + (upper[beside] - upper[0]) * right;
    int32_t below = under[0] * 128 + (under[beside] - under[0]) * right;
    int32_t both = above + (((below - above) * (lower * 256) + 16384) >> 15);
    return (uint8_t)((both + 64) >> 7);
}

#ifdef __AVX2__
/* Eight pairs of neighbouring values, mixed by weights of the right ones. */
static inline __m128i mix_beside(const uint8_t *values, const int32_t offsets[8], __m128i right) {
    uint16_t pairs[8];
    for (int32_t i = 0; i < 8; i++) memcpy(&pairs[i], values + offsets[i], 2);
    __m128i both = _mm_loadu_si128((const __m128i *)pairs), first = _mm_and_si128(both, _mm_set1_epi16(255));
    __m128i step = _mm_mullo_epi16(_mm_sub_epi16(_mm_srli_epi16(both, 8), first), right);
    return _mm_add_epi16(_mm_slli_epi16(first, 7), step);
}

static inline __m128i narrow_lanes(__m256i numbers) {
    return _mm_packs_epi32(_mm256_castsi256_si128(numbers), _mm256_extracti128_si256(numbers, 1));
}

/* Values of a mask in eights as far as no edge is near; returns how many are done. */
static int32_t mix_inner_values(const Mask *mask, int64_t across, int64_t down, int64_t step_across, int64_t step_down,
                                uint8_t *values, int32_t count) {
    count = count_inner(across, step_across, 0, mask->width - 1, count);
    count = count_inner(down, step_down, 0, mask->height - 1, count);
    const __m256i stride = _mm256_set1_epi32((int32_t)mask->stride), bits = _mm256_set1_epi32(127);
    int32_t lanes[2][8], offsets[8], x = 0;
    for (int32_t lane = 0; lane < 8; lane++) {
        lanes[0][lane] = (int32_t)((lane * step_across) >> 16);
        lanes[1][lane] = (int32_t)((lane * step_down) >> 16);
    }
    const __m256i lanes_across = _mm256_loadu_si256((const __m256i *)lanes[0]);
    const __m256i lanes_down = _mm256_loadu_si256((const __m256i *)lanes[1]);
    for (; x + 8 <= count; x += 8, across += 8 * step_across, down += 8 * step_down) {
        __m256i a = _mm256_add_epi32(_mm256_set1_epi32((int32_t)(across >> 16)), lanes_across);
        __m256i d = _mm256_add_epi32(_mm256_set1_epi32((int32_t)(down >> 16)), lanes_down);
        __m256i column = _mm256_srai_epi32(a, 16), row = _mm256_srai_epi32(d, 16);
        _mm256_storeu_si256((__m256i *)offsets, _mm256_add_epi32(_mm256_mullo_epi32(row, stride), column));
        __m128i right = narrow_lanes(_mm256_and_si256(_mm256_srli_epi32(a, 9), bits));
        __m128i lower = _mm_slli_epi16(narrow_lanes(_mm256_and_si256(_mm256_srli_epi32(d, 9), bits)), 8);
        __m128i above = mix_beside(mask->values, offsets, right);
        __m128i below = mix_beside(mask->values + mask->stride, offsets, right);
        __m128i both = _mm_add_epi16(above, _mm_mulhrs_epi16(_mm_sub_epi16(below, above), lower));
        both = _mm_srai_epi16(_mm_add_epi16(both, _mm_set1_epi16(64)), 7);
        _mm_storel_epi64((__m128i *)(values + x), _mm_packus_epi16(both, both));
    }
    return x;
}
#endif

static int is_small_mask(const Mask *mask, const double m[6]) {
    int is_small = mask->stride * mask->height < INT32_MAX && most(mask->width, mask->height) < 16000;
    for (int32_t i = 0; i < 4; i++) is_small &= fabs(m[i]) < 8000;
    return is_small;
}

/* Work out what a mask lets through; its own edges are not looked at. */
void sample_mask_row(const Mask *mask, const double m[6], uint8_t *shares, int32_t y, int32_t from, int32_t to) {
    int64_t step_across = stride_of(m[0]), step_down = stride_of(m[1]);
    int64_t across = fixed(m[0] * (from + 0.5) + m[2] * (y + 0.5) + m[4] - 0.5);
    int64_t down = fixed(m[1] * (from + 0.5) + m[3] * (y + 0.5) + m[5] - 0.5);
    int32_t count = to - from, is_small = is_small_mask(mask, m);
    for (int32_t x = 0; x < count; x += 8, across += 8 * step_across, down += 8 * step_down) {
#ifdef __AVX2__
        if (is_small) {
            int32_t done = mix_inner_values(mask, across, down, step_across, step_down, shares + x, count - x);
            across += done * step_across;
            down += done * step_down;
            x += done;
        }
#endif
        for (int32_t lane = 0; lane < least(8, count - x); lane++) { /* as for slanted rows */
            int64_t u = ((across >> 16) + ((lane * step_across) >> 16)) * 65536;
            int64_t v = ((down >> 16) + ((lane * step_down) >> 16)) * 65536;
            shares[x + lane] = mix_values(mask, u, v);
        }
    }
    (void)is_small;
    for (int32_t x = 0; x < count; x++) shares[x] = mask->table[shares[x]];
}
