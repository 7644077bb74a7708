#version 420 core
// One slice of the light volume: light that arrives at a probe in the open, by cluster of directions. With DAYLIGHT it is
// added to what is there, and all of it once more in the last channel, for its colour.
uniform vec3 spacing_m;
uniform float height_m;
#ifdef DAYLIGHT
uniform vec4 sun_share_a;
uniform vec4 sun_share_b;
#endif
#include "incoming.glsl"
#include "surface.glsl"
#include "case_light.glsl"
#ifdef SPOTS
#include "spots.glsl"
#endif
layout(location = 0) out vec4 light_a;
layout(location = 1) out vec4 light_b;
void main() {
    vec3 at_m = vec3(gl_FragCoord.xy * spacing_m.xy, height_m);
    light_a = vec4(0.0);
    light_b = vec4(0.0);
    for (int i = 0; i < DIRECTIONS; i++) {
        float open;
        float far = cone_light(i, at_m, at_m, open);
        light_a += share_a[i] * (direction[i].w * open * far);
        light_b += share_b[i] * (direction[i].w * open * far);
        light_b.z += direction[i].w * (1.0 - open) * bounced.z * 0.5;
    }
#ifdef CASES
    // The strips hang over the goods: their light falls from above, and back from what is white below.
    float of_case = dot(case_light(at_m, vec3(0.0, 0.0, 1.0), 0.15, 0.15), vec3(0.2126, 0.7152, 0.0722));
    light_a.x += 0.85 * of_case;
    light_b.z += 0.5 * of_case;
#endif
#ifdef SPOTS
    for (int i = 0; i < SPOTS; i++) {
        vec3 d = normalize(from_spot(i, at_m));
        float light = spot_light(i, at_m, at_m);
        int k = cluster_of(d);
        light_a += light * vec4(equal(ivec4(k), ivec4(0, 1, 2, 3)));
        light_b.xy += light * vec2(equal(ivec2(k), ivec2(4, 5)));
    }
#endif
#ifdef DAYLIGHT
    float sunny = sun_light(at_m, at_m, sun.xyz);
    light_a += sun_share_a * sunny;
    light_b += sun_share_b * sunny;
    light_b.w = dot(light_a, vec4(1.0)) + light_b.x + light_b.y + light_b.z;
#endif
}
