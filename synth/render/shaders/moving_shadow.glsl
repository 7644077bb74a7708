// How much of each cluster's light what moves lets through.
#include "moving_cover.glsl"
#include "clusters.glsl"
uniform vec4 shadow_u[7];        // the last of seven is the view from below the floor
uniform vec4 shadow_v[7];
uniform vec4 shadow_depth[7];    // metres away from the light
uniform vec4 shadow_texel_m[7];  // x: size of a texel
const float WIDEST_LOD = 6.0;
const float FAR_SHARE = 0.02;
void moving_visibility(vec3 at_m, out float open[6]) {
    vec4 p = vec4(at_m, 1.0);
    for (int k = 0; k < 6; k++) {
        vec3 where = vec3(dot(shadow_u[k], p), dot(shadow_v[k], p), float(k));
        float depth_m = dot(shadow_depth[k], p);
        // Cover far aside counts next to nothing, but where there is no other a wide penumbra still finds it.
        vec2 around = textureLod(moving_cover, where, 3.5).xy + FAR_SHARE * textureLod(moving_cover, where, WIDEST_LOD).xy;
        float gap_m = max(0.0, depth_m - around.y / max(around.x, 1e-4));
        float lod = min(log2(max(1.0, gap_m * PENUMBRA / shadow_texel_m[k].x)), WIDEST_LOD);
        vec2 cover = textureLod(moving_cover, where, lod).xy;
        open[k] = 1.0 - cover.x * smoothstep(0.03, 0.15, depth_m - cover.y / max(cover.x, 1e-4));
    }
}
// The same with one look a cluster: what moves is small and its own shadows are short.
void moving_visibility_near(vec3 at_m, out float open[6]) {
    vec4 p = vec4(at_m, 1.0);
    for (int k = 0; k < 6; k++) {
        vec2 cover = textureLod(moving_cover, vec3(dot(shadow_u[k], p), dot(shadow_v[k], p), float(k)), 2.0).xy;
        float gap_m = dot(shadow_depth[k], p) - cover.y / max(cover.x, 1e-4);
        open[k] = 1.0 - cover.x * smoothstep(0.04, 0.3, gap_m);
    }
}
// How open the way is that a mirror would show.
float mirrored_open(vec3 reflected, float open[6]) {
    float lobe_sum = 1e-4;
    float lobe_open = 1e-4;
    for (int k = 0; k < 6; k++) {
        float lobe = max(0.0, dot(reflected, cluster[k].xyz));
        lobe *= lobe;
        lobe *= lobe;
        lobe_sum += lobe;
        lobe_open += lobe * open[k];
    }
    return lobe_open / lobe_sum;
}
// Contact of feet and dropped things with the floor: the map from below holds how near the cover is.
float floor_contact(vec3 at_m) {
    vec4 p = vec4(at_m, 1.0);
    vec3 where = vec3(dot(shadow_u[6], p), dot(shadow_v[6], p), 6.0);
    float near = max(textureLod(moving_cover, where, 1.0).x, 1.6 * textureLod(moving_cover, where, 2.6).x);
    near = max(near, 1.5 * textureLod(moving_cover, where, 3.8).x);
    return 1.0 - 0.75 * min(near, 1.0) * (1.0 - smoothstep(0.02, 0.1, at_m.z));
}
