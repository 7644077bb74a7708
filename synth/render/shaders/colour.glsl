vec3 linear_from_srgb(vec3 code) {
    return mix(code / 12.92, pow((code + 0.055) / 1.055, vec3(2.4)), step(0.04045, code));
}
// What lamps make of the colour of a surface.
uniform vec3 rendition[3];
vec3 under_lamps(vec3 albedo) {
    return max(vec3(dot(rendition[0], albedo), dot(rendition[1], albedo), dot(rendition[2], albedo)), 0.0);
}
vec3 srgb_from_linear(vec3 light) {
    return mix(light * 12.92, 1.055 * pow(max(light, vec3(1e-6)), vec3(1.0 / 2.4)) - 0.055, step(0.0031308, light));
}
