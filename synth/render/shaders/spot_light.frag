#version 420 core
// The light of spots on the static world, laid out as static_light.frag lays out that of the ceiling.
layout(binding = 0) uniform sampler2D normal_depth_map;
layout(binding = 1) uniform isampler2D instance_material_map;
uniform vec3 eye_m;
uniform vec4 ray[3];
uniform vec4 material[MATERIALS];
uniform vec4 cluster[6];
uniform vec4 offset_px;  // of this set's pixels; bias in metres
#include "spots.glsl"
#include "surface.glsl"
layout(location = 0) out vec4 light_a;
layout(location = 1) out vec4 light_b;
void main() {
    ivec2 last = textureSize(normal_depth_map, 0) / SAMPLES - 1;
    ivec2 here = min(ivec2(gl_FragCoord.xy) * 2 + ivec2(offset_px.xy), last) * SAMPLES + SAMPLES / 2;
    vec4 normal_depth = texelFetch(normal_depth_map, here, 0);
    vec3 normal = normal_depth.xyz;
    vec4 surface = material[texelFetch(instance_material_map, here, 0).y];
    vec3 toward = ray[0].xyz + (float(here.x) + 0.5) * ray[1].xyz + (float(here.y) + 0.5) * ray[2].xyz;
    vec3 at_m = eye_m + toward * normal_depth.w;
    vec3 view = normalize(toward);
    vec3 reflected = reflect(view, normal);
    float mirrored = fresnel(surface, -dot(normal, view));
    float sharp = clamp(2.0 / (surface.x * surface.x * surface.x * surface.x) - 2.0, 4.0, 300.0);
    light_a = vec4(0.0);
    light_b = vec4(0.0);
    for (int i = 0; i < SPOTS; i++) {
        vec3 d = normalize(from_spot(i, at_m));
        float facing = max(0.0, dot(normal, d));
        float light = facing > 0.0 ? spot_light(i, at_m, at_m + (normal + d) * offset_px.z) : 0.0;
        int nearest = 0;
        for (int k = 1; k < 6; k++) nearest = dot(d, cluster[k].xyz) > dot(d, cluster[nearest].xyz) ? k : nearest;
        light_a += light * facing * vec4(equal(ivec4(nearest), ivec4(0, 1, 2, 3)));
        light_b.xy += light * facing * vec2(equal(ivec2(nearest), ivec2(4, 5)));
        light_b.w += light * facing * mirrored * (sharp + 2.0) / 8.0 * pow(max(0.0, dot(reflected, d)), sharp);
    }
}
