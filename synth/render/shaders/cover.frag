#version 420 core
// Cover and its depth; from below the floor, how near to it the cover is.
in float v_depth_m;
uniform float from_below;
layout(location = 0) out vec2 cover;
void main() {
    cover = mix(vec2(1.0, v_depth_m), vec2(exp(-max(v_depth_m, 0.0) / 0.12), 0.0), from_below);
}
