#version 420 core
// Light on the static world seen by one camera, by one set of directions at every second pixel of every
// second row: for each cluster of directions the diffuse light that arrives, the bounced light, and the
// reflection of the lamps. With DAYLIGHT it is that of sky and street, and the sun's instead of bounced light.
layout(binding = 0) uniform sampler2D normal_depth_map;
layout(binding = 1) uniform isampler2D instance_material_map;
uniform vec3 eye_m;
uniform vec4 ray[3];
uniform vec4 material[MATERIALS];
uniform vec4 share_a[DIRECTIONS];
uniform vec4 share_b[DIRECTIONS];
uniform vec4 offset_px;  // of this set's pixels; bias in metres
#include "incoming.glsl"
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
    float length_m = ((reflected.z > 0.0 ? room.z : 0.0) - at_m.z) / (abs(reflected.z) < 1e-3 ? 1e-3 : reflected.z);
    vec2 end_m = at_m.xy + reflected.xy * length_m;
    float lod = log2(max(1.0, surface.x * 1.2 * length_m * room.w));
    vec2 inside = smoothstep(vec2(-0.3), vec2(0.3), min(end_m, room.xy - end_m));
    float far = reflected.z > 0.0 ? textureLod(ceiling_light, end_m / room.xy, lod).r : bounced.x;
    far = mix(bounced.y, far, inside.x * inside.y);
#ifdef DAYLIGHT
    light_b.z = max(0.0, dot(normal, sun.xyz)) * sun_light(at_m, at_m + (normal + sun.xyz) * offset_px.z, normal);
    far += window_light(at_m, reflected, surface.x * 1.2);
#endif
    far = far * (lobe_open / lobe_sum) + bounced.z * (1.0 - lobe_open / lobe_sum);
    float fresnel = surface.y + (1.0 - surface.x) * (1.0 - surface.x) * (1.0 - surface.y) * pow(1.0 - max(0.0, -dot(normal, view)), 5.0);
    light_b.w = far * fresnel;
}
