/* Shared by the kernels: pictures, placements and arithmetic that gives the same bits on every machine.
 *
 * Pixels are BGRA, premultiplied, 8 bits each. Shares (coverage, opacity, alpha) are 0 to 255. Floating point is
 * used for geometry only; it is compiled without contraction, so that IEEE 754 fixes each result.
 */
#ifndef CUTROOM_PIXELS_H
#define CUTROOM_PIXELS_H

#include <stdint.h>

#ifdef __AVX2__
#include <immintrin.h>
#endif

#define EXPORT __attribute__((visibility("default")))

typedef struct {
    uint8_t *pixels;
    int64_t stride; /* bytes from row to row */
    int32_t width, height;
} Image;

/* A sprite in its place; the order of fields is that of `binding.PLACEMENT`. */
typedef struct {
    double matrix[6]; /* a b c d e f: x' = a x + c y + e, y' = b x + d y + f */
    double crop[4];   /* left, top, right, bottom in pixels of the source */
    double bounds[4]; /* the same in pixels of the canvas */
    double radius;    /* of rounded corners, in pixels of the source */
    int32_t opacity;
    int32_t mode;      /* see blend.c */
    int32_t is_opaque; /* every alpha of the source is 255 */
    int32_t unused;
} Placement;

/* What of a sprite is seen; the order of fields is that of `binding.MASK`. */
typedef struct {
    double matrix[6];
    const uint8_t *values; /* one byte per pixel */
    int64_t stride;
    int32_t width, height;
    const uint8_t *table; /* 256 shares: what a value lets through */
} Mask;

/* Nearest of x / 255 for 0 <= x <= 65535 - 128. */
static inline uint32_t divide_255(uint32_t x) {
    x += 128;
    return (x + (x >> 8)) >> 8;
}

static inline double low_of(double a, double b) { return a < b ? a : b; }
static inline double high_of(double a, double b) { return a > b ? a : b; }
static inline int32_t least(int32_t a, int32_t b) { return a < b ? a : b; }
static inline int32_t most(int32_t a, int32_t b) { return a > b ? a : b; }

#ifdef __AVX2__
/* The same of 16 numbers at once. */
static inline __m256i divide_255_wide(__m256i x) {
    x = _mm256_add_epi16(x, _mm256_set1_epi16(128));
    return _mm256_srli_epi16(_mm256_add_epi16(x, _mm256_srli_epi16(x, 8)), 8);
}
#endif

/* blend.c */
void blend_span(uint8_t *below, const uint8_t *above, const uint8_t *coverage, int32_t count, int32_t opacity,
                int32_t mode, int32_t is_opaque);

/* sample.c: a map from pixels of the canvas to texels, in 32.32 fixed point, and where it may read. */
typedef struct {
    const uint8_t *pixels;
    int64_t stride;
    int32_t left, top, right, bottom; /* first and last texel that may be read */
    double inverse[6];
    int64_t ahead;        /* bytes to what a later row of the canvas will read: fetched in time */
    int32_t is_small;     /* offsets fit into 31 bits, places into 16.16 */
    int32_t is_upright;   /* rows stay rows: columns and their weights are worked out once */
    int32_t is_aligned;   /* columns are consecutive and need no mixing */
    int32_t inside_first; /* columns between these have a right neighbour */
    int32_t inside_end;
    int32_t first;    /* column of the canvas that `columns[0]` belongs to */
    int32_t *columns; /* texel of each column of the canvas */
    uint16_t *pairs;  /* weights of it (low byte) and of its right neighbour, in 128ths, negative */
    int32_t row, row_weight; /* what the buffer holds; row -1: nothing */
} Sampler;

int invert(const double matrix[6], double inverse[6]);
void aim_sampler(Sampler *sampler, const Image *source, const double matrix_inverse[6], const double crop[4],
                 int32_t first, int32_t end);
const uint8_t *sample_row(Sampler *sampler, uint8_t *buffer, int32_t y, int32_t from, int32_t to, int32_t first);
void sample_mask_row(const Mask *mask, const double inverse[6], uint8_t *shares, int32_t y, int32_t from,
                     int32_t to);

/* cover.c: how much of each pixel lies inside a shape: slabs of parallel edges, and rounded corners. */
typedef struct {
    double base, across, down; /* distance from the low edge at (x, y), in pixels of the canvas */
    double thickness;          /* between the edges */
} Slab;

typedef struct {
    Slab slabs[4];
    int32_t count;
    double radius_across, radius_down; /* of the corners of slabs 0 and 1 */
} Shape;

typedef struct {
    int32_t from, to;         /* pixels that are touched */
    int32_t full_from, full_to; /* pixels that are covered wholly */
} Span;

int make_shape(Shape *shape, const double inverse[6], const double crop[4], double radius,
               const double *bounds);
Span span_of_row(const Shape *shape, int32_t y, int32_t left, int32_t right);
void rows_alike(const Shape *shape, int32_t *from, int32_t *to);
void cover_pixels(const Shape *shape, uint8_t *coverage, int32_t y, int32_t from, int32_t to, int32_t first);

#endif
