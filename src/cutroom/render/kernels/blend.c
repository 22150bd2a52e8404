/* Mixing a row of pixels with what is below it: W3C Compositing and Blending Level 1, on premultiplied bytes. */
#include "pixels.h"

#include <string.h>

/* The order is that of `binding.MODES`. */
enum { NORMAL, MULTIPLY, SCREEN, OVERLAY, DARKEN, LIGHTEN, ADD, DIFFERENCE, DODGE, BURN, HARD_LIGHT, SOFT_LIGHT, EXCLUSION };

static void blend_normal(uint8_t *below, const uint8_t *above, const uint8_t *coverage, int32_t count,
                         int32_t opacity) {
    for (int32_t x = 0; x < count; x++, below += 4, above += 4) {
        uint32_t share = coverage ? divide_255((uint32_t)coverage[x] * (uint32_t)opacity) : (uint32_t)opacity;
        if (share == 0 || above[3] == 0) continue;
        uint32_t hidden = 255 - divide_255(above[3] * share);
        for (int32_t i = 0; i < 4; i++)
            below[i] = (uint8_t)(divide_255(above[i] * share) + divide_255(below[i] * hidden));
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
        uint32_t share = coverage ? divide_255((uint32_t)coverage[x] * (uint32_t)opacity) : (uint32_t)opacity;
        uint32_t alpha = divide_255(above[3] * share), under = below[3];
        if (alpha == 0) continue;
        uint32_t both = divide_255(alpha * under);
        for (int32_t i = 0; i < 3; i++) {
            uint32_t colour = (uint32_t)mix(mode, plain(below[i], under ? under : 255), plain(above[i], above[3]));
            uint32_t alone = divide_255(divide_255(above[i] * share) * (255 - under));
            uint32_t value = alone + divide_255(colour * both) + divide_255(below[i] * (255 - alpha));
            below[i] = (uint8_t)(value > 255 ? 255 : value);
        }
        below[3] = (uint8_t)(alpha + divide_255(under * (255 - alpha)));
    }
}

/* Plus-lighter: sums, cut off at full. */
static void blend_added(uint8_t *below, const uint8_t *above, const uint8_t *coverage, int32_t count,
                        int32_t opacity) {
    for (int32_t x = 0; x < count; x++, below += 4, above += 4) {
        uint32_t share = coverage ? divide_255((uint32_t)coverage[x] * (uint32_t)opacity) : (uint32_t)opacity;
        for (int32_t i = 0; i < 4; i++) {
            uint32_t sum = below[i] + divide_255(above[i] * share);
            below[i] = (uint8_t)(sum > 255 ? 255 : sum);
        }
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
