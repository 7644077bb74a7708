// What a surface makes of the light that arrives, laid out as in arriving.glsl: its colour by direct and by bounced light,
// what it mirrors. SPOTS and DAYLIGHT are what they add.
uniform vec3 light_tint;
uniform vec3 bounce_tint;
#ifdef DAYLIGHT
uniform vec3 sun_tint;
#endif
#include "colour.glsl"
#include "case_light.glsl"
struct Answer { vec3 direct; vec3 bounce; float gloss; };
Answer answer_light(vec3 at_m, vec3 view, vec3 normal, vec3 albedo, vec4 surface, vec4 a, vec4 b) {
    vec3 emitted = albedo * surface.z;
    albedo = at_least_black(albedo) * light_through(surface, -dot(normal, view));
    float diffuse = dot(a, vec4(1.0)) + b.x + b.y;
    Answer answer;
#ifdef DAYLIGHT
    answer.direct = albedo * (light_tint * diffuse + sun_tint * b.z);
    answer.bounce = vec3(0.0);
#else
    vec3 rendered = under_lamps(albedo);
    answer.direct = rendered * light_tint * diffuse;
    answer.bounce = rendered * bounce_tint * b.z;
#endif
#ifdef SPOTS
    answer.gloss = b.w;
#else
    answer.gloss = mirror_light(at_m, view, normal, surface, b.w);
#ifndef DAYLIGHT
    answer.direct += emitted;
#endif
#endif
#ifdef CASES
    answer.direct += albedo * case_light(at_m + normal * 0.01, normal, 0.015, 0.0);
    answer.gloss += case_gloss(at_m + normal * 0.01, view, normal, surface);
#endif
    return answer;
}
