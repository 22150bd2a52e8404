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

/* Multiply the coverage of [from, to) by one mask. */
static void apply_mask(Work *work, const Mask *mask, const MaskPlace *place, int32_t y, int32_t from, int32_t to) {
    uint8_t *coverage = work->coverage - work->left;
    Span span = span_of_row(&place->shape, y, from, to);
    memset(coverage + from, 0, (size_t)(span.from - from));
    memset(coverage + span.to, 0, (size_t)(to - span.to));
    for (int32_t side = 0; side < 2; side++) {
        int32_t begin = side ? span.full_to : span.from, end = side ? span.to : span.full_from;
        cover_pixels(&place->shape, work->share, y, begin, end, begin);
        for (int32_t x = begin; x < end; x++)
            coverage[x] = (uint8_t)divide_255((uint32_t)coverage[x] * work->share[x - begin]);
    }
    sample_plane_row(mask, place->inverse, coverage + span.from, y, span.from, span.to);
}

static void draw_row(Work *work, const Image *canvas, const Placement *placement, const Mask *masks, int32_t count,
                     int32_t y) {
    Span span = span_of_row(&work->shape, y, work->left, work->right);
    if (span.to <= span.from) return;
    int32_t first = work->left;
    uint8_t *row = canvas->pixels + y * canvas->stride, *coverage = work->coverage - first;
    const uint8_t *pixels = sample_row(&work->sampler, work->buffer, y, span.from, span.to, first);
    cover_pixels(&work->shape, work->coverage, y, span.from, span.full_from, first);
    cover_pixels(&work->shape, work->coverage, y, span.full_to, span.to, first);
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
