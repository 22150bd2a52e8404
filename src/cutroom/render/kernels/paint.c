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

/* Twice as many columns: level with every second one, or between two. */
static void widen_level(uint8_t *restrict wide, const uint8_t *restrict row, int32_t count) {
    for (int32_t x = 0; x < count - 1; x++) {
        wide[2 * x] = row[x];
        wide[2 * x + 1] = (uint8_t)((row[x] + row[x + 1] + 1) >> 1);
    }
    wide[2 * count - 2] = wide[2 * count - 1] = row[count - 1];
}

static void widen_centred(uint8_t *restrict wide, const uint8_t *restrict row, int32_t count) {
    wide[0] = row[0];
    for (int32_t x = 0; x < count - 1; x++) {
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

static void paint_row(uint32_t *restrict out, const uint8_t *restrict luma, const uint8_t *restrict blue,
                      const uint8_t *restrict red, const Planes *restrict planes, int32_t width) {
    const int32_t black = planes->black, weight = planes->luma_weight, bb = planes->blue_of_blue;
    const int32_t gb = planes->green_of_blue, gr = planes->green_of_red, rr = planes->red_of_red;
    for (int32_t x = 0; x < width; x++) {
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
