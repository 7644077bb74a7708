// How bright what is clear shows: light comes through it where it is seen face on, and passes it by at its outline,
// where it is bent away. Clear materials are told by CLEAR in their relief, see synth/render/light.py.
float light_through(vec4 surface, float facing) {
    return surface.w < 8.0 ? 1.0 : mix(0.42, 1.32, smoothstep(0.0, 0.85, facing));
}
