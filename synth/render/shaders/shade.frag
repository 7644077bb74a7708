#version 420 core
// How much of each cluster's light what moves lets through to the static world, at every second pixel: soft
// shadows bear it. Out: clusters 0 to 3; clusters 4 and 5, the reflection, the depth here.
layout(binding = 1) uniform sampler2D static_normal_depth;
uniform vec3 eye_m;
uniform vec4 ray[3];
#include "moving_shadow.glsl"
layout(location = 0) out vec4 shade_a;
layout(location = 1) out vec4 shade_b;
void main() {
    ivec2 last = textureSize(static_normal_depth, 0) / SAMPLES - 1;
    ivec2 centre = min(ivec2(gl_FragCoord.xy) * 2, last) * SAMPLES + SAMPLES / 2;
    vec4 still = texelFetch(static_normal_depth, centre, 0);
    vec3 toward = ray[0].xyz + (float(centre.x) + 0.5) * ray[1].xyz + (float(centre.y) + 0.5) * ray[2].xyz;
    float open[6];
    moving_visibility(eye_m + toward * still.w, open);
    shade_a = vec4(open[0], open[1], open[2], open[3]);
    shade_b = vec4(open[4], open[5], mirrored_open(reflect(normalize(toward), still.xyz), open), still.w);
}
