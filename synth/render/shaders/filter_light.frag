#version 420 core
// The static picture's colour at full light, filtered over the samples around each pixel's centre; each
// sample takes the light of those pixels around it that lie on its surface.
layout(binding = 0) uniform sampler2D normal_depth_map;
layout(binding = 1) uniform isampler2D instance_material_map;
layout(binding = 2) uniform sampler2D albedo_class_map;
layout(binding = 7) uniform sampler2D gathered_a;
layout(binding = 8) uniform sampler2D gathered_b;
#include "materials.glsl"
layout(location = 0) out vec4 direct_gloss;  // colour by the lamps' light; the lamps' reflection
layout(location = 1) out vec4 bounce;        // colour by bounced light
layout(location = 2) out vec4 cluster_a;     // how much each cluster of directions gives
layout(location = 3) out vec4 cluster_b;     // and the sun; all daylight
uniform vec3 eye_m;
uniform vec4 ray[3];
#include "surface.glsl"
#ifndef SPOTS
#include "incoming.glsl"
#include "mirror.glsl"
#endif
#include "answer.glsl"
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
            vec3 toward = ray[0].xyz + (float(at.x) + 0.5) * ray[1].xyz + (float(at.y) + 0.5) * ray[2].xyz;
            vec3 albedo = linear_from_srgb(texelFetch(albedo_class_map, at, 0).rgb);
            Answer answer = answer_light(eye_m + toward * here.w, normalize(toward), here.xyz, albedo, material[tag.y], a, b);
            vec2 day = vec2(0.0);
#ifdef DAYLIGHT
            // What is too bright and is cut off is missing from each part of it.
            float kept = dot(min(answer.direct, vec3(brightest)), vec3(1.0)) / max(dot(answer.direct, vec3(1.0)), 1e-6);
            day = vec2(b.z, dot(a, vec4(1.0)) + b.x + b.y + b.z) * kept;
            a *= kept;
            b.xy *= kept;
#endif
            float weight = TENT == 1 ? float((2 - abs(x)) * (2 - abs(y))) / 16.0 : 1.0 / float(SAMPLES * SAMPLES);
            direct_gloss += weight * vec4(min(answer.direct, vec3(brightest)), min(answer.gloss, brightest));
            bounce.rgb += weight * answer.bounce;
            cluster_a += weight * a;
            cluster_b += weight * vec4(b.xy, day);
        }
    }
}
