// What a surface mirrors of the room: the ceiling with its lamps, walls and floor, blurred by its roughness; `open` is
// how much of that way nothing blocks.
float mirror_light(vec3 at_m, vec3 view, vec3 normal, vec4 surface, float open) {
    vec3 reflected = reflect(view, normal);
    float length_m = ((reflected.z > 0.0 ? room.z : 0.0) - at_m.z) / (abs(reflected.z) < 1e-3 ? 1e-3 : reflected.z);
    vec2 end_m = at_m.xy + reflected.xy * length_m;
    float lod = log2(max(1.0, surface.x * 1.2 * length_m * room.w));
    vec2 inside = smoothstep(vec2(-0.3), vec2(0.3), min(end_m, room.xy - end_m));
    float far = reflected.z > 0.0 ? textureLod(ceiling_light, end_m / room.xy, lod).r : bounced.x;
    far = mix(bounced.y, far, inside.x * inside.y);
#ifdef DAYLIGHT
    far += window_light(at_m, reflected, surface.x * 1.2);
#endif
    return mix(bounced.z, far, open) * fresnel(surface, -dot(normal, view));
}
