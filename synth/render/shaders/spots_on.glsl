// The light of spots that arrives at a surface, laid out as arriving.glsl lays out that of the ceiling; in b.w it is what
// the surface mirrors of them.
#include "spots.glsl"
#include "surface.glsl"
void arriving_from_spots(vec3 at_m, vec3 view, vec3 normal, vec4 surface, float bias_m, out vec4 a, out vec4 b) {
    vec3 reflected = reflect(view, normal);
    float mirrored = fresnel(surface, -dot(normal, view));
    float sharp = clamp(2.0 / (surface.x * surface.x * surface.x * surface.x) - 2.0, 4.0, 300.0);
    a = vec4(0.0);
    b = vec4(0.0);
    for (int i = 0; i < SPOTS; i++) {
        vec3 d = normalize(from_spot(i, at_m));
        float facing = max(0.0, dot(normal, d));
        float light = facing > 0.0 ? spot_light(i, at_m, at_m + (normal + d) * bias_m) : 0.0;
        int k = cluster_of(d);
        a += light * facing * vec4(equal(ivec4(k), ivec4(0, 1, 2, 3)));
        b.xy += light * facing * vec2(equal(ivec2(k), ivec2(4, 5)));
        b.w += light * facing * mirrored * (sharp + 2.0) / 8.0 * pow(max(0.0, dot(reflected, d)), sharp);
    }
}
