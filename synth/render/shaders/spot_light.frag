#version 420 core
// The light of spots on the static world, laid out as static_light.frag lays out that of the ceiling.
layout(binding = 0) uniform sampler2D normal_depth_map;
layout(binding = 1) uniform isampler2D instance_material_map;
uniform vec3 eye_m;
uniform vec4 ray[3];
#include "materials.glsl"
uniform vec4 offset_px;  // of this set's pixels; bias in metres
#include "spots_on.glsl"
layout(location = 0) out vec4 light_a;
layout(location = 1) out vec4 light_b;
void main() {
    ivec2 last = textureSize(normal_depth_map, 0) / SAMPLES - 1;
    ivec2 here = min(ivec2(gl_FragCoord.xy) * 2 + ivec2(offset_px.xy), last) * SAMPLES + SAMPLES / 2;
    vec4 normal_depth = texelFetch(normal_depth_map, here, 0);
    vec4 surface = material[texelFetch(instance_material_map, here, 0).y];
    vec3 toward = ray[0].xyz + (float(here.x) + 0.5) * ray[1].xyz + (float(here.y) + 0.5) * ray[2].xyz;
    arriving_from_spots(eye_m + toward * normal_depth.w, normalize(toward), normal_depth.xyz, surface, offset_px.z, light_a, light_b);
}
