// Light that arrives at a surface from one set of directions, the ways blocked by what stands still: by clusters of
// directions (a, b.xy), bounced (b.z), how open the way is that a mirror would show (b.w). With DAYLIGHT it is that of sky
// and street, and the sun's instead of bounced light. `near` is what near_open finds.
#include "incoming.glsl"
void arriving_light(vec3 at_m, vec3 view, vec3 normal, float bias_m, float near, out vec4 a, out vec4 b) {
    vec3 reflected = reflect(view, normal);
    a = vec4(0.0);
    b = vec4(0.0);
    float lobe_sum = 1e-4;
    float lobe_open = 0.0;
    for (int i = 0; i < DIRECTIONS; i++) {
        vec3 d = direction[i].xyz;
        float facing = max(0.0, dot(normal, d));
        float open;
        float far = cone_light(i, at_m, at_m + (normal + d) * bias_m, open);
        float amount = direction[i].w * facing;
        a += share_a[i] * (amount * open * far);
        b += share_b[i] * (amount * open * far);
#ifdef DAYLIGHT
        a += share_a[i] * (amount * (1.0 - open) * bounced.z);
        b += share_b[i] * (amount * (1.0 - open) * bounced.z);
#else
        b.z += amount * (1.0 - open) * bounced.z;
#endif
        float lobe = pow(max(0.0, dot(reflected, d)), 8.0);
        lobe_sum += lobe;
        lobe_open += lobe * open;
    }
    a *= near;
    b *= near;
#ifdef DAYLIGHT
    b.z = max(0.0, dot(normal, sun.xyz)) * sun_light(at_m, at_m + (normal + sun.xyz) * bias_m, normal);
#endif
    b.w = lobe_open / lobe_sum;
}
