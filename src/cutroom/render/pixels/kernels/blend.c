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
    return s < 128 ? (int32_t)divide_255((uint32_t)(b * least(2 * s, 255))) : screen(b, 2 * s - 255);
}

static int32_t dodge(int32_t b, int32_t s) {
    if (b == 0) return 0;
    return s == 255 ? 255 : least(255, (b * 255 + (255 - s) / 2) / (255 - s));
}

static int32_t burn(int32_t b, int32_t s) {
    if (b == 255) return 255;
    return s == 0 ? 0 : 255 - least(255, ((255 - b) * 255 + s / 2) / s);
}

/* The lighter side of soft light: ((16 b - 12) b + 4) b up to a quarter, the square root of b above; in 255ths. */
static const uint8_t lifted[256] = {
    0, 4, 8, 12, 15, 19, 22, 26, 29, 32, 36, 39, 42, 45, 47, 50, 53, 56, 58, 61, 63, 66, 68, 70,
    72, 74, 77, 79, 81, 82, 84, 86, 88, 90, 91, 93, 94, 96, 98, 99, 100, 102, 103, 105, 106, 107, 108, 110,
    111, 112, 113, 114, 115, 116, 118, 119, 120, 121, 122, 123, 124, 125, 126, 127, 128, 129, 130, 131, 132, 133, 134, 135,
    135, 136, 137, 138, 139, 140, 141, 142, 143, 144, 145, 145, 146, 147, 148, 149, 150, 151, 151, 152, 153, 154, 155, 156,
    156, 157, 158, 159, 160, 160, 161, 162, 163, 164, 164, 165, 166, 167, 167, 168, 169, 170, 170, 171, 172, 173, 173, 174,
    175, 176, 176, 177, 178, 179, 179, 180, 181, 181, 182, 183, 183, 184, 185, 186, 186, 187, 188, 188, 189, 190, 190, 191,
    192, 192, 193, 194, 194, 195, 196, 196, 197, 198, 198, 199, 199, 200, 201, 201, 202, 203, 203, 204, 204, 205, 206, 206,
    207, 208, 208, 209, 209, 210, 211, 211, 212, 212, 213, 214, 214, 215, 215, 216, 217, 217, 218, 218, 219, 220, 220, 221,
    221, 222, 222, 223, 224, 224, 225, 225, 226, 226, 227, 228, 228, 229, 229, 230, 230, 231, 231, 232, 233, 233, 234, 234,
    235, 235, 236, 236, 237, 237, 238, 238, 239, 240, 240, 241, 241, 242, 242, 243, 243, 244, 244, 245, 245, 246, 246, 247,
    247, 248, 248, 249, 249, 250, 250, 251, 251, 252, 252, 253, 253, 254, 254, 255,
};

static int32_t soft_light(int32_t b, int32_t s) {
    if (s < 128) return b - (int32_t)divide_255((255 - 2 * s) * divide_255((uint32_t)(b * (255 - b))));
    return b + (int32_t)divide_255((uint32_t)((2 * s - 255) * (lifted[b] - b)));
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
        case EXCLUSION: return b + s - 2 * (int32_t)divide_255((uint32_t)(b * s));
        default: return s;
    }
}

static int32_t plain(uint32_t value, uint32_t alpha) {
    return alpha == 255 ? (int32_t)value : least(255, (int32_t)((value * 255 + alpha / 2) / alpha));
}

#ifdef __AVX2__
static inline __m256i screen_wide(__m256i b, __m256i s) {
    return _mm256_sub_epi16(_mm256_add_epi16(b, s), divide_255_wide(_mm256_mullo_epi16(b, s)));
}

/* Take `yes` where the condition is set in all bits of a number. */
static inline __m256i choose(__m256i condition, __m256i yes, __m256i no) {
    return _mm256_blendv_epi8(no, yes, condition);
}

static inline __m256i hard_light_wide(__m256i b, __m256i s) {
    __m256i twice = _mm256_add_epi16(s, s), full = _mm256_set1_epi16(255);
    __m256i dark = divide_255_wide(_mm256_mullo_epi16(b, _mm256_min_epi16(twice, full)));
    __m256i light = screen_wide(b, _mm256_max_epi16(_mm256_sub_epi16(twice, full), _mm256_setzero_si256()));
    return choose(_mm256_cmpgt_epi16(_mm256_set1_epi16(128), s), dark, light);
}

/* Whole quotients of (255 n + d / 2) / d, at most 255: single precision is exact for these; d is not 0. */
static inline __m256i divide_half(__m256i n, __m256i d) {
    n = _mm256_add_epi32(_mm256_sub_epi32(_mm256_slli_epi32(n, 8), n), _mm256_srli_epi32(d, 1));
    __m256i quotient = _mm256_cvttps_epi32(_mm256_div_ps(_mm256_cvtepi32_ps(n), _mm256_cvtepi32_ps(d)));
    return _mm256_min_epi32(quotient, _mm256_set1_epi32(255));
}

