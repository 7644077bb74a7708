#version 420 core
// One picture and its labels at a pixel each: colour is filtered over the samples around the pixel's centre,
// labels are those of the sample at the centre. Twelve 32-bit words a pixel. MOVING is for the part of the
// picture where something that moves may show.
layout(binding = 0) uniform sampler2D static_albedo_class;
layout(binding = 1) uniform sampler2D static_normal_depth;
layout(binding = 2) uniform isampler2D static_instance_material;
layout(binding = 3) uniform sampler2D direct_gloss_map;
layout(binding = 4) uniform sampler2D bounce_map;
layout(binding = 13) uniform sampler2D cluster_map_a;
layout(binding = 14) uniform sampler2D cluster_map_b;
layout(binding = 11) uniform sampler2D shade_map_a;
layout(binding = 12) uniform sampler2D shade_map_b;
#ifdef GLASS
layout(binding = 15) uniform sampler2DArray glass_map;  // light added and share that passes; distance, pixels by which fog blurs, how dense it is
// Glass is a little green: it takes more of red and blue.
vec3 through_glass(vec3 light, float share, vec4 glass) { return max(1.0 - (1.0 - glass.w) * vec3(1.08, 1.0, 1.04), 0.0) * light + share * glass.rgb; }
#endif
uniform vec3 light_tint;
uniform float bounce_level;
uniform float exposure;
#include "colour.glsl"
#ifdef MOVING
layout(binding = 5) uniform sampler2D moving_albedo_class;
layout(binding = 6) uniform sampler2D moving_normal_depth;
layout(binding = 7) uniform isampler2D moving_instance_material;
layout(binding = 8) uniform sampler2D moving_motion;
layout(binding = 9) uniform sampler2D moving_radiance;  // w: 1 where something moves
#include "moving_shadow.glsl"
#endif
#if defined(MOVING) || defined(SUN) || defined(PASSING)
uniform vec3 eye_m;
uniform vec4 ray[3];
#endif
#include "outside.glsl"
layout(location = 0) out uvec4 words_a;  // rgb and material, albedo and class, instance id, depth
layout(location = 1) out uvec4 words_b;  // normal, motion u
layout(location = 2) out uint words_c;   // motion v
// A camera's exposure and contrast: white paper meets the shoulder.
vec3 expose(vec3 light) { return 1.57 * pow(light, vec3(CONTRAST)); }
// Black is taken off each colour alone, as `toe` in synth/optics/tone.py does. Highlights keep their hue and roll off
// to white as by the Khronos PBR Neutral tone mapper (2024), but by the logarithm, as sensors of a wide dynamic range
// compress them (Reinhard et al. 2010, section 7): the floor keeps its joints in the sun, and white is what is three times as bright as white paper under the lamps or more.
vec3 tone_map(vec3 light) {
    vec3 color = mix(light * light / (4.0 * BLACK), light - BLACK, greaterThan(light, vec3(2.0 * BLACK)));
    float peak = max(color.r, max(color.g, color.b));
    float bright = max(peak, SHOULDER);
    float squeezed = min(SHOULDER + log(1.0 + KNEE * (bright - SHOULDER)) / KNEE, 1.0);
    float white = 1.0 - 1.0 / (0.15 * (bright - squeezed) + 1.0);
    return peak < SHOULDER ? color : mix(color * (squeezed / bright), vec3(squeezed), white);
}
// The half-size shade map, weighted toward those of its pixels that lie as deep as this one.
void read_shade(ivec2 pixel, float depth_m, out vec4 a, out vec4 b) {
    ivec2 last = textureSize(shade_map_a, 0) - 1;
    vec2 where = vec2(pixel) * 0.5;
    ivec2 base = ivec2(floor(where));
    vec2 part = where - vec2(base);
    a = vec4(0.0);
    b = vec4(0.0);
    float total = 1e-5;
    for (int i = 0; i < 4; i++) {
        ivec2 step_px = ivec2(i & 1, i >> 1);
        ivec2 at = min(base + step_px, last);
        vec4 there = texelFetch(shade_map_b, at, 0);
        vec2 side = mix(1.0 - part, part, vec2(step_px));
        float weight = (side.x * side.y + 1e-3) / (1e-3 + abs(there.w - depth_m) / max(depth_m, 0.1));
        a += weight * texelFetch(shade_map_a, at, 0);
        b += weight * there;
        total += weight;
    }
    a /= total;
    b /= total;
}
void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    ivec2 centre = pixel * SAMPLES + SAMPLES / 2;
    vec4 normal_depth = texelFetch(static_normal_depth, centre, 0);
    vec4 albedo_class = texelFetch(static_albedo_class, centre, 0);
    ivec2 tag = texelFetch(static_instance_material, centre, 0).xy;
    vec2 motion = vec2(0.0);
    vec4 open_a, open_b;
    read_shade(pixel, normal_depth.w, open_a, open_b);
    vec4 cluster_a = texelFetch(cluster_map_a, pixel, 0);
    vec4 cluster_b = texelFetch(cluster_map_b, pixel, 0);
    float whole = dot(cluster_a, vec4(1.0)) + cluster_b.x + cluster_b.y + 1e-4;
    float share = (dot(cluster_a, open_a) + dot(cluster_b.xy, open_b.xy) + 1e-4) / whole;
    float contact = 1.0;
