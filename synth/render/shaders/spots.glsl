// Spotlights: each a small bright face with a beam, past the static world as its own depth map has it.
layout(binding = 7) uniform sampler2DArrayShadow spot_depth;
uniform vec4 spot_at[SPOTS];      // place, distance at which paper gets the full light
uniform vec4 spot_toward[SPOTS];  // unit, angle from the axis at which half of the light is left
uniform vec4 spot_side[SPOTS];    // unit, tangent of half the field of its map
uniform vec4 spot_level;          // radiance of paper in the full light, nearest and farthest of the maps; unused
#include "clusters.glsl"
vec3 from_spot(int i, vec3 at_m) { return spot_at[i].xyz - at_m; }
// Light on a surface that faces the spot; probe_m lies a little off the surface.
float spot_light(int i, vec3 at_m, vec3 probe_m) {
    vec3 away = -from_spot(i, at_m);
    float distance_m = max(length(away), 0.05);
    float turn = acos(clamp(dot(away, spot_toward[i].xyz) / distance_m, -1.0, 1.0)) / spot_toward[i].w;
    float beam = exp2(-turn * turn) * (1.0 - smoothstep(1.9, 2.4, turn));
    vec3 probe = probe_m - spot_at[i].xyz;
    float depth_m = max(dot(probe, spot_toward[i].xyz), 1e-3);
    vec2 where = vec2(dot(probe, spot_side[i].xyz), dot(probe, cross(spot_toward[i].xyz, spot_side[i].xyz)));
    where = 0.5 + 0.5 * where / (depth_m * spot_side[i].w);
    float near = spot_level.y;
    float far = spot_level.z;
    float depth = 0.5 + 0.5 * ((far + near) - 2.0 * far * near / depth_m) / (far - near);
    float open = 0.0;
    for (int k = 0; k < 8; k++) {
        // The face is a few centimetres wide, so are the edges of its shadows.
        vec2 step_px = sqrt((float(k) + 0.5) / 8.0) * vec2(cos(2.39996 * float(k)), sin(2.39996 * float(k)));
        open += texture(spot_depth, vec4(where + step_px * 2.2 / float(textureSize(spot_depth, 0).x), float(i), depth)) / 8.0;
    }
    float ratio = spot_at[i].w / distance_m;
    return spot_level.x * beam * ratio * ratio * open;
}
// The cluster of directions that a spot's light belongs to.
int cluster_of(vec3 d) {
    int nearest = 0;
    for (int k = 1; k < 6; k++) nearest = dot(d, cluster[k].xyz) > dot(d, cluster[nearest].xyz) ? k : nearest;
    return nearest;
}
