#version 420 core
// Light on goods and doors that move, as static_light.frag and filter_light.frag have it on what stands: neither taking nor
// putting back changes their look. Drawn once for each of some sets of directions.
layout(binding = 1) uniform sampler2D normal_depth_map;
layout(binding = 2) uniform isampler2D instance_material_map;
layout(binding = 3) uniform sampler2D albedo_class_map;
#include "materials.glsl"
uniform float bias_m;
uniform float set;
uniform float weight;  // of this set
uniform vec3 gloss_tint;
#ifdef SPOTS
uniform vec3 eye_m;
uniform vec4 ray[3];
#include "spots_on.glsl"
#else
#include "near_open.glsl"
#include "arriving.glsl"
#include "surface.glsl"
#include "mirror.glsl"
#endif
#include "answer.glsl"
#include "moving_shadow.glsl"
#include "outside.glsl"
layout(location = 0) out vec4 radiance;
void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
    ivec2 tag = texelFetch(instance_material_map, at, 0).xy;
    if (tag.x == 0 || (tag.x >= PEOPLE_FIRST && tag.x < PEOPLE_END)) discard;
    vec4 here = texelFetch(normal_depth_map, at, 0);
    vec3 place = (ray[0].xyz + (float(at.x) + 0.5) * ray[1].xyz + (float(at.y) + 0.5) * ray[2].xyz) * here.w;
    vec3 at_m = eye_m + place;
    vec3 view = normalize(place);
    vec4 surface = material[tag.y];
    vec4 a, b;
#ifdef SPOTS
    arriving_from_spots(at_m, view, here.xyz, surface, bias_m, a, b);
#else
    float near = near_open(at, place, here.xyz, here.w, set);
    arriving_light(at_m, view, here.xyz, bias_m, near, a, b);
#endif
    float open[6];
    moving_visibility_near(at_m + here.xyz * 0.02, open);
    float whole = dot(a, vec4(1.0)) + b.x + b.y + 1e-4;
    float share = (dot(a, vec4(open[0], open[1], open[2], open[3])) + dot(b.xy, vec2(open[4], open[5])) + 1e-4) / whole;
#ifdef DAYLIGHT
    vec2 past = vec2(1.0);  // of the sun's light and of that of sky and street
#ifdef SUN
    past.x = sun_past_people(at_m, length(ray[1].xyz) * float(SAMPLES) * here.w);
#endif
#ifdef PASSING
    past *= vec2(sun_past_screen(at_m), sky_past_screen(at_m));
#endif
    a *= share * past.y;
    b.xyz *= vec3(share * past.yy, past.x);
    share = 1.0;
#endif
    vec3 albedo = linear_from_srgb(texelFetch(albedo_class_map, at, 0).rgb);
    Answer answer = answer_light(at_m, view, here.xyz, albedo, surface, a, b);
    answer.gloss *= mirrored_open(reflect(view, here.xyz), open);
    radiance = vec4(weight * (answer.direct * share + answer.bounce * mix(1.0, share, 0.5) + gloss_tint * answer.gloss), 0.0);
}
