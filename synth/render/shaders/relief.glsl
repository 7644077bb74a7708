// Relief of surfaces that is too fine for triangles: slopes along u and v from synth/render/relief.py. An item's number
// says which map of a kind it has and whether it is mirrored, so that two bags side by side are not folded alike.
layout(binding = 3) uniform sampler2DArray relief_map;
#include "materials.glsl"
const float SKIN = 3.0;
const float GROWN = 6.0;  // and what follows, wrinkled
// No two pieces are alike: how much lighter and how much warmer one is than the mean of its kind, by its number.
vec3 vary_tone(float kind, int item) {
    if (mod(kind, 8.0) < GROWN) return vec3(1.0);
    uint mixed = uint(item) * 747796405u + 2891336453u;
    mixed = (mixed >> ((mixed >> 28) + 4u) ^ mixed) * 277803737u;
    vec2 away = vec2(mixed >> 22, mixed >> 12 & 1023u) / 511.5 - 1.0;
    return (1.0 + LIGHTER * away.x) * (1.0 + WARMER * away.y * vec3(0.4, -0.2, -1.0));
}
vec3 raise(vec3 normal, vec3 at_m, vec2 uv, float kind, int item) {
    vec3 x_m = dFdx(at_m);
    vec3 y_m = dFdy(at_m);
    vec2 x = dFdx(uv);
    vec2 y = dFdy(uv);
    kind = mod(kind, 8.0);
    if (kind < 0.5) return normal;
    float turn = sign(x.x * y.y - y.x * x.y);
    vec3 along_u = (x_m * y.y - y_m * x.y) * turn;
    vec3 along_v = (y_m * x.x - x_m * y.x) * turn;
    uint mixed = uint(item) * 2654435761u;
    bool mirrored = (mixed >> 29 & 1u) == 1u;
    // Flat packs show the front panel or one beside it, see scenes/goods/packages/atlas.py; a map is a span of cloth.
    bool pack = kind < SKIN;
    vec2 size = kind == SKIN || kind >= GROWN ? vec2(1.0 / 3.0, 0.5) : !pack ? vec2(1.0) : uv.x < 0.64 ? vec2(0.625, 1.0) : vec2(0.344, 0.6875);
    vec2 at = (uv - vec2(pack && uv.x >= 0.64 ? 0.656 : 0.0, 0.0)) / size;
    vec2 texels = vec2(textureSize(relief_map, 0).xy) / size;
    float lod = log2(max(max(length(x * texels), length(y * texels)), 1e-6));
    at.x = mirrored ? 1.0 - at.x : at.x;
    vec2 slope = textureLod(relief_map, vec3(at, (kind - 1.0) * float(VARIANTS) + float(mixed >> 27 & 3u)), lod).xy;
    slope.x = mirrored ? -slope.x : slope.x;
    return normalize(normal - slope.x * along_u / max(length(along_u), 1e-12) - slope.y * along_v / max(length(along_v), 1e-12));
}
