/* From BGRA to other forms: YUV planes (BT.709, limited range), planes of shares, straight alpha. */
#include "pixels.h"

#include <stdlib.h>

/* ITU-R BT.709, clause 3: E'Y = 0.2126 R + 0.7152 G + 0.0722 B, as 15-bit fractions times 219/255 and 224/255. */
enum {
    YB = 2032, YG = 20127, YR = 5983,
    UB = 14392, UG = -11094, UR = -3298,
    VB = -1319, VG = -13073, VR = 14392,
};

static inline uint8_t luma_of(int32_t b, int32_t g, int32_t r) {
    return (uint8_t)((YB * b + YG * g + YR * r + (16 << 15) + (1 << 14)) >> 15);
}
static inline uint8_t blue_of(int32_t b, int32_t g, int32_t r) {
    return (uint8_t)((UB * b + UG * g + UR * r + (128 << 15) + (1 << 14)) >> 15);
}
static inline uint8_t red_of(int32_t b, int32_t g, int32_t r) {
    return (uint8_t)((VB * b + VG * g + VR * r + (128 << 15) + (1 << 14)) >> 15);
}

static inline int32_t mean(int32_t a, int32_t b) { return (a + b + 1) >> 1; }

#ifdef __AVX2__
/* Weigh eight pixels: 32 bits each; `near` holds the weights of blue and red, `far` those of green. */
static inline __m256i weigh_eight(__m256i pixels, __m256i near, __m256i far, __m256i zero) {
    __m256i blue_red = _mm256_and_si256(pixels, _mm256_set1_epi32(0x00FF00FF));
    __m256i green = _mm256_srli_epi16(pixels, 8);
    __m256i sum = _mm256_add_epi32(_mm256_madd_epi16(blue_red, near), _mm256_madd_epi16(green, far));
    return _mm256_srai_epi32(_mm256_add_epi32(sum, zero), 15);
}

static inline __m256i weights_of(int32_t low, int32_t high) {
    return _mm256_set1_epi32((int32_t)((uint32_t)low & 0xFFFF) | (int32_t)((uint32_t)high << 16));
}

