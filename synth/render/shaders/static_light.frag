#version 420 core
// Light on the static world seen by one camera, by one set of directions at every second pixel of every
// second row, see arriving.glsl.
uniform vec4 offset_px;  // of this set's pixels; bias in metres
#include "near_open.glsl"
#include "arriving.glsl"
layout(location = 0) out vec4 light_a;
layout(location = 1) out vec4 light_b;
void main() {
    ivec2 last = textureSize(standing_map, 0) / SAMPLES - 1;
    ivec2 here = min(ivec2(gl_FragCoord.xy) * 2 + ivec2(offset_px.xy), last) * SAMPLES + SAMPLES / 2;
    vec4 normal_depth = texelFetch(standing_map, here, 0);
    vec3 toward = look(here);
    vec3 place = toward * normal_depth.w;
    float near = near_open(here, place, normal_depth.xyz, normal_depth.w, offset_px.x + 2.0 * offset_px.y);
    arriving_light(eye_m + place, normalize(toward), normal_depth.xyz, offset_px.z, near, light_a, light_b);
}
