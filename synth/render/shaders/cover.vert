#version 420 core
// What moves, seen from a light.
layout(location = 0) in vec3 position_m;
uniform mat4 clip_from_world;
uniform vec4 depth_from_world;
out float v_depth_m;
void main() {
    gl_Position = clip_from_world * vec4(position_m, 1.0);
    v_depth_m = dot(depth_from_world, vec4(position_m, 1.0));
}
