// Light on people and what they wear and push: a grid of probes over the room holds, for each cluster of directions, the light that
// arrives from there past the static world.
layout(binding = 1) uniform sampler3D volume_a;  // clusters 0 to 3
layout(binding = 2) uniform sampler3D volume_b;  // clusters 4 and 5, bounce from below, daylight in all of it
uniform vec4 room;                               // size in metres; unused
uniform vec3 light_tint;
uniform vec3 bounce_tint;
uniform vec3 day_tint;
#include "moving_shadow.glsl"
#include "outside.glsl"
#include "surface.glsl"
// `even` is the normal without relief.
vec3 shade_moving(vec3 at_m, vec3 normal, vec3 even, vec3 to_eye, vec3 albedo, vec4 surface) {
    vec3 where = (at_m + normal * 0.06) / room.xyz;
    vec4 a = texture(volume_a, where);
    vec4 b = texture(volume_b, where);
    float by_day = clamp(b.w / max(dot(a, vec4(1.0)) + b.x + b.y + b.z, 1e-4), 0.0, 1.0);
    vec3 tint = mix(light_tint, day_tint, by_day);
#ifdef PASSING
    float past = 1.0 - by_day * (1.0 - sky_past_screen(at_m));
    a *= past;
    b.xyz *= past;
#endif
    float open[6];
    moving_visibility_near(at_m + normal * 0.02, open);
    float light[6] = float[6](a.x, a.y, a.z, a.w, b.x, b.y);
    vec3 reflected = reflect(-to_eye, normal);
    float diffuse = 0.0;
    float gloss = 0.0;
    for (int k = 0; k < 6; k++) {
        light[k] *= open[k];
        // A cluster spans a cone: its light wraps a little around the terminator.
        diffuse += light[k] * max(0.0, (dot(normal, cluster[k].xyz) + 0.2) / 1.2);
        float lobe = max(0.0, dot(reflected, cluster[k].xyz));
        lobe *= lobe;
        lobe *= lobe;
        gloss += light[k] * mix(2.0 * lobe * lobe, lobe, surface.x);
    }
    float bounce = b.z * (0.65 - 0.35 * normal.z);
    float facing = dot(normal, to_eye);
    vec3 seen = as_cloth(surface, at_least_black(albedo), dot(even, to_eye));
    vec3 rendered = mix(under_lamps(seen), seen, by_day) * light_through(surface, facing);
    return rendered * (tint * diffuse + mix(bounce_tint, day_tint, by_day) * bounce) + albedo * surface.z + tint * (gloss * fresnel(surface, facing));
}