static inline __m256i divide_wide(__m256i n, __m256i d) {
    const __m256i zero = _mm256_setzero_si256();
    d = _mm256_max_epi16(d, _mm256_set1_epi16(1));
    return _mm256_packus_epi32(divide_half(_mm256_unpacklo_epi16(n, zero), _mm256_unpacklo_epi16(d, zero)),
                               divide_half(_mm256_unpackhi_epi16(n, zero), _mm256_unpackhi_epi16(d, zero)));
}

static inline __m256i dodge_wide(__m256i b, __m256i s) {
    const __m256i zero = _mm256_setzero_si256(), full = _mm256_set1_epi16(255);
    __m256i lit = choose(_mm256_cmpeq_epi16(s, full), full, divide_wide(b, _mm256_sub_epi16(full, s)));
    return choose(_mm256_cmpeq_epi16(b, zero), zero, lit);
}

static inline __m256i burn_wide(__m256i b, __m256i s) {
    const __m256i zero = _mm256_setzero_si256(), full = _mm256_set1_epi16(255);
    __m256i dark = _mm256_sub_epi16(full, divide_wide(_mm256_sub_epi16(full, b), s));
    dark = choose(_mm256_cmpeq_epi16(s, zero), zero, dark);
    return choose(_mm256_cmpeq_epi16(b, full), full, dark);
}

/* lifted[b] of 32 bytes: in sixteen tables of sixteen; a byte that a table lacks finds 0 there. */
static inline __m256i lift_wide(__m256i b) {
    __m256i found = _mm256_setzero_si256();
    for (int32_t i = 0; i < 16; i++) {
        __m256i table = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(lifted + 16 * i)));
        __m256i place = _mm256_xor_si256(b, _mm256_set1_epi8((int8_t)(16 * i)));
        place = _mm256_adds_epu8(place, _mm256_set1_epi8(0x70));
        found = _mm256_or_si256(found, _mm256_shuffle_epi8(table, place));
    }
    return found;
}

static inline __m256i soft_light_wide(__m256i b, __m256i s, __m256i lift) {
    const __m256i zero = _mm256_setzero_si256(), full = _mm256_set1_epi16(255);
    __m256i twice = _mm256_sub_epi16(_mm256_add_epi16(s, s), full);
    __m256i down = divide_255_wide(_mm256_mullo_epi16(b, _mm256_sub_epi16(full, b)));
    down = divide_255_wide(_mm256_mullo_epi16(_mm256_max_epi16(_mm256_sub_epi16(zero, twice), zero), down));
    __m256i up = _mm256_mullo_epi16(_mm256_max_epi16(twice, zero), _mm256_sub_epi16(lift, b));
    return _mm256_sub_epi16(_mm256_add_epi16(b, divide_255_wide(up)), down);
}

static inline __attribute__((always_inline)) __m256i mix_wide(int32_t mode, __m256i b, __m256i s, __m256i lift) {
    switch (mode) {
        case MULTIPLY: return divide_255_wide(_mm256_mullo_epi16(b, s));
        case SCREEN: return screen_wide(b, s);
        case OVERLAY: return hard_light_wide(s, b);
        case DARKEN: return _mm256_min_epi16(b, s);
        case LIGHTEN: return _mm256_max_epi16(b, s);
        case DIFFERENCE: return _mm256_abs_epi16(_mm256_sub_epi16(b, s));
        case DODGE: return dodge_wide(b, s);
        case BURN: return burn_wide(b, s);
        case HARD_LIGHT: return hard_light_wide(b, s);
        case SOFT_LIGHT: return soft_light_wide(b, s, lift);
        default: { /* exclusion: the product is halved before it would leave 16 bits */
            __m256i product = divide_255_wide(_mm256_mullo_epi16(b, s));
            return _mm256_sub_epi16(_mm256_add_epi16(b, s), _mm256_add_epi16(product, product));
        }
    }
}

/* Mix eights in which all is opaque, as blend_mixed does; returns how many pixels are done. */
static inline __attribute__((always_inline)) int32_t mix_eights(uint8_t *below, const uint8_t *above,
                                                               const uint8_t *coverage, int32_t count,
                                                               int32_t opacity, int32_t mode) {
    const __m256i alphas = _mm256_set1_epi32((int32_t)0xFF000000u), zero = _mm256_setzero_si256();
    const __m256i all = _mm256_set1_epi8((int8_t)opacity), full = _mm256_set1_epi16(255);
    int32_t x = 0;
    for (; x + 8 <= count; x += 8) {
        __m256i *target = (__m256i *)(below + 4 * (int64_t)x);
        __m256i s = _mm256_loadu_si256((const __m256i *)(above + 4 * (int64_t)x)), b = _mm256_loadu_si256(target);
        if (_mm256_testz_si256(s, alphas)) continue;
        if (!_mm256_testc_si256(_mm256_and_si256(s, b), alphas)) break;
        __m256i shares = coverage ? spread_shares(coverage + x, opacity) : all, halves[2];
        __m256i lift = mode == SOFT_LIGHT ? lift_wide(b) : zero;
        for (int32_t half = 0; half < 2; half++) {
            __m256i lifts = half ? _mm256_unpackhi_epi8(lift, zero) : _mm256_unpacklo_epi8(lift, zero);
            __m256i bb = half ? _mm256_unpackhi_epi8(b, zero) : _mm256_unpacklo_epi8(b, zero);
            __m256i ss = half ? _mm256_unpackhi_epi8(s, zero) : _mm256_unpacklo_epi8(s, zero);
            __m256i share = half ? _mm256_unpackhi_epi8(shares, zero) : _mm256_unpacklo_epi8(shares, zero);
            __m256i mixed = divide_255_wide(_mm256_mullo_epi16(mix_wide(mode, bb, ss, lifts), share));
            __m256i rest = divide_255_wide(_mm256_mullo_epi16(bb, _mm256_sub_epi16(full, share)));
            halves[half] = _mm256_add_epi16(mixed, rest);
        }
        _mm256_storeu_si256(target, _mm256_or_si256(_mm256_packus_epi16(halves[0], halves[1]), alphas));
    }
    return x;
}

