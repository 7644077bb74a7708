// Light that arrives at a point from one set of directions, past the static world: an unblocked ray
// upward ends on the ceiling (whose map holds lamps and bounced light) or a wall, one downward on the floor.
// The directions' cones are wide, so the map is read as blurred as the cone is broad where it ends.
layout(binding = 4) uniform sampler2DArrayShadow depth_along;
layout(binding = 5) uniform sampler2D ceiling_light;
uniform float first_layer;           // of this set in depth_along
uniform vec4 axis_u[DIRECTIONS];
uniform vec4 axis_v[DIRECTIONS];
uniform vec4 axis_depth[DIRECTIONS];
uniform vec4 direction[DIRECTIONS];  // unit vector, its solid angle / pi
uniform vec4 room;                   // size in metres, ceiling map's texels a metre
uniform vec4 bounced;                // radiance of floor, walls, and whatever else blocks a ray; unused
#ifdef DAYLIGHT
layout(binding = 6) uniform sampler2D glass_wall;  // share of the wall y = 0 that is glass
uniform vec4 outside;                              // radiance of sky and street, the map's texels a metre; unused
uniform vec4 sun;                                  // toward it, radiance of paper that faces it
uniform vec4 sun_axes[3];                          // its place in the layer after the last of depth_along
const float SUN_LAYER = float(SETS * DIRECTIONS);
float glass_along(vec3 at_m, vec3 d, float lod) {
    vec3 end_m = at_m + d * (at_m.y / max(-d.y, 1e-4));
    vec2 inside = step(vec2(0.0), end_m.xz) * step(end_m.xz, room.xz);
    return d.y < 0.0 ? textureLod(glass_wall, end_m.xz / room.xz, lod).r * inside.x * inside.y : 0.0;
}
float window_light(vec3 at_m, vec3 d, float spread) {
    float lod = log2(max(1.0, spread * at_m.y / max(-d.y, 1e-4) * outside.z));
    return glass_along(at_m, d, lod) * mix(outside.y, outside.x, smoothstep(-0.05, 0.3, d.z));
}
float sun_light(vec3 at_m, vec3 probe_m) {
    vec4 p = vec4(probe_m, 1.0);
    float open = texture(depth_along, vec4(dot(sun_axes[0], p), dot(sun_axes[1], p), SUN_LAYER, dot(sun_axes[2], p)));
    return sun.w * open * glass_along(at_m, sun.xyz, 0.0);
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
