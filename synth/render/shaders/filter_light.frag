#version 420 core
// The static picture's colour at full light, filtered over the samples around each pixel's centre; each
// sample takes the light of those pixels around it that lie on its surface.
layout(binding = 0) uniform sampler2D normal_depth_map;
layout(binding = 1) uniform isampler2D instance_material_map;
layout(binding = 2) uniform sampler2D albedo_class_map;
layout(binding = 7) uniform sampler2D gathered_a;
layout(binding = 8) uniform sampler2D gathered_b;
uniform vec3 light_tint;
uniform vec3 bounce_tint;
uniform vec4 material[MATERIALS];
#ifdef DAYLIGHT
uniform vec3 sun_tint;
#endif
layout(location = 0) out vec4 direct_gloss;  // colour by the lamps' light; the lamps' reflection
layout(location = 1) out vec4 bounce;        // colour by bounced light
layout(location = 2) out vec4 cluster_a;     // how much each cluster of directions gives
layout(location = 3) out vec4 cluster_b;     // and the sun; all daylight
uniform vec3 eye_m;
uniform vec4 ray[3];
#include "colour.glsl"
#include "surface.glsl"
#include "case_light.glsl"
#ifndef SPOTS
#include "incoming.glsl"
#include "mirror.glsl"
#endif
uniform float brightest;
void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    ivec2 last = textureSize(gathered_a, 0) - 1;
    ivec2 centre = pixel * SAMPLES + SAMPLES / 2;
    ivec2 last_sample = textureSize(normal_depth_map, 0) - 1;
    direct_gloss = vec4(0.0);
    bounce = vec4(0.0);
    cluster_a = vec4(0.0);
    cluster_b = vec4(0.0);
    for (int y = -REACH; y <= REACH; y++) {
        for (int x = -REACH; x <= REACH; x++) {
            ivec2 at = clamp(centre + ivec2(x, y), ivec2(0), last_sample);
            vec4 here = texelFetch(normal_depth_map, at, 0);
            ivec2 tag = texelFetch(instance_material_map, at, 0).xy;
            vec4 a = vec4(0.0);
            vec4 b = vec4(0.0);
            float total = 0.0;
            for (int k = 0; k < 4; k++) {
                ivec2 beside = clamp(pixel + ivec2(k & 1, k >> 1) * ivec2(x, y), ivec2(0), last);
                ivec2 sample_at = beside * SAMPLES + SAMPLES / 2;
                vec4 there = texelFetch(normal_depth_map, sample_at, 0);
                float alike = max(0.0, dot(here.xyz, there.xyz));
                float same = texelFetch(instance_material_map, sample_at, 0).x == tag.x ? 1.0 : 0.05;
                float weight = (1e-4 + same * alike * alike * alike * alike * alike * alike * alike * alike) / (1e-2 + abs(there.w - here.w) / max(here.w, 0.1));
                a += weight * texelFetch(gathered_a, beside, 0);
                b += weight * texelFetch(gathered_b, beside, 0);
                total += weight;
            }
            a /= total;
            b /= total;
            vec2 day = vec2(0.0);
            vec3 toward = ray[0].xyz + (float(at.x) + 0.5) * ray[1].xyz + (float(at.y) + 0.5) * ray[2].xyz;
            vec3 albedo = linear_from_srgb(texelFetch(albedo_class_map, at, 0).rgb);
            albedo *= light_through(material[tag.y], -dot(here.xyz, normalize(toward)));
#ifdef DAYLIGHT
            vec3 rendered = albedo;
#else
            vec3 rendered = under_lamps(albedo);
#endif
            vec3 direct = rendered * light_tint * (dot(a, vec4(1.0)) + b.x + b.y);
#ifndef SPOTS
            direct += albedo * material[tag.y].z;
#endif
            float gloss = b.w;
#ifndef SPOTS
            vec3 at_m = eye_m + toward * here.w;
            gloss = mirror_light(at_m, normalize(toward), here.xyz, material[tag.y], b.w);
#endif
#ifdef CASES
            direct += albedo * case_light(at_m + here.xyz * 0.01, here.xyz, 0.015, 0.0);
            gloss += case_gloss(at_m + here.xyz * 0.01, normalize(toward), here.xyz, material[tag.y]);
#endif
#ifdef DAYLIGHT
            float diffuse = dot(a, vec4(1.0)) + b.x + b.y;
            direct = albedo * (light_tint * diffuse + sun_tint * b.z);
            // What is too bright and is cut off is missing from each part of it.
            float kept = dot(min(direct, vec3(brightest)), vec3(1.0)) / max(dot(direct, vec3(1.0)), 1e-6);
            day = vec2(b.z, diffuse + b.z) * kept;
            a *= kept;
            b.xyz = vec3(b.xy * kept, 0.0);
#endif
            float weight = TENT == 1 ? float((2 - abs(x)) * (2 - abs(y))) / 16.0 : 1.0 / float(SAMPLES * SAMPLES);
            direct_gloss += weight * vec4(min(direct, vec3(brightest)), min(gloss, brightest));
            bounce.rgb += weight * rendered * bounce_tint * b.z;
            cluster_a += weight * a;
            cluster_b += weight * vec4(b.xy, day);
        }
    }
}