/* Put the low bytes of 32 numbers into order. */
static inline __m256i join_bytes(__m256i a, __m256i b, __m256i c, __m256i d) {
    __m256i bytes = _mm256_packus_epi16(_mm256_packs_epi32(a, b), _mm256_packs_epi32(c, d));
    return _mm256_permutevar8x32_epi32(bytes, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
}

static int32_t convert_luma_wide(uint8_t *luma, const uint8_t *row, int32_t width) {
    const __m256i near = weights_of(YB, YR), far = weights_of(YG, 0);
    const __m256i zero = _mm256_set1_epi32((16 << 15) + (1 << 14));
    int32_t x = 0;
    for (; x + 32 <= width; x += 32) {
        __m256i parts[4];
        for (int32_t i = 0; i < 4; i++) {
            __m256i pixels = _mm256_loadu_si256((const __m256i *)(row + 4 * (int64_t)x + 32 * i));
            parts[i] = weigh_eight(pixels, near, far, zero);
        }
        _mm256_storeu_si256((__m256i *)(luma + x), join_bytes(parts[0], parts[1], parts[2], parts[3]));
    }
    return x;
}

static inline __m256i load_mean(const uint8_t *upper, const uint8_t *lower, int64_t place) {
    return _mm256_avg_epu8(_mm256_loadu_si256((const __m256i *)(upper + place)),
                           _mm256_loadu_si256((const __m256i *)(lower + place)));
}

/* Colours of eight chroma samples from sixteen pixels at `place`, whose neighbours exist. */
static inline __m256i gather_colours(const uint8_t *upper, const uint8_t *lower, int64_t place) {
    __m256i parts[2];
    for (int32_t i = 0; i < 2; i++) {
        int64_t at = place + 32 * i;
        __m256i beside = _mm256_avg_epu8(load_mean(upper, lower, at - 4), load_mean(upper, lower, at + 4));
        parts[i] = _mm256_avg_epu8(load_mean(upper, lower, at), beside);
    }
    __m256 even = _mm256_shuffle_ps(_mm256_castsi256_ps(parts[0]), _mm256_castsi256_ps(parts[1]), 0x88);
    return _mm256_permute4x64_epi64(_mm256_castps_si256(even), 0xD8);
}

/* From column 2 on, which has a left neighbour; returns the first column that is not done. */
static int32_t convert_chroma_wide(uint8_t *blue, uint8_t *red, const uint8_t *upper, const uint8_t *lower,
                                   int32_t width) {
    const __m256i blue_near = weights_of(UB, UR), blue_far = weights_of(UG, 0);
    const __m256i red_near = weights_of(VB, VR), red_far = weights_of(VG, 0);
    const __m256i zero = _mm256_set1_epi32((128 << 15) + (1 << 14));
    int32_t x = 2;
    for (; x + 33 <= width; x += 32) {
        __m256i first = gather_colours(upper, lower, 4 * (int64_t)x);
        __m256i second = gather_colours(upper, lower, 4 * (int64_t)x + 64);
        __m256i both = join_bytes(weigh_eight(first, blue_near, blue_far, zero),
                                  weigh_eight(second, blue_near, blue_far, zero),
                                  weigh_eight(first, red_near, red_far, zero),
                                  weigh_eight(second, red_near, red_far, zero));
        _mm_storeu_si128((__m128i *)(blue + x / 2), _mm256_castsi256_si128(both));
        _mm_storeu_si128((__m128i *)(red + x / 2), _mm256_extracti128_si256(both, 1));
    }
    return x;
}
#endif

static void convert_luma(uint8_t *luma, const uint8_t *row, int32_t width) {
    int32_t x = 0;
#ifdef __AVX2__
    x = convert_luma_wide(luma, row, width);
#endif
    for (; x < width; x++) luma[x] = luma_of(row[4 * x], row[4 * x + 1], row[4 * x + 2]);
}

/* Chroma stands on every second column (left-sited): its neighbours count one quarter each, both rows one half.
 * Rounding every mean up lifts blue, green and red alike, which chroma does not see: its weights sum to 0. */
static void convert_chroma(uint8_t *blue, uint8_t *red, const uint8_t *upper, const uint8_t *lower, int32_t width) {
    int32_t wide = 2;
#ifdef __AVX2__
    wide = convert_chroma_wide(blue, red, upper, lower, width);
#endif
    for (int32_t x = 0; x < width; x = x ? x + 2 : wide) {
        int32_t left = 4 * most(x - 1, 0), right = 4 * least(x + 1, width - 1), colours[3];
        for (int32_t i = 0; i < 3; i++) {
            int32_t middle = mean(upper[4 * x + i], lower[4 * x + i]);
            int32_t beside = mean(mean(upper[left + i], lower[left + i]), mean(upper[right + i], lower[right + i]));
            colours[i] = mean(middle, beside);
        }
        blue[x / 2] = blue_of(colours[0], colours[1], colours[2]);
        red[x / 2] = red_of(colours[0], colours[1], colours[2]);
    }
}

static void straighten_row(uint8_t *straight, const uint8_t *row, int32_t width) {
    for (int32_t x = 0; x < width; x++, row += 4, straight += 4) {
        uint32_t alpha = row[3];
        for (int32_t i = 0; i < 3; i++) {
            uint32_t value = alpha ? (row[i] * 255u + alpha / 2) / alpha : 0;
            straight[i] = (uint8_t)(value > 255 ? 255 : value);
        }
        straight[3] = (uint8_t)alpha;
    }
}

typedef struct {
    uint8_t *values;
    int64_t stride; /* bytes from row to row */
} Plane;

/* Fill three planes (4:2:0, left-sited chroma), or four: then colours are made straight and alpha is the fourth.
 * Returns 0, or -1 without memory. */
EXPORT int32_t convert_yuv420(const Image *picture, const Plane *planes, int32_t count) {
    int32_t width = picture->width, height = picture->height;
    uint8_t *straight = count > 3 ? malloc(8 * (size_t)width) : 0;
    if (count > 3 && !straight) return -1;
    for (int32_t y = 0; y < height; y += 2) {
        const uint8_t *rows[2] = {picture->pixels + y * picture->stride, 0};
        rows[1] = y + 1 < height ? rows[0] + picture->stride : rows[0];
        for (int32_t i = 0; i < 2 && straight; i++) {
            uint8_t *row = straight + (int64_t)i * 4 * width;
            straighten_row(row, rows[i], width);
            rows[i] = row;
        }
        for (int32_t i = 0; i < 2 && y + i < height; i++) {
            convert_luma(planes[0].values + (y + i) * planes[0].stride, rows[i], width);
            uint8_t *alpha = count > 3 ? planes[3].values + (y + i) * planes[3].stride : 0;
            for (int32_t x = 0; x < width && alpha; x++) alpha[x] = rows[i][4 * x + 3];
        }
        convert_chroma(planes[1].values + y / 2 * planes[1].stride, planes[2].values + y / 2 * planes[2].stride,
                       rows[0], rows[1], width);
    }
    free(straight);
    return 0;
}

static inline uint16_t tenth(int32_t sum, int32_t zero) { return (uint16_t)((sum + (zero << 13) + (1 << 12)) >> 13); }

/* Fill three or four planes of 10 bits in 16 (4:4:4), colours straight, alpha in full range. */
EXPORT int32_t convert_yuv444_10(const Image *picture, const Plane *planes, int32_t count) {
    int32_t width = picture->width;
    uint8_t *row = malloc(4 * (size_t)width);
    if (!row) return -1;
    for (int32_t y = 0; y < picture->height; y++) {
        uint16_t *out[4] = {0, 0, 0, 0};
        for (int32_t i = 0; i < count; i++) out[i] = (uint16_t *)(planes[i].values + y * planes[i].stride);
        straighten_row(row, picture->pixels + y * picture->stride, width);
        for (int32_t x = 0; x < width; x++) {
            int32_t b = row[4 * x], g = row[4 * x + 1], r = row[4 * x + 2];
            out[0][x] = tenth(YB * b + YG * g + YR * r, 64);
            out[1][x] = tenth(UB * b + UG * g + UR * r, 512);
            out[2][x] = tenth(VB * b + VG * g + VR * r, 512);
            if (out[3]) out[3][x] = (uint16_t)((row[4 * x + 3] * 1023 + 127) / 255);
        }
    }
    free(row);
    return 0;
}

/* Colours no more multiplied by alpha. */
EXPORT void straighten_picture(const Image *target, const Image *source) {
    for (int32_t y = 0; y < source->height; y++)
        straighten_row(target->pixels + y * target->stride, source->pixels + y * source->stride, source->width);
}

/* Alpha, or the luma of premultiplied colours in full range (BT.709), as one byte per pixel. */
EXPORT void extract_channel(const Plane *plane, const Image *picture, int32_t is_luma) {
    for (int32_t y = 0; y < picture->height; y++) {
        uint8_t *values = plane->values + y * plane->stride;
        const uint8_t *row = picture->pixels + y * picture->stride;
        for (int32_t x = 0; x < picture->width; x++, row += 4)
            values[x] = is_luma ? (uint8_t)((2366 * row[0] + 23436 * row[1] + 6966 * row[2] + (1 << 14)) >> 15) : row[3];
    }
}

/* The box around all pixels that are not transparent: left, top, right, bottom; 0 0 0 0 where there is none. */
EXPORT void find_visible(const Image *picture, int32_t box[4]) {
    box[0] = picture->width;
    box[1] = picture->height;
    box[2] = box[3] = 0;
    for (int32_t y = 0; y < picture->height; y++) {
        const uint8_t *row = picture->pixels + y * picture->stride;
        int32_t from = 0, to = picture->width;
        while (from < to && row[4 * (int64_t)from + 3] == 0) from++;
        if (from == to) continue;
        while (row[4 * (int64_t)to - 1] == 0) to--;
        box[0] = least(box[0], from);
        box[1] = least(box[1], y);
        box[2] = most(box[2], to);
        box[3] = y + 1;
    }
    if (box[2] <= box[0]) box[0] = box[1] = box[2] = box[3] = 0;
}

/* Whether every pixel is opaque. */
EXPORT int32_t is_opaque(const Image *picture) {
    for (int32_t y = 0; y < picture->height; y++) {
        const uint8_t *row = picture->pixels + y * picture->stride;
        uint8_t all = 255;
        for (int32_t x = 0; x < picture->width; x++) all &= row[4 * (int64_t)x + 3];
        if (all != 255) return 0;
    }
    return 1;
}

/* One colour (blue, green, red, alpha; not premultiplied) in the outline of a picture, in place. */
EXPORT void colour_outline(const Image *picture, const uint8_t colour[4]) {
    for (int32_t y = 0; y < picture->height; y++) {
        uint8_t *row = picture->pixels + y * picture->stride;
        for (int32_t x = 0; x < picture->width; x++, row += 4) {
            uint32_t alpha = divide_255((uint32_t)row[3] * colour[3]);
            for (int32_t i = 0; i < 3; i++) row[i] = (uint8_t)divide_255(colour[i] * alpha);
            row[3] = (uint8_t)alpha;
        }
    }
}
