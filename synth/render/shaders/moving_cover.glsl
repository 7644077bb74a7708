#ifndef MOVING_COVER
#define MOVING_COVER
// What moves, seen from the light, a layer for each cluster, from below the floor, and from the sun: x the share of a texel
// that is covered, y that share times the cover's depth in metres; mipmaps widen both.
layout(binding = 10) uniform sampler2DArray moving_cover;
#endif
