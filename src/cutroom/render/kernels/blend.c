/* Mixing a row of pixels with what is below it: W3C Compositing and Blending Level 1, on premultiplied bytes. */
#include "pixels.h"

#include <string.h>

/* The order is that of `binding.MODES`. */
enum { NORMAL, MULTIPLY, SCREEN, OVERLAY, DARKEN, LIGHTEN, ADD, DIFFERENCE, DODGE, BURN, HARD_LIGHT, SOFT_LIGHT, EXCLUSION };

static inline uint32_t share_of(const uint8_t *coverage, int32_t x, int32_t opacity) {
    return coverage ? divide_255((uint32_t)coverage[x] * (uint32_t)opacity) : (uint32_t)opacity;
}

static inline uint8_t cut(uint32_t sum) { return (uint8_t)(sum > 255 ? 255 : sum); }

#ifdef __AVX2__
/* Shares of eight pixels, one in each of the four bytes of a pixel. */
static inline __m256i spread_shares(const uint8_t *coverage, int32_t opacity) {
    __m256i shares = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)coverage));
    shares = divide_255_wide(_mm256_mullo_epi16(shares, _mm256_set1_epi32(opacity)));
    const __m256i spread = _mm256_setr_epi8(0, 0, 0, 0, 4, 4, 4, 4, 8, 8, 8, 8, 12, 12, 12, 12, 0, 0, 0, 0, 4, 4, 4, 4, 8, 8,
                                            8, 8, 12, 12, 12, 12);
    return _mm256_shuffle_epi8(shares, spread);
}

/* Four pixels in 16 bits: above times share, plus what it leaves of those below. */
static inline __m256i over(__m256i below, __m256i above, __m256i share) {
    const __m256i alphas = _mm256_setr_epi8(6, 7, 6, 7, 6, 7, 6, 7, 14, 15, 14, 15, 14, 15, 14, 15, 6, 7, 6, 7, 6, 7, 6, 7, 14,
                                            15, 14, 15, 14, 15, 14, 15);
    above = divide_255_wide(_mm256_mullo_epi16(above, share));
    __m256i hidden = _mm256_sub_epi16(_mm256_set1_epi16(255), _mm256_shuffle_epi8(above, alphas));
    return _mm256_add_epi16(above, divide_255_wide(_mm256_mullo_epi16(below, hidden)));
}

/* Mix eight pixels; the shares are spread. */
static inline __m256i over_eight(__m256i below, __m256i above, __m256i shares) {
    const __m256i zero = _mm256_setzero_si256();
    __m256i low = over(_mm256_unpacklo_epi8(below, zero), _mm256_unpacklo_epi8(above, zero),
                       _mm256_unpacklo_epi8(shares, zero));
    __m256i high = over(_mm256_unpackhi_epi8(below, zero), _mm256_unpackhi_epi8(above, zero),
                        _mm256_unpackhi_epi8(shares, zero));
    return _mm256_packus_epi16(low, high);
}

/* Blend in eights; returns how many pixels are done. */
static int32_t blend_eights(uint8_t *below, const uint8_t *above, const uint8_t *coverage, int32_t count,
                            int32_t opacity) {
    const __m256i alphas = _mm256_set1_epi32((int32_t)0xFF000000u);
    const __m256i all = _mm256_set1_epi8((int8_t)opacity);
    int32_t x = 0;
    for (; x + 8 <= count; x += 8) {
        __m256i pixels = _mm256_loadu_si256((const __m256i *)(above + 4 * (int64_t)x));
        if (_mm256_testz_si256(pixels, alphas)) continue;
        __m256i *target = (__m256i *)(below + 4 * (int64_t)x);
        __m256i shares = coverage ? spread_shares(coverage + x, opacity) : all;
        __m256i solid = _mm256_and_si256(pixels, shares);
        if (_mm256_testc_si256(solid, alphas)) { /* opaque and wholly there */
            _mm256_storeu_si256(target, pixels);
            continue;
        }
        _mm256_storeu_si256(target, over_eight(_mm256_loadu_si256(target), pixels, shares));
    }
    return x;
}
#endif

static void blend_normal(uint8_t *below, const uint8_t *above, const uint8_t *coverage, int32_t count,
                         int32_t opacity) {
    int32_t x = 0;
#ifdef __AVX2__
    x = blend_eights(below, above, coverage, count, opacity);
#endif
    for (; x < count; x++) {
        const uint8_t *pixel = above + 4 * (int64_t)x;
        uint8_t *target = below + 4 * (int64_t)x;
        uint32_t share = share_of(coverage, x, opacity);
        if (share == 0 || pixel[3] == 0) continue;
        uint32_t hidden = 255 - divide_255(pixel[3] * share);
        for (int32_t i = 0; i < 4; i++)
            target[i] = cut(divide_255(pixel[i] * share) + divide_255(target[i] * hidden));
    }
}

