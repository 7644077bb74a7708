#version 420 core
// Light on the static world seen by one camera, by one set of directions at every second pixel of every
// second row: for each cluster of directions the diffuse light that arrives, the bounced light, and how open
// the way is that a mirror would show. With DAYLIGHT it is that of sky and street, and the sun's instead of bounced light.
layout(binding = 0) uniform sampler2D normal_depth_map;
uniform vec3 eye_m;
uniform vec4 ray[3];
uniform vec4 share_a[DIRECTIONS];
uniform vec4 share_b[DIRECTIONS];
uniform vec4 offset_px;  // of this set's pixels; bias in metres
#include "incoming.glsl"
layout(location = 0) out vec4 light_a;
layout(location = 1) out vec4 light_b;
const int NEAR_LOOKS = 16;
const float GIVEN_BACK = 0.35;  // light that what blocks it gives off instead: it stands in the gap itself
vec3 look(ivec2 at) { return ray[0].xyz + (float(at.x) + 0.5) * ray[1].xyz + (float(at.y) + 0.5) * ray[2].xyz; }
// How much of the light from all around is left where things stand close: the maps along the directions are too coarse
// for the gap between two packs. Each of a few samples around blocks as much as its surface is seen from here (its form
// factor), as far as the picture shows it (Ritschel et al. 2009). Each set of directions looks elsewhere.
float near_open(ivec2 here, vec3 place, vec4 normal_depth, ivec2 last) {
    float sample_m = length(ray[1].xyz) * max(normal_depth.w, 0.1);
    float reach = min(GAP_M / sample_m, 0.2 * float(last.x));
    float step_area_m2 = 6.2832 * reach / float(NEAR_LOOKS) * sample_m * sample_m;
    float set = offset_px.x + 2.0 * offset_px.y;
    float blocked = 0.0;
    for (int k = 0; k < NEAR_LOOKS; k++) {
        float away = reach * (float(k) + 0.25 * (set + 0.5)) / float(NEAR_LOOKS);
        float turn = 2.39996 * float(k) + 0.6 * set;
        ivec2 at = clamp(here + ivec2(round(away * vec2(cos(turn), sin(turn)))), ivec2(0), last);
        vec4 there = texelFetch(normal_depth_map, at, 0);
        vec3 toward = look(at);
        vec3 way = toward * there.w - place;
        float far2 = max(dot(way, way), sample_m * sample_m);
        float facing = max(0.0, dot(normal_depth.xyz, way)) * max(0.0, -dot(there.xyz, way));
        float seen_m2 = step_area_m2 * away / max(-dot(there.xyz, normalize(toward)), 0.1);
        blocked += min(facing * seen_m2 / (3.1416 * far2 * far2), 0.2) * (1.0 - smoothstep(0.25, 1.0, far2 / (GAP_M * GAP_M)));
    }
    return 1.0 - (1.0 - GIVEN_BACK) * min(blocked, 1.0);
}
void main() {
    ivec2 last = textureSize(normal_depth_map, 0) / SAMPLES - 1;
    ivec2 here = min(ivec2(gl_FragCoord.xy) * 2 + ivec2(offset_px.xy), last) * SAMPLES + SAMPLES / 2;
    vec4 normal_depth = texelFetch(normal_depth_map, here, 0);
    vec3 normal = normal_depth.xyz;
    vec3 toward = ray[0].xyz + (float(here.x) + 0.5) * ray[1].xyz + (float(here.y) + 0.5) * ray[2].xyz;
    vec3 at_m = eye_m + toward * normal_depth.w;
    vec3 view = normalize(toward);
    vec3 reflected = reflect(view, normal);
    light_a = vec4(0.0);
    light_b = vec4(0.0);
    float lobe_sum = 1e-4;
    float lobe_open = 0.0;
    for (int i = 0; i < DIRECTIONS; i++) {
        vec3 d = direction[i].xyz;
        float facing = max(0.0, dot(normal, d));
        float open;
        float far = cone_light(i, at_m, at_m + (normal + d) * offset_px.z, open);
        float amount = direction[i].w * facing;
        light_a += share_a[i] * (amount * open * far);
        light_b += share_b[i] * (amount * open * far);
#ifdef DAYLIGHT
        light_a += share_a[i] * (amount * (1.0 - open) * bounced.z);
        light_b += share_b[i] * (amount * (1.0 - open) * bounced.z);
#else
        light_b.z += amount * (1.0 - open) * bounced.z;
#endif
        float lobe = pow(max(0.0, dot(reflected, d)), 8.0);
        lobe_sum += lobe;
        lobe_open += lobe * open;
    }
    float near = near_open(here, toward * normal_depth.w, normal_depth, (last + 1) * SAMPLES - 1);
    light_a *= near;
    light_b *= near;
#ifdef DAYLIGHT
    light_b.z = max(0.0, dot(normal, sun.xyz)) * sun_light(at_m, at_m + (normal + sun.xyz) * offset_px.z, normal);
#endif
    light_b.w = lobe_open / lobe_sum;
}
