/* From planes of luma and chroma to BGRA: what decoders give becomes what is drawn. */
#include "pixels.h"

#include <stdlib.h>

/* The order of fields is that of `binding.PLANES`. */
typedef struct {
    const uint8_t *luma, *blue, *red;
    int64_t luma_stride, chroma_stride;
    int32_t chroma_width, chroma_height;
    int32_t halves_across, halves_down; /* whether chroma has half as many columns, rows */
    int32_t is_centred;                 /* between two columns; else level with every second one */
    int32_t black;                      /* luma of black */
    int32_t luma_weight;                /* 13 bits of fraction, as the rest */
    int32_t blue_of_blue, green_of_blue, green_of_red, red_of_red;
} Planes;

/* One row of chroma between two rows, the nearer one three times as heavy. */
static void mix_chroma(uint8_t *restrict mixed, const uint8_t *restrict near, const uint8_t *restrict far,
                       int32_t count) {
    for (int32_t x = 0; x < count; x++) mixed[x] = (uint8_t)((3 * near[x] + far[x] + 2) >> 2);
}

#ifdef __AVX2__
/* Write two rows of 32 bytes, one from each in turn. */
static inline void store_zipped(uint8_t *out, __m256i first, __m256i second) {
    __m256i low = _mm256_unpacklo_epi8(first, second), high = _mm256_unpackhi_epi8(first, second);
    _mm256_storeu_si256((__m256i *)out, _mm256_permute2x128_si256(low, high, 0x20));
    _mm256_storeu_si256((__m256i *)(out + 32), _mm256_permute2x128_si256(low, high, 0x31));
}

/* (3 near + far + 2) >> 2 of 32 bytes. */
static inline __m256i lean(__m256i near, __m256i far) {
    const __m256i weights = _mm256_set1_epi16(0x0103), two = _mm256_set1_epi16(2);
    __m256i low = _mm256_maddubs_epi16(_mm256_unpacklo_epi8(near, far), weights);
    __m256i high = _mm256_maddubs_epi16(_mm256_unpackhi_epi8(near, far), weights);
    return _mm256_packus_epi16(_mm256_srli_epi16(_mm256_add_epi16(low, two), 2),
                               _mm256_srli_epi16(_mm256_add_epi16(high, two), 2));
}

/* The two below in 32s; returns how many columns are done. `wide` begins where the first pair goes. */
static int32_t widen_wide(uint8_t *wide, const uint8_t *row, int32_t count, int32_t is_centred) {
    int32_t x = 0;
    for (; x + 33 <= count; x += 32) {
        __m256i here = _mm256_loadu_si256((const __m256i *)(row + x));
        __m256i next = _mm256_loadu_si256((const __m256i *)(row + x + 1));
        if (is_centred)
            store_zipped(wide + 2 * x, lean(here, next), lean(next, here));
        else
            store_zipped(wide + 2 * x, here, _mm256_avg_epu8(here, next));
    }
    return x;
}
#endif

/* Twice as many columns: level with every second one, or between two. */
static void widen_level(uint8_t *restrict wide, const uint8_t *restrict row, int32_t count) {
    int32_t x = 0;
#ifdef __AVX2__
    x = widen_wide(wide, row, count, 0);
#endif
    for (; x < count - 1; x++) {
        wide[2 * x] = row[x];
        wide[2 * x + 1] = (uint8_t)((row[x] + row[x + 1] + 1) >> 1);
    }
    wide[2 * count - 2] = wide[2 * count - 1] = row[count - 1];
}

static void widen_centred(uint8_t *restrict wide, const uint8_t *restrict row, int32_t count) {
    int32_t x = 0;
    wide[0] = row[0];
#ifdef __AVX2__
    x = widen_wide(wide + 1, row, count, 1);
#endif
    for (; x < count - 1; x++) {
        wide[2 * x + 1] = (uint8_t)((3 * row[x] + row[x + 1] + 2) >> 2);
        wide[2 * x + 2] = (uint8_t)((row[x] + 3 * row[x + 1] + 2) >> 2);
    }
    wide[2 * count - 1] = row[count - 1];
}

static const uint8_t *chroma_row(const Planes *planes, const uint8_t *plane, int32_t y, uint8_t *room) {
    int32_t width = planes->chroma_width, row = planes->halves_down ? y / 2 : y;
    uint8_t *wide = room + width;
    const uint8_t *near = plane + row * planes->chroma_stride, *ready = near;
    if (planes->halves_down) {
        int32_t other = least(most(y % 2 ? row + 1 : row - 1, 0), planes->chroma_height - 1);
        mix_chroma(room, near, plane + other * planes->chroma_stride, width);
        ready = room;
    }
    if (!planes->halves_across) return ready;
    (planes->is_centred ? widen_centred : widen_level)(wide, ready, width);
    return wide;
}