static int32_t mix_opaque(uint8_t *below, const uint8_t *above, const uint8_t *coverage, int32_t count,
                          int32_t opacity, int32_t mode) {
    switch (mode) {
#define CASE(name) \
    case name: return mix_eights(below, above, coverage, count, opacity, name);
        CASE(MULTIPLY)
        CASE(SCREEN)
        CASE(OVERLAY)
        CASE(DARKEN)
        CASE(LIGHTEN)
        CASE(DIFFERENCE)
        CASE(DODGE)
        CASE(BURN)
        CASE(HARD_LIGHT)
        CASE(SOFT_LIGHT)
        CASE(EXCLUSION)
#undef CASE
        default: return 0;
    }
}

/* Plus-lighter in eights; returns how many pixels are done. */
static int32_t add_eights(uint8_t *below, const uint8_t *above, const uint8_t *coverage, int32_t count,
                          int32_t opacity) {
    const __m256i all = _mm256_set1_epi8((int8_t)opacity), zero = _mm256_setzero_si256();
    int32_t x = 0;
    for (; x + 8 <= count; x += 8) {
        __m256i *target = (__m256i *)(below + 4 * (int64_t)x);
        __m256i s = _mm256_loadu_si256((const __m256i *)(above + 4 * (int64_t)x));
        __m256i shares = coverage ? spread_shares(coverage + x, opacity) : all;
        __m256i low = divide_255_wide(_mm256_mullo_epi16(_mm256_unpacklo_epi8(s, zero), _mm256_unpacklo_epi8(shares, zero)));
        __m256i high = divide_255_wide(_mm256_mullo_epi16(_mm256_unpackhi_epi8(s, zero), _mm256_unpackhi_epi8(shares, zero)));
        _mm256_storeu_si256(target, _mm256_adds_epu8(_mm256_loadu_si256(target), _mm256_packus_epi16(low, high)));
    }
    return x;
}
#endif

/* Simple alpha compositing of the mixed colour: (1 - ab) as Cs + ab as B(Cb, Cs) + (1 - as) ab Cb. */
static void blend_mixed(uint8_t *below, const uint8_t *above, const uint8_t *coverage, int32_t count,
                        int32_t opacity, int32_t mode) {
    for (int32_t x = 0; x < count; x++) {
#ifdef __AVX2__
        if (x % 8 == 0) {
            int64_t place = 4 * (int64_t)x;
            x += mix_opaque(below + place, above + place, coverage ? coverage + x : 0, count - x, opacity, mode);
            if (x >= count) return;
        }
#endif
        uint8_t *target = below + 4 * (int64_t)x;
        const uint8_t *pixel = above + 4 * (int64_t)x;
        uint32_t share = share_of(coverage, x, opacity);
        uint32_t alpha = divide_255(pixel[3] * share), under = target[3];
        if (alpha == 0) continue;
        uint32_t both = divide_255(alpha * under);
        for (int32_t i = 0; i < 3; i++) {
            int32_t b = plain(target[i], under ? under : 255), s = plain(pixel[i], pixel[3]);
            uint32_t alone = divide_255(divide_255(pixel[i] * share) * (255 - under));
            uint32_t mixed = divide_255((uint32_t)mix(mode, b, s) * both);
            target[i] = cut(alone + mixed + divide_255(target[i] * (255 - alpha)));
        }
        target[3] = (uint8_t)(alpha + divide_255(under * (255 - alpha)));
    }
}

/* Plus-lighter: sums, cut off at full. */
static void blend_added(uint8_t *below, const uint8_t *above, const uint8_t *coverage, int32_t count,
                        int32_t opacity) {
    int32_t x = 0;
#ifdef __AVX2__
    x = add_eights(below, above, coverage, count, opacity);
#endif
    for (; x < count; x++) {
        uint32_t share = share_of(coverage, x, opacity);
        for (int64_t i = 4 * (int64_t)x; i < 4 * (int64_t)x + 4; i++)
            below[i] = cut(below[i] + divide_255(above[i] * share));
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
