#version 420 core
// What a pane of glass adds to a pixel, how much it lets through, how far away it is. It mirrors the ceiling with
// its lamps, walls and floor; fog scatters what lies behind and veils it, least along the heated frame.
in vec4 v_color_class;  // x: how densely the pane is fogged; y: faces that reflect, / 255; z: both sides show
in vec3 v_normal;
in vec2 v_uv;           // metres from the lower left corner
flat in ivec3 v_tag;    // width and height in mm, thousandths that come through
layout(binding = 0) uniform sampler2D normal_depth_map;
layout(binding = 1) uniform sampler2D direct_gloss_map;
layout(binding = 2) uniform sampler2D bounce_map;
uniform vec3 eye_m;
uniform vec4 ray[3];
uniform vec3 light_tint;
uniform float veil;
#include "room_light.glsl"
layout(location = 0) out vec4 added_passing;
layout(location = 1) out vec4 depth_here;
const float GOODS_M = 1.5;  // below this height a room's walls are mostly goods
const float BLUR_M = 0.035; // how far light from behind strays on a foggy pane
vec3 look_behind(ivec2 pixel, float radius_px) {
    ivec2 last = textureSize(direct_gloss_map, 0) - 1;
    vec3 sum = vec3(0.0);
    for (int k = 0; k < 16; k++) {
        float turn = 2.39996 * float(k);
        vec2 step_px = radius_px * sqrt((float(k) + 0.5) / 16.0) * vec2(cos(turn), sin(turn));
        ivec2 at = clamp(pixel + ivec2(round(step_px)), ivec2(0), last);
        sum += max(texelFetch(direct_gloss_map, at, 0).rgb + texelFetch(bounce_map, at, 0).rgb, 0.0);
    }
    return sum / 16.0;
}
float fog_here() {
    vec2 size_m = vec2(v_tag.xy) * 1e-3;
    vec2 inside_m = min(v_uv, size_m - v_uv);
    float fog = v_color_class.x;
    float patches = 0.5 + 0.25 * sin(9.0 * v_uv.x + 4.0 * sin(5.0 * v_uv.y + size_m.x * 40.0)) + 0.25 * sin(7.0 * v_uv.y + 3.0 * sin(11.0 * v_uv.x));
    float edge = smoothstep(0.0, mix(0.3, 0.1, fog), min(inside_m.x, inside_m.y) - 0.12 * (1.0 - fog) * patches);
    return clamp(fog * edge * (1.0 + 0.25 * (patches - 0.5)), 0.0, 0.95);
}
void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    float depth = 1.0 / gl_FragCoord.w;
    float seen = 0.0;
    for (int k = 0; k < SAMPLES * SAMPLES; k++) {
        float behind = texelFetch(normal_depth_map, pixel * SAMPLES + ivec2(k % SAMPLES, k / SAMPLES), 0).w;
        seen += behind == 0.0 || behind > depth ? 1.0 / float(SAMPLES * SAMPLES) : 0.0;
    }
    vec2 sample_at = gl_FragCoord.xy * float(SAMPLES);
    vec3 toward = ray[0].xyz + sample_at.x * ray[1].xyz + sample_at.y * ray[2].xyz;
    vec3 view = normalize(toward);
    vec3 normal = v_color_class.z > 0.5 && dot(view, v_normal) > 0.0 ? -v_normal : v_normal;
    float across = -dot(view, normal);
    if (seen == 0.0 || across <= 0.0) discard;
    float one = 0.04 + 0.96 * pow(1.0 - across, 5.0);
    float faces = round(v_color_class.y * 255.0);
    float mirror = faces * one / (1.0 + (faces - 1.0) * one);  // incoherent, between parallel faces
    vec3 reflected = reflect(view, normal);
    float around = room_light(eye_m + toward * depth, reflected, GOODS_M);
    float fog = fog_here();
    float radius_px = BLUR_M * fog / (depth * length(ray[1].xyz) * float(SAMPLES));
    vec3 behind = look_behind(pixel, radius_px);
    float passing = (1.0 - mirror) * float(v_tag.z) * 1e-3;
    vec3 added = light_tint * (around * mirror) * (1.0 - 0.7 * fog) + fog * (0.5 * behind + 0.5 * veil * light_tint);
    added_passing = vec4(added * seen, 1.0 - seen * (1.0 - passing * (1.0 - fog)));
    depth_here = vec4(depth, radius_px, fog, 0.0);
}
