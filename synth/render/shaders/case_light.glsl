// Lamps inside chillers, fridges and hot counters: strips along the front edge of what is over the goods, so that light
// falls inward and down and fades toward the back. Cases may be taken for larger than they are, by grow_m.
#ifdef CASES
layout(std140) uniform Cases {
    vec4 case_low[CASES];
    vec4 case_high[CASES];
    vec4 case_front[CASES];  // unit vector out of the case, its depth
    vec4 case_color[CASES];  // radiance of white paper at the front
};
vec3 case_light(vec3 at_m, vec3 normal, float soft_m, float grow_m) {
    vec3 sum = vec3(0.0);
    for (int i = 0; i < CASES; i++) {
        vec3 inside_m = min(at_m - case_low[i].xyz, case_high[i].xyz - at_m);
        float inside = smoothstep(-soft_m, soft_m, grow_m + min(inside_m.x, min(inside_m.y, inside_m.z)));
        vec3 edge_m = mix(case_low[i].xyz, case_high[i].xyz, step(0.0, case_front[i].xyz));
        float behind_m = max(0.0, dot(edge_m - at_m, abs(case_front[i].xyz) * sign(dot(case_front[i].xyz, vec3(1.0)))));
        float facing = max(0.0, dot(normal, normalize(case_front[i].xyz + vec3(0.0, 0.0, 1.1))));
        sum += case_color[i].rgb * (inside * (0.3 + 0.7 * facing) * exp(-1.6 * behind_m / case_front[i].w));
    }
    return sum;
}
// How bright a surface mirrors those strips. They are long: only how far it leans fore and aft matters.
float case_gloss(vec3 at_m, vec3 view, vec3 normal, vec4 surface) {
    vec3 reflected = reflect(view, normal);
    float wide = 0.1 + surface.x;
    float sum = 0.0;
    for (int i = 0; i < CASES; i++) {
        vec3 inside_m = min(at_m - case_low[i].xyz, case_high[i].xyz - at_m);
        float inside = step(0.0, min(inside_m.x, min(inside_m.y, inside_m.z)));
        vec2 way = vec2(dot(reflected, case_front[i].xyz), reflected.z);
        float off = 1.0 - dot(way, normalize(vec2(1.0, 1.1))) / max(length(way), 1e-3);
        sum += dot(case_color[i].rgb, vec3(0.2126, 0.7152, 0.0722)) * inside * exp(-2.0 * off / (wide * wide)) * (0.6 / wide);
    }
    return sum * fresnel(surface, -dot(normal, view));
}
#endif
