// How a surface answers light. `surface` is a row of the table of materials: roughness, specular, emitted, relief.
// The share of light that it mirrors, seen at some cosine to its normal (Schlick 1994); rough ones keep less at grazing.
float fresnel(vec4 surface, float cosine) {
    float edge = 1.0 - max(0.0, cosine);
    return surface.y + (1.0 - surface.x) * (1.0 - surface.x) * (1.0 - surface.y) * edge * edge * edge * edge * edge;
}
// How bright what is clear shows: light comes through it where it is seen face on, and passes it by at its outline,
// where it is bent away. Clear materials are told by CLEAR in their relief, see synth/render/light.py;
// what has OUTSIDE in it lies where no light of the shop comes.
float light_through(vec4 surface, float facing) {
    return surface.w < 8.0 ? 1.0 : surface.w < 16.0 ? mix(0.42, 1.32, smoothstep(0.0, 0.85, facing)) : 0.0;
}
// What every surface reflects at least, still or moving: black cotton, rubber and paint send back three to five percent.
// Grey is added, so that what hue there is stays.
vec3 at_least_black(vec3 albedo) {
    return albedo + max(0.0, 0.03 - dot(albedo, vec3(0.2126, 0.7152, 0.0722)));
}
// Cloth is told by its relief, hanging or creased, see scenes/world.py. The fibres that stand out of it scatter light toward
// an eye that looks along it: a rim of the form of Schlick's, whose height and power are chosen by eye. It is that of the
// whole, not of each crease: streaks down a back would make satin of wool.
const float FUZZ = 0.07;
vec3 as_cloth(vec4 surface, vec3 albedo, float facing) {
    float edge = 1.0 - clamp(facing, 0.0, 1.0);
    return abs(surface.w - 4.5) < 1.0 ? albedo + FUZZ * edge * edge * edge : albedo;
}
