#version 420 core
// Positions only: shadow depth and silhouettes.
layout(location = 0) in vec3 position_m;
uniform mat4 clip_from_world;
void main() { gl_Position = clip_from_world * vec4(position_m, 1.0); }
