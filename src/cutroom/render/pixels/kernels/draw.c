/* Drawing: one sprite, row by row: sampled, covered, masked and mixed while it lies in the nearest cache. */
#include "pixels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    Shape shape;
    double inverse[6];
} MaskPlace;

typedef struct {
    Sampler sampler;
    Shape shape;
    int32_t left, top, right, bottom; /* pixels of the canvas that may be touched */
    int32_t alike_from, alike_to;     /* rows that are covered in the same way */
    Span alike;                       /* it is, when the coverage of its edges is worked out */
    int32_t is_alike_known;
    uint8_t *buffer, *coverage, *share;
    MaskPlace *places;
} Work;

/* The box of the canvas around a rectangle of the source. */
static void surround(const double m[6], const double crop[4], const Image *canvas, Work *work) {
    double low[2] = {1e9, 1e9}, high[2] = {-1e9, -1e9};
    for (int32_t corner = 0; corner < 4; corner++) {
        double u = crop[corner & 1 ? 2 : 0], v = crop[corner & 2 ? 3 : 1];
        double place[2] = {m[0] * u + m[2] * v + m[4], m[1] * u + m[3] * v + m[5]};
        for (int32_t axis = 0; axis < 2; axis++) {
            low[axis] = low_of(low[axis], place[axis]);
            high[axis] = high_of(high[axis], place[axis]);
        }
    }
    work->left = (int32_t)high_of(floor(high_of(low[0], -1e9)), 0);
    work->top = (int32_t)high_of(floor(high_of(low[1], -1e9)), 0);
    work->right = (int32_t)low_of(ceil(low_of(high[0], 1e9)), canvas->width);
    work->bottom = (int32_t)low_of(ceil(low_of(high[1], 1e9)), canvas->height);
}

static int aim_masks(Work *work, const Mask *masks, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        const double crop[4] = {0, 0, masks[i].width, masks[i].height};
        if (!invert(masks[i].matrix, work->places[i].inverse)) return 0;
        if (!make_shape(&work->places[i].shape, work->places[i].inverse, crop, 0, 0)) return 0;
    }
    return 1;
}

static void multiply_shares(uint8_t *restrict shares, const uint8_t *restrict others, int32_t count) {
    for (int32_t x = 0; x < count; x++) {
        uint16_t product = (uint16_t)(shares[x] * others[x] + 128);
        shares[x] = (uint8_t)((uint16_t)(product + (product >> 8)) >> 8);
    }
}

/* Multiply the coverage of [from, to) by one mask. */
static void apply_mask(Work *work, const Mask *mask, const MaskPlace *place, int32_t y, int32_t from, int32_t to) {
    uint8_t *coverage = work->coverage - work->left;
    Span span = span_of_row(&place->shape, y, from, to);
    memset(coverage + from, 0, (size_t)(span.from - from));
    memset(coverage + span.to, 0, (size_t)(to - span.to));
    for (int32_t side = 0; side < 2; side++) {
        int32_t begin = side ? span.full_to : span.from, end = side ? span.to : span.full_from;
        cover_pixels(&place->shape, work->share, y, begin, end, begin);
        multiply_shares(coverage + begin, work->share, end - begin);
    }
    sample_mask_row(mask, place->inverse, work->share, y, span.from, span.to);
    multiply_shares(coverage + span.from, work->share, span.to - span.from);
}

