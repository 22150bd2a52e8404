/* Anti-aliased edges: the share of each pixel that lies inside a parallelogram, with rounded corners and a box.
 *
 * A shape is an intersection of slabs (the space between two parallel edges). The share of a pixel inside a slab is
 * taken from the distances of its centre to both edges, which is exact for upright edges.
 */
#include "pixels.h"

#include <math.h>

#define WHOLE 0.4999 /* a centre this far inside belongs to a pixel that is covered, rounded, wholly */

int invert(const double m[6], double inverse[6]) {
    double determinant = m[0] * m[3] - m[1] * m[2];
    if (!(fabs(determinant) > 1e-12) || !isfinite(determinant) || !isfinite(m[4]) || !isfinite(m[5])) return 0;
    inverse[0] = m[3] / determinant;
    inverse[1] = -m[1] / determinant;
    inverse[2] = -m[2] / determinant;
    inverse[3] = m[0] / determinant;
    inverse[4] = -(inverse[0] * m[4] + inverse[2] * m[5]);
    inverse[5] = -(inverse[1] * m[4] + inverse[3] * m[5]);
    return 1;
}

/* The slab between two edges of the source, seen from the canvas. */
static Slab slab_between(double across, double down, double base, double low, double high) {
    double steepness = sqrt(across * across + down * down);
    Slab slab = {(base - low) / steepness, across / steepness, down / steepness, (high - low) / steepness};
    slab.base += 0.5 * slab.across + 0.5 * slab.down; /* of the pixel's centre */
    return slab;
}

int make_shape(Shape *shape, const double inverse[6], const double crop[4], double radius,
               const double *bounds) {
    if (!(crop[2] > crop[0]) || !(crop[3] > crop[1])) return 0;
    shape->slabs[0] = slab_between(inverse[0], inverse[2], inverse[4], crop[0], crop[2]);
    shape->slabs[1] = slab_between(inverse[1], inverse[3], inverse[5], crop[1], crop[3]);
    shape->count = 2;
    double most_round = 0.5 * low_of(crop[2] - crop[0], crop[3] - crop[1]);
    radius = radius > most_round ? most_round : radius > 0 ? radius : 0;
    shape->radius_across = radius * shape->slabs[0].thickness / (crop[2] - crop[0]);
    shape->radius_down = radius * shape->slabs[1].thickness / (crop[3] - crop[1]);
    if (bounds) {
        if (!(bounds[2] > bounds[0]) || !(bounds[3] > bounds[1])) return 0;
        shape->slabs[2] = slab_between(1, 0, 0, bounds[0], bounds[2]);
        shape->slabs[3] = slab_between(0, 1, 0, bounds[1], bounds[3]);
        shape->count = 4;
    }
    return 1;
}

/* Narrow [from, to) to the pixels x whose centres are at least `margin` inside the slab. */
static void narrow(const Slab *slab, int32_t y, double margin, int32_t *from, int32_t *to) {
    double start = slab->base + slab->down * y;
    double low = margin - start, high = slab->thickness - margin - start; /* low <= across * x <= high */
    if (fabs(slab->across) < 1e-9) {
        if (low > 0 || high < 0) *to = *from;
        return;
    }
    double first = low / slab->across, last = high / slab->across;
    if (slab->across < 0) {
        double other = first;
        first = last;
        last = other;
    }
    first = high_of(ceil(first), -1e9);
    last = low_of(floor(last), 1e9);
    if (first > *from) *from = first < *to ? (int32_t)first : *to; /* never beyond what the caller has memory for */
    if (last + 1 < *to) *to = (int32_t)high_of(last + 1, -1e9);
    if (*to < *from) *to = *from;
}

static void narrow_all(const Shape *shape, int32_t y, const double margins[4], int32_t *from, int32_t *to) {
    for (int32_t i = 0; i < shape->count; i++) narrow(&shape->slabs[i], y, margins[i], from, to);
}

Span span_of_row(const Shape *shape, int32_t y, int32_t left, int32_t right) {
    static const double touched[4] = {-0.5, -0.5, -0.5, -0.5}, whole[4] = {WHOLE, WHOLE, WHOLE, WHOLE};
    Span span = {left, right, left, right};
    narrow_all(shape, y, touched, &span.from, &span.to);
    span.full_from = span.from;
    span.full_to = span.to;
    if (shape->radius_across <= 0) {
        narrow_all(shape, y, whole, &span.full_from, &span.full_to);
    } else { /* away from the left and right edges, or from the upper and lower ones: whichever is longer */
        double beside[4] = {high_of(WHOLE, shape->radius_across), WHOLE, WHOLE, WHOLE};
        double between[4] = {WHOLE, high_of(WHOLE, shape->radius_down), WHOLE, WHOLE};
        int32_t other_from = span.from, other_to = span.to;
        narrow_all(shape, y, beside, &span.full_from, &span.full_to);
        narrow_all(shape, y, between, &other_from, &other_to);
        if (other_to - other_from > span.full_to - span.full_from) {
            span.full_from = other_from;
            span.full_to = other_to;
        }
    }
    if (span.full_to <= span.full_from) span.full_from = span.full_to = span.to;
    return span;
}

/* Narrow [from, to) to the rows of an upright shape whose pixels lie wholly between its upper and lower edges. */
void rows_alike(const Shape *shape, int32_t *from, int32_t *to) {
    for (int32_t i = 0; i < shape->count; i++) {
        Slab turned = shape->slabs[i];
        if (fabs(turned.across) > 1e-9) continue;
        turned.across = turned.down;
        turned.down = 0;
        narrow(&turned, 0, i == 1 ? high_of(WHOLE, shape->radius_down) : WHOLE, from, to);
    }
}

static double unit(double share) { return share < 0 ? 0 : share > 1 ? 1 : share; }

/* The share inside the corner of an ellipse whose radii are `across` and `down`. */
static double corner_share(double x, double y, double across, double down) {
    double distance_x = 1 - x / across, distance_y = 1 - y / down;
    double reach = sqrt(distance_x * distance_x + distance_y * distance_y);
    double slope_x = distance_x / across, slope_y = distance_y / down;
    double slope = sqrt(slope_x * slope_x + slope_y * slope_y);
    return unit((1 - reach) * reach / slope + 0.5);
}

void cover_pixels(const Shape *shape, uint8_t *coverage, int32_t y, int32_t from, int32_t to, int32_t first) {
    for (int32_t x = from; x < to; x++) {
        double share = 1, nearest[2] = {0, 0};
        for (int32_t i = 0; i < shape->count; i++) {
            const Slab *slab = &shape->slabs[i];
            double low = slab->base + slab->across * x + slab->down * y, high = slab->thickness - low;
            share *= high_of(unit(low + 0.5) + unit(high + 0.5) - 1, 0);
            if (i < 2) nearest[i] = low_of(low, high);
        }
        if (shape->radius_across > 0 && nearest[0] < shape->radius_across && nearest[1] < shape->radius_down)
            share = low_of(share, corner_share(nearest[0], nearest[1], shape->radius_across, shape->radius_down));
        coverage[x - first] = (uint8_t)(share * 255 + 0.5);
    }
}