/* The blend functions B(backdrop, source) of the recommendation, of plain values 0 to 255. */
static int32_t screen(int32_t b, int32_t s) { return b + s - (int32_t)divide_255((uint32_t)(b * s)); }

static int32_t hard_light(int32_t b, int32_t s) {
    return s < 128 ? (int32_t)divide_255((uint32_t)(2 * b * s)) : screen(b, 2 * s - 255);
}

static int32_t dodge(int32_t b, int32_t s) {
    if (b == 0) return 0;
    return s == 255 ? 255 : least(255, (b * 255 + (255 - s) / 2) / (255 - s));
}

static int32_t burn(int32_t b, int32_t s) {
    if (b == 255) return 255;
    return s == 0 ? 0 : 255 - least(255, ((255 - b) * 255 + s / 2) / s);
}

/* The nearest whole square root of v * 255: that of a share. */
static int32_t root(int32_t v) {
    int32_t square = v * 255, guess = 0;
    for (int32_t bit = 128; bit; bit >>= 1)
        if ((guess + bit) * (guess + bit) <= square) guess += bit;
    return square - guess * guess > guess ? guess + 1 : guess;
}

static int32_t soft_light(int32_t b, int32_t s) {
    if (s < 128) return b - ((255 - 2 * s) * b * (255 - b) + 32512) / 65025;
    int64_t wide = b;
    int32_t lifted = 4 * b <= 255 ? (int32_t)((((16 * wide - 12 * 255) * wide + 4 * 65025) * wide + 32512) / 65025) : root(b);
    return b + ((2 * s - 255) * (lifted - b) + 127) / 255;
}

static int32_t mix(int32_t mode, int32_t b, int32_t s) {
    switch (mode) {
        case MULTIPLY: return (int32_t)divide_255((uint32_t)(b * s));
        case SCREEN: return screen(b, s);
        case OVERLAY: return hard_light(s, b);
        case DARKEN: return least(b, s);
        case LIGHTEN: return most(b, s);
        case DIFFERENCE: return b > s ? b - s : s - b;
        case DODGE: return dodge(b, s);
        case BURN: return burn(b, s);
        case HARD_LIGHT: return hard_light(b, s);
        case SOFT_LIGHT: return soft_light(b, s);
        case EXCLUSION: return b + s - (int32_t)divide_255((uint32_t)(2 * b * s));
        default: return s;
    }
}

static int32_t plain(uint32_t value, uint32_t alpha) {
    return alpha == 255 ? (int32_t)value : least(255, (int32_t)((value * 255 + alpha / 2) / alpha));
}

/* Simple alpha compositing of the mixed colour: (1 - ab) as Cs + ab as B(Cb, Cs) + (1 - as) ab Cb. */
static void blend_mixed(uint8_t *below, const uint8_t *above, const uint8_t *coverage, int32_t count,
                        int32_t opacity, int32_t mode) {
    for (int32_t x = 0; x < count; x++, below += 4, above += 4) {
        uint32_t share = share_of(coverage, x, opacity);
        uint32_t alpha = divide_255(above[3] * share), under = below[3];
        if (alpha == 0) continue;
        uint32_t both = divide_255(alpha * under);
        for (int32_t i = 0; i < 3; i++) {
            uint32_t colour = (uint32_t)mix(mode, plain(below[i], under ? under : 255), plain(above[i], above[3]));
            uint32_t alone = divide_255(divide_255(above[i] * share) * (255 - under));
            uint32_t value = alone + divide_255(colour * both) + divide_255(below[i] * (255 - alpha));
            below[i] = cut(value);
        }
        below[3] = (uint8_t)(alpha + divide_255(under * (255 - alpha)));
    }
}

/* Plus-lighter: sums, cut off at full. */
static void blend_added(uint8_t *below, const uint8_t *above, const uint8_t *coverage, int32_t count,
                        int32_t opacity) {
    for (int32_t x = 0; x < count; x++, below += 4, above += 4) {
        uint32_t share = share_of(coverage, x, opacity);
        for (int32_t i = 0; i < 4; i++) below[i] = cut(below[i] + divide_255(above[i] * share));
    }
}

/* Mix `count` pixels into those below; `coverage` may be missing: all are covered. */
void blend_span(uint8_t *below, const uint8_t *above, const uint8_t *coverage, int32_t count, int32_t opacity,
                int32_t mode, int32_t is_opaque) {
    if (mode == NORMAL && is_opaque && !coverage && opacity == 255)
        memcpy(below, above, 4 * (size_t)count);
    else if (mode == NORMAL)
        blend_normal(below, above, coverage, count, opacity);
    else if (mode == ADD)
        blend_added(below, above, coverage, count, opacity);
    else
        blend_mixed(below, above, coverage, count, opacity, mode);
}