static inline uint32_t held(int32_t sum) {
    sum >>= 13;
    sum = sum < 0 ? 0 : sum;
    return (uint32_t)(sum > 255 ? 255 : sum);
}

#ifdef __AVX2__
static inline __m256i weights_of(int32_t low, int32_t high) {
    return _mm256_set1_epi32((int32_t)((uint32_t)low & 0xFFFF) | (int32_t)((uint32_t)high << 16));
}

/* Sixteen values less their zero, 16 bits each. */
static inline __m256i load_values(const uint8_t *values, int32_t zero) {
    return _mm256_sub_epi16(_mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)values)), _mm256_set1_epi16((int16_t)zero));
}

static inline __m256i round_sums(__m256i low, __m256i high) {
    const __m256i half = _mm256_set1_epi32(4096);
    return _mm256_packs_epi32(_mm256_srai_epi32(_mm256_add_epi32(low, half), 13),
                              _mm256_srai_epi32(_mm256_add_epi32(high, half), 13));
}

/* paint_row in sixteens; returns how many pixels are done. */
static int32_t paint_wide(uint32_t *out, const uint8_t *luma, const uint8_t *blue, const uint8_t *red,
                          const Planes *planes, int32_t width) {
    const __m256i to_blue = weights_of(planes->luma_weight, planes->blue_of_blue);
    const __m256i to_red = weights_of(planes->luma_weight, planes->red_of_red);
    const __m256i green_one = weights_of(planes->luma_weight, -planes->green_of_blue);
    const __m256i green_two = weights_of(0, -planes->green_of_red), full = _mm256_set1_epi16(255);
    const int32_t black = planes->black;
    int32_t x = 0;
    for (; x + 16 <= width; x += 16) {
        __m256i y = load_values(luma + x, black), b = load_values(blue + x, 128), r = load_values(red + x, 128);
        __m256i yb[2] = {_mm256_unpacklo_epi16(y, b), _mm256_unpackhi_epi16(y, b)};
        __m256i yr[2] = {_mm256_unpacklo_epi16(y, r), _mm256_unpackhi_epi16(y, r)};
        __m256i greens[2];
        for (int32_t i = 0; i < 2; i++)
            greens[i] = _mm256_add_epi32(_mm256_madd_epi16(yb[i], green_one), _mm256_madd_epi16(yr[i], green_two));
        __m256i blues = round_sums(_mm256_madd_epi16(yb[0], to_blue), _mm256_madd_epi16(yb[1], to_blue));
        __m256i reds = round_sums(_mm256_madd_epi16(yr[0], to_red), _mm256_madd_epi16(yr[1], to_red));
        __m256i bg = _mm256_packus_epi16(blues, round_sums(greens[0], greens[1]));
        __m256i ra = _mm256_packus_epi16(reds, full);
        bg = _mm256_unpacklo_epi8(bg, _mm256_srli_si256(bg, 8));
        ra = _mm256_unpacklo_epi8(ra, _mm256_srli_si256(ra, 8));
        __m256i low = _mm256_unpacklo_epi16(bg, ra), high = _mm256_unpackhi_epi16(bg, ra);
        _mm256_storeu_si256((__m256i *)(out + x), _mm256_permute2x128_si256(low, high, 0x20));
        _mm256_storeu_si256((__m256i *)(out + x + 8), _mm256_permute2x128_si256(low, high, 0x31));
    }
    return x;
}
#endif

static void paint_row(uint32_t *restrict out, const uint8_t *restrict luma, const uint8_t *restrict blue,
                      const uint8_t *restrict red, const Planes *restrict planes, int32_t width) {
    const int32_t black = planes->black, weight = planes->luma_weight, bb = planes->blue_of_blue;
    const int32_t gb = planes->green_of_blue, gr = planes->green_of_red, rr = planes->red_of_red;
    int32_t x = 0;
#ifdef __AVX2__
    x = paint_wide(out, luma, blue, red, planes, width);
#endif
    for (; x < width; x++) {
        int32_t light = (luma[x] - black) * weight + 4096, b = blue[x] - 128, r = red[x] - 128;
        uint32_t pixel = held(light + b * bb) | held(light - b * gb - r * gr) << 8;
        out[x] = pixel | held(light + r * rr) << 16 | 0xFF000000u;
    }
}

/* Paint an opaque picture. Returns 0, or -1 without memory. */
EXPORT int32_t paint_planes(const Image *target, const Planes *planes) {
    size_t room = 3 * (size_t)planes->chroma_width + 64;
    uint8_t *memory = malloc(2 * room);
    if (!memory) return -1;
    for (int32_t y = 0; y < target->height; y++) {
        const uint8_t *blue = chroma_row(planes, planes->blue, y, memory);
        const uint8_t *red = chroma_row(planes, planes->red, y, memory + room);
        paint_row((uint32_t *)(target->pixels + y * target->stride), planes->luma + y * planes->luma_stride, blue, red,
                  planes, target->width);
    }
    free(memory);
    return 0;
}
