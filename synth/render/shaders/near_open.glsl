// How much of the light from all around is left where things stand close: the maps along the directions are too coarse
// for the gap between two packs.
layout(binding = 0) uniform sampler2D standing_map;  // normal and depth of what stands still
uniform vec3 eye_m;
uniform vec4 ray[3];
const int NEAR_LOOKS = 16;
const float GIVEN_BACK = 0.35;  // light that what blocks it gives off instead: it stands in the gap itself
vec3 look(ivec2 at) { return ray[0].xyz + (float(at.x) + 0.5) * ray[1].xyz + (float(at.y) + 0.5) * ray[2].xyz; }
// Each of a few samples around blocks as much as its surface is seen from here (its form factor), as far as the picture
// shows it (Ritschel et al. 2009). Each set of directions looks elsewhere. `place` is seen from the eye.
float near_open(ivec2 here, vec3 place, vec3 normal, float depth_m, float set) {
    ivec2 last = textureSize(standing_map, 0) - 1;
    float sample_m = length(ray[1].xyz) * max(depth_m, 0.1);
    float reach = min(GAP_M / sample_m, 0.2 * float(last.x));
    float step_area_m2 = 6.2832 * reach / float(NEAR_LOOKS) * sample_m * sample_m;
    float blocked = 0.0;
    for (int k = 0; k < NEAR_LOOKS; k++) {
        float away = reach * (float(k) + 0.25 * (set + 0.5)) / float(NEAR_LOOKS);
        float turn = 2.39996 * float(k) + 0.6 * set;
        ivec2 at = clamp(here + ivec2(round(away * vec2(cos(turn), sin(turn)))), ivec2(0), last);
        vec4 there = texelFetch(standing_map, at, 0);
        vec3 toward = look(at);
        vec3 way = toward * there.w - place;
        float far2 = max(dot(way, way), sample_m * sample_m);
        float facing = max(0.0, dot(normal, way)) * max(0.0, -dot(there.xyz, way));
        float seen_m2 = step_area_m2 * away / max(-dot(there.xyz, normalize(toward)), 0.1);
        blocked += min(facing * seen_m2 / (3.1416 * far2 * far2), 0.2) * (1.0 - smoothstep(0.25, 1.0, far2 / (GAP_M * GAP_M)));
    }
    return 1.0 - (1.0 - GIVEN_BACK) * min(blocked, 1.0);
}