#if defined(MOVING) || defined(SUN) || defined(PASSING)
    vec3 at_m = eye_m + (ray[0].xyz + (float(centre.x) + 0.5) * ray[1].xyz + (float(centre.y) + 0.5) * ray[2].xyz) * normal_depth.w;
#endif
#ifdef MOVING
    contact = floor_contact(at_m);
#endif
#if defined(SUN) || defined(PASSING)
    // Of the light that is here now: the sun's share, and the sky's and the street's.
    float now = max(0.0, whole + cluster_b.z - cluster_b.w) * bounce_level + cluster_b.w + 1e-4;
    vec2 outside = vec2(cluster_b.z, cluster_b.w - cluster_b.z) / now;
    vec2 past = vec2(1.0);
#ifdef SUN
    past.x = sun_past_people(at_m, length(ray[1].xyz) * float(SAMPLES) * normal_depth.w);
#endif
#ifdef PASSING
    past *= vec2(sun_past_screen(at_m), sky_past_screen(at_m));
#endif
    share = share * (1.0 - outside.x - outside.y * (1.0 - past.y)) + outside.x * past.x;
#endif
    vec4 direct_gloss = max(texelFetch(direct_gloss_map, pixel, 0), 0.0);
#ifdef PASSING
    share = float(tag.y) == passing_light.z ? screen_in_window(eye_m, at_m) : share;
#endif
    vec3 bounce = texelFetch(bounce_map, pixel, 0).rgb * (bounce_level * mix(1.0, share, 0.5));
    vec3 light = (direct_gloss.rgb * share + bounce + light_tint * (direct_gloss.w * open_b.z)) * contact;
#ifdef GLASS
    vec4 glass = texelFetch(glass_map, ivec3(pixel, 0), 0);
    light = through_glass(light, 1.0, glass);
#endif
#ifdef MOVING
    vec4 moving = vec4(0.0);
    ivec2 moves_at = centre;
    ivec2 last = textureSize(static_normal_depth, 0) - 1;
    for (int y = -REACH; y <= REACH; y++) {
        for (int x = -REACH; x <= REACH; x++) {
            ivec2 at = clamp(centre + ivec2(x, y), ivec2(0), last);
            vec4 there = texelFetch(moving_radiance, at, 0);
            moves_at = there.w > 0.0 ? at : moves_at;
            moving += vec4(min(there.rgb, vec3(2.0)), there.w) * float(TENT == 1 ? (2 - abs(x)) * (2 - abs(y)) : 1);
        }
    }
    moving /= float(TENT == 1 ? 16 : SAMPLES * SAMPLES);
    ivec2 moving_tag = texelFetch(moving_instance_material, centre, 0).xy;
#ifdef GLASS
    vec3 pane = texelFetch(glass_map, ivec3(pixel, 1), 0).xyz;
    bool behind = moving.w > 0.0 && texelFetch(moving_normal_depth, moves_at, 0).w > pane.x;
    if (pane.y > 0.5 && (behind || moving.w == 0.0)) {
        // Fog spreads what moves behind it as it does what stands there.
        vec4 spread = vec4(0.0);
        for (int k = 0; k < 16; k++) {
            float turn = 2.39996 * float(k);
            vec2 step_px = pane.y * float(SAMPLES) * sqrt((float(k) + 0.5) / 16.0) * vec2(cos(turn), sin(turn));
            ivec2 at = clamp(centre + ivec2(round(step_px)), ivec2(0), last);
            vec4 there = texelFetch(moving_radiance, at, 0);
            float shows = there.w > 0.0 && texelFetch(moving_normal_depth, at, 0).w > pane.x ? 1.0 / 16.0 : 0.0;
            spread += vec4(min(there.rgb, vec3(2.0)), there.w) * shows;
        }
        moving = mix(moving, spread, pane.z);
        behind = true;
    }
    moving.rgb = behind ? through_glass(moving.rgb, moving.w, glass) : moving.rgb;
#endif
    light = light * (1.0 - moving.w) + moving.rgb;
    if (moving_tag.x != 0) {
        tag = moving_tag;
        normal_depth = texelFetch(moving_normal_depth, centre, 0);
        albedo_class = texelFetch(moving_albedo_class, centre, 0);
        motion = texelFetch(moving_motion, centre, 0).xy;
    }
#endif
    uvec3 rgb = uvec3(round(clamp(srgb_from_linear(tone_map(expose(light * exposure))), 0.0, 1.0) * 255.0));
    uvec4 codes = uvec4(round(albedo_class * 255.0));
    words_a = uvec4(rgb.r | rgb.g << 8 | rgb.b << 16 | uint(clamp(tag.y, 0, 255)) << 24,
                    codes.r | codes.g << 8 | codes.b << 16 | codes.a << 24,
                    uint(tag.x), floatBitsToUint(normal_depth.w));
    words_b = uvec4(floatBitsToUint(normal_depth.xyz), floatBitsToUint(motion.x));
    words_c = floatBitsToUint(motion.y);
}