static void draw_row(Work *work, const Image *canvas, const Placement *placement, const Mask *masks, int32_t count,
                     int32_t y) {
    int32_t first = work->left, is_alike = y >= work->alike_from && y < work->alike_to;
    Span span = is_alike && work->is_alike_known ? work->alike : span_of_row(&work->shape, y, first, work->right);
    if (span.to <= span.from) return;
    uint8_t *row = canvas->pixels + y * canvas->stride, *coverage = work->coverage - first;
    const uint8_t *pixels = sample_row(&work->sampler, work->buffer, y, span.from, span.to, first);
    if (!is_alike || !work->is_alike_known) {
        cover_pixels(&work->shape, work->coverage, y, span.from, span.full_from, first);
        cover_pixels(&work->shape, work->coverage, y, span.full_to, span.to, first);
        work->alike = span;
        work->is_alike_known = is_alike && !count;
    }
    if (count) {
        memset(coverage + span.full_from, 255, (size_t)(span.full_to - span.full_from));
        for (int32_t i = 0; i < count; i++) apply_mask(work, &masks[i], &work->places[i], y, span.from, span.to);
        span.full_from = span.full_to = span.to;
    }
    const int32_t ends[4] = {span.from, span.full_from, span.full_to, span.to};
    for (int32_t part = 0; part < 3; part++) {
        int32_t from = ends[part], to = ends[part + 1];
        if (to > from)
            blend_span(row + 4 * (int64_t)from, pixels + 4 * (int64_t)(from - span.from), part == 1 ? 0 : coverage + from,
                       to - from, placement->opacity, placement->mode, placement->is_opaque);
    }
}

/* Draw a picture onto a canvas; returns 0, or -1 without memory. */
EXPORT int32_t draw_picture(const Image *canvas, const Image *source, const Placement *placement, const Mask *masks,
                            int32_t count) {
    Work work;
    double inverse[6], crop[4] = {high_of(placement->crop[0], 0), high_of(placement->crop[1], 0),
                                  low_of(placement->crop[2], source->width),
                                  low_of(placement->crop[3], source->height)};
    if (placement->opacity <= 0 || !invert(placement->matrix, inverse)) return 0;
    if (!make_shape(&work.shape, inverse, crop, placement->radius, placement->bounds)) return 0;
    surround(placement->matrix, crop, canvas, &work);
    work.left = most(work.left, (int32_t)low_of(high_of(floor(placement->bounds[0]), 0), 1e9));
    work.top = most(work.top, (int32_t)low_of(high_of(floor(placement->bounds[1]), 0), 1e9));
    work.right = least(work.right, (int32_t)high_of(low_of(ceil(placement->bounds[2]), 1e9), 0));
    work.bottom = least(work.bottom, (int32_t)high_of(low_of(ceil(placement->bounds[3]), 1e9), 0));
    if (work.right <= work.left || work.bottom <= work.top) return 0;
    size_t width = (size_t)(work.right - work.left) + 8;
    size_t bytes = width * (sizeof(int32_t) + sizeof(uint16_t) + 4 + 2) + (size_t)count * sizeof(MaskPlace);
    uint8_t *memory = malloc(bytes);
    if (!memory) return -1;
    work.places = (MaskPlace *)memory;
    work.sampler.columns = (int32_t *)(memory + (size_t)count * sizeof(MaskPlace));
    work.sampler.pairs = (uint16_t *)(work.sampler.columns + width);
    work.buffer = (uint8_t *)(work.sampler.pairs + width);
    work.coverage = work.buffer + 4 * width;
    work.share = work.coverage + width;
    if (aim_masks(&work, masks, count)) {
        aim_sampler(&work.sampler, source, inverse, crop, work.left, work.right);
        work.alike_from = work.top;
        work.alike_to = work.sampler.is_upright ? work.bottom : work.top;
        work.is_alike_known = 0;
        rows_alike(&work.shape, &work.alike_from, &work.alike_to);
        for (int32_t y = work.top; y < work.bottom; y++) draw_row(&work, canvas, placement, masks, count, y);
    }
    free(memory);
    return 0;
}

/* Fill a canvas with one premultiplied pixel. */
EXPORT void fill_picture(const Image *canvas, uint32_t pixel) {
    for (int32_t y = 0; y < canvas->height; y++) {
        uint32_t *row = (uint32_t *)(canvas->pixels + y * canvas->stride);
        for (int32_t x = 0; x < canvas->width; x++) row[x] = pixel;
    }
}
