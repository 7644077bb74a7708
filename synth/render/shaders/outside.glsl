// What comes between the daylight and a point of the shop.
#if defined(SUN) || defined(PASSING)
uniform vec4 toward_sun;
#endif
#ifdef SUN
// People in the sun throw shadows as sharp as a sun half a degree wide lets them be.
#include "moving_cover.glsl"
uniform vec4 sun_map[3];  // u, v, metres away from the sun
float sun_past_people(vec3 at_m, float pixel_m) {
    vec4 p = vec4(at_m, 1.0);
    vec2 where = vec2(dot(sun_map[0], p), dot(sun_map[1], p));
    vec2 inside = step(vec2(0.0), where) * step(where, vec2(1.0));
    float lod = clamp(log2(pixel_m * length(sun_map[0].xyz) * float(textureSize(moving_cover, 0).x)), 0.6, 4.0);
    vec2 cover = textureLod(moving_cover, vec3(where, SUN), lod).xy;
    float gap_m = dot(sun_map[2], p) - cover.y / max(cover.x, 1e-4);
    return 1.0 - cover.x * smoothstep(0.02, 0.06, gap_m) * inside.x * inside.y;
}
#endif
#ifdef PASSING
uniform vec4 passing;        // something as a screen: x from, to, its height, how far before the front it stands
uniform vec4 passing_light;  // shares of sun and sky that a cloud leaves, the material of what shows in windows, the front's width
uniform float front_share;   // of all glass: it stands before the front only
float behind_screen(vec3 end_m, float soft_m) {
    vec2 past = smoothstep(vec2(-soft_m), vec2(soft_m), end_m.xx - passing.xy);
    return (past.x - past.y) * smoothstep(-soft_m, soft_m, passing.z - end_m.z);
}
float sun_past_screen(vec3 at_m) {
    float length_m = (at_m.y + passing.w) / max(-toward_sun.y, 1e-3);
    float leaves_m = at_m.x - toward_sun.x * at_m.y / min(toward_sun.y, -1e-3);
    if (toward_sun.y > 0.0 || leaves_m < 0.0 || leaves_m > passing_light.w) return passing_light.x;
    return passing_light.x * (1.0 - behind_screen(at_m + toward_sun.xyz * length_m, 0.02 + 0.005 * length_m));
}
float sky_past_screen(vec3 at_m) {
    vec2 ends = vec2(passing.y - at_m.x, passing.x - at_m.x) / (0.3 + 0.6 * (at_m.y + passing.w));
    vec2 part = 1.0 / (1.0 + exp(-2.5 * ends));
    return passing_light.y * (1.0 - front_share * (part.x - part.y) * min(1.0, passing.z / 3.2));
}
// The screen itself, dark and out of focus, in what shows through a window.
float screen_in_window(vec3 eye_m, vec3 at_m) {
    vec3 end_m = eye_m + (at_m - eye_m) * ((eye_m.y + passing.w) / max(eye_m.y - at_m.y, 1e-3));
    return at_m.y < 0.0 ? 1.0 - 0.75 * behind_screen(end_m, 0.09) : 1.0;
}
#endif
