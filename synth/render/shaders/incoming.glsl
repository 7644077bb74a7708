// Light that arrives at a point from one set of directions, past the static world: an unblocked ray
// upward ends on the ceiling (whose map holds lamps and bounced light) or a wall, one downward on the floor.
// The directions' cones are wide, so the map is read as blurred as the cone is broad where it ends.
layout(binding = 4) uniform sampler2DArrayShadow depth_along;
layout(binding = 5) uniform sampler2D ceiling_light;
uniform float first_layer;           // of this set in depth_along
layout(std140) uniform DirectionSet {
    vec4 axis_u[DIRECTIONS];
    vec4 axis_v[DIRECTIONS];
    vec4 axis_depth[DIRECTIONS];
    vec4 direction[DIRECTIONS];  // unit vector, its solid angle / pi
    vec4 share_a[DIRECTIONS];    // which channels of light it adds to
    vec4 share_b[DIRECTIONS];
};
uniform vec4 room;                   // size in metres, ceiling map's texels a metre
uniform vec4 bounced;                // radiance of floor, walls, and whatever else blocks a ray; unused
#ifdef DAYLIGHT
layout(binding = 6) uniform sampler2DArray glass_walls;  // share of front, right, back and left wall that is glass; and that lets the sun through
uniform vec4 outside;                                   // radiance of sky and street, the map's texels a metre along x and y
uniform vec4 sun;                                       // toward it, radiance of paper that faces it
uniform vec4 sun_axes[3];                               // its place in the layer after the last of depth_along
uniform float sun_texel_m;                              // of that layer
const float SUN_LAYER = float(SETS * DIRECTIONS);
// Glass where a ray leaves the room, blurred as it is at so much for each metre of the way.
float glass_along(vec3 at_m, vec3 d, float spread, float first) {
    vec2 way = vec2(abs(d.x) < 1e-4 ? 1e-4 : d.x, abs(d.y) < 1e-4 ? 1e-4 : d.y);
    vec2 lengths_m = (step(vec2(0.0), way) * room.xy - at_m.xy) / way;
    bool along_x = lengths_m.y < lengths_m.x;  // it leaves by the front or the back
    float length_m = along_x ? lengths_m.y : lengths_m.x;
    vec3 end_m = at_m + d * length_m;
    float share = along_x ? end_m.x / room.x : end_m.y / room.y;
    float wall = along_x ? (way.y < 0.0 ? 0.0 : 2.0) : (way.x > 0.0 ? 1.0 : 3.0);
    float lod = log2(max(1.0, spread * length_m * (along_x ? outside.z : outside.w)));
    vec2 where = vec2(wall > 1.5 ? 1.0 - share : share, end_m.z / room.z);
    vec2 inside = step(vec2(0.0), where) * step(where, vec2(1.0));
    return textureLod(glass_walls, vec3(where, first + wall), lod).r * inside.x * inside.y;
}
float window_light(vec3 at_m, vec3 d, float spread) {
    return glass_along(at_m, d, spread, 0.0) * mix(outside.y, outside.x, smoothstep(-0.05, 0.3, d.z));
}
// The sun's light at a point of a surface, past the static world. It is looked for at points of the surface around
// that one, evenly as the sun sees them, so that edges of its patches show no steps of the map's texels.
float sun_light(vec3 at_m, vec3 probe_m, vec3 normal) {
    vec3 level = cross(sun.xyz, abs(sun.z) < 0.99 ? vec3(0.0, 0.0, 1.0) : vec3(1.0, 0.0, 0.0));
    vec3 side = normalize(level - sun.xyz * dot(level, sun.xyz));
    mat2x3 across = mat2x3(side, cross(sun.xyz, side));
    float steep = max(dot(normal, sun.xyz), 0.1);
    float sum = 0.0;
    for (int k = 0; k < 16; k++) {
        vec3 away = across * ((vec2(k & 3, k >> 2) - 1.5) * 0.5 * sun_texel_m);
        away -= sun.xyz * (dot(away, normal) / steep);  // along the surface
        vec4 p = vec4(probe_m + away, 1.0);
        float open = texture(depth_along, vec4(dot(sun_axes[0], p), dot(sun_axes[1], p), SUN_LAYER, dot(sun_axes[2], p)));
        sum += open * glass_along(at_m + away, sun.xyz, 0.0, 4.0);
    }
    return sun.w * sum / 16.0;
}
#endif
float cone_light(int i, vec3 at_m, vec3 probe_m, out float open) {
    vec3 d = direction[i].xyz;
    vec4 p = vec4(probe_m, 1.0);
    open = texture(depth_along, vec4(dot(axis_u[i], p), dot(axis_v[i], p), first_layer + float(i), dot(axis_depth[i], p)));
    float length_m = ((d.z > 0.0 ? room.z : 0.0) - at_m.z) / d.z;
    vec2 end_m = at_m.xy + d.xy * length_m;
    float lod = log2(max(1.0, CONE * length_m * room.w));
    vec2 inside = smoothstep(vec2(-0.2), vec2(0.2), min(end_m, room.xy - end_m));
    float far = d.z > 0.0 ? textureLod(ceiling_light, end_m / room.xy, lod).r : bounced.x;
    float light = mix(bounced.y, far, inside.x * inside.y);
#ifdef DAYLIGHT
    light += window_light(at_m, d, CONE);
#endif
    return light;
}
