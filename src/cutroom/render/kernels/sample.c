/* Bilinear sampling of BGRA pictures and of planes: positions in 1/128 of a texel, whole numbers throughout. */
#include "pixels.h"

#include <math.h>
#include <string.h>

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
        sampler->weights[x - first] = (uint8_t)weight;
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
    sampler->is_upright = fabs(inverse[1]) < 1e-9 && fabs(inverse[2]) < 1e-9;
    sampler->row = -1;
    sampler->row_weight = 0;
    if (sampler->is_upright) aim_columns(sampler, first, end);
}

/* Mix four texels; `across` and `down` are weights of the right and lower ones in 128ths, `across` at least 1. */
static inline void mix_four(const uint8_t *upper, const uint8_t *lower, int32_t right, int32_t across,
                            int32_t down, uint8_t *mixed) {
    for (int32_t i = 0; i < 4; i++) {
        int32_t above = upper[i] * (128 - across) + upper[i + right] * across;
        int32_t below = lower[i] * (128 - across) + lower[i + right] * across;
        int32_t both = above + (((below - above) * (down << 8) + 16384) >> 15);
        mixed[i] = (uint8_t)((both + 64) >> 7);
    }
}

static void mix_columns(const Sampler *sampler, const uint8_t *upper, const uint8_t *lower, int32_t down,
                        uint8_t *buffer, int32_t from, int32_t to) {
    for (int32_t x = from; x < to; x++) {
        int32_t texel = sampler->columns[x - sampler->first], across = sampler->weights[x - sampler->first];
        int32_t right = texel < sampler->right ? 4 : 0;
        mix_four(upper + 4 * texel, lower + 4 * texel, right, across ? across : 1, down, buffer + 4 * (x - from));
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
    for (int32_t x = from; x < to; x++, across += step_across, down += step_down, buffer += 4) {
        int32_t column = texel_of(across), right = weight_of(across), row = texel_of(down), lower = weight_of(down);
        hold(sampler->left, sampler->right, &column, &right);
        hold(sampler->top, sampler->bottom, &row, &lower);
        const uint8_t *corner = sampler->pixels + row * sampler->stride + 4 * (int64_t)column;
        mix_four(corner, row < sampler->bottom ? corner + sampler->stride : corner, column < sampler->right ? 4 : 0,
                 right ? right : 1, lower, buffer);
    }
}

/* Return the pixels of [from, to) of a row of the canvas; the buffer begins at column `first`. */
const uint8_t *sample_row(Sampler *sampler, uint8_t *buffer, int32_t y, int32_t from, int32_t to, int32_t first) {
    if (sampler->is_upright) return sample_upright(sampler, buffer, y, from, to, first);
    uint8_t *start = buffer + 4 * (int64_t)(from - first);
    sample_slanted(sampler, start, y, from, to);
    return start;
}

static int32_t mix_values(const Mask *mask, int64_t across, int64_t down) {
    int32_t column = texel_of(across), right = weight_of(across), row = texel_of(down), lower = weight_of(down);
    hold(0, mask->width - 1, &column, &right);
    hold(0, mask->height - 1, &row, &lower);
    const uint8_t *corner = mask->values + row * mask->stride + column;
    const uint8_t *below = row < mask->height - 1 ? corner + mask->stride : corner;
    int32_t beside = column < mask->width - 1;
    int32_t above = corner[0] * (128 - right) + corner[beside] * right;
    int32_t under = below[0] * (128 - right) + below[beside] * right;
    return (above * (128 - lower) + under * lower + 8192) >> 14;
}

/* Multiply shares by what a mask lets through; its own edges are not looked at. */
void sample_plane_row(const Mask *mask, const double m[6], uint8_t *shares, int32_t y, int32_t from, int32_t to) {
    int64_t step_across = stride_of(m[0]), step_down = stride_of(m[1]);
    int64_t across = fixed(m[0] * (from + 0.5) + m[2] * (y + 0.5) + m[4] - 0.5);
    int64_t down = fixed(m[1] * (from + 0.5) + m[3] * (y + 0.5) + m[5] - 0.5);
    for (int32_t i = 0; i < to - from; i++, across += step_across, down += step_down)
        shares[i] = (uint8_t)divide_255((uint32_t)shares[i] * mask->table[mix_values(mask, across, down)]);
}
