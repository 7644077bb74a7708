#version 420 core
// Joins what the sets of directions found: a binomial window holds each set in equal parts, and pixels count
// as far as they lie in the same plane.
layout(binding = 0) uniform sampler2D normal_depth_map;
layout(binding = 2) uniform sampler2DArray found_a;
layout(binding = 3) uniform sampler2DArray found_b;
uniform vec4 ray[3];
layout(location = 0) out vec4 light_a;
layout(location = 1) out vec4 light_b;
void main() {
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    ivec2 last = textureSize(normal_depth_map, 0) / SAMPLES - 1;
    ivec2 centre = pixel * SAMPLES + SAMPLES / 2;
    vec4 here = texelFetch(normal_depth_map, centre, 0);
    vec3 toward = ray[0].xyz + (float(centre.x) + 0.5) * ray[1].xyz + (float(centre.y) + 0.5) * ray[2].xyz;
    float plane = dot(here.xyz, toward * here.w);
    light_a = vec4(0.0);
    light_b = vec4(0.0);
    float total = 0.0;
    const float binomial[5] = float[5](1.0, 4.0, 6.0, 4.0, 1.0);
    for (int y = -2; y <= 2; y++) {
        for (int x = -2; x <= 2; x++) {
            ivec2 at = clamp(pixel + ivec2(x, y), ivec2(0), last);
            ivec2 sample_at = at * SAMPLES + SAMPLES / 2;
            vec4 there = texelFetch(normal_depth_map, sample_at, 0);
            vec3 along = ray[0].xyz + (float(sample_at.x) + 0.5) * ray[1].xyz + (float(sample_at.y) + 0.5) * ray[2].xyz;
            float apart = abs(dot(here.xyz, along * there.w) - plane) / max(here.w, 0.1);
            float alike = max(0.0, dot(here.xyz, there.xyz));
            alike *= alike;
            alike *= alike;
            alike *= alike;
            alike *= alike;
            float weight = binomial[x + 2] * binomial[y + 2] * alike * alike / (1.0 + 4e4 * apart * apart) + (x == 0 && y == 0 ? 1e-3 : 0.0);
            ivec3 from = ivec3(at >> 1, (at.x & 1) + 2 * (at.y & 1));
            light_a += weight * texelFetch(found_a, from, 0);
            light_b += weight * texelFetch(found_b, from, 0);
            total += weight;
        }
    }
    light_a /= total;
    light_b /= total;
}
