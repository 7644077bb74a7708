#version 420 core
// Triangles of the store or of what moves in it, in world coordinates.
layout(location = 0) in vec3 position_m;
layout(location = 1) in vec3 normal;
layout(location = 2) in vec2 uv;
layout(location = 3) in vec4 color_class;  // sRGB albedo, class_id / 255
layout(location = 4) in ivec3 tag;         // texture layer, material, instance id
uniform mat4 clip_from_world;
out vec3 v_normal;
#ifdef LABELLED
out vec2 v_uv;
#endif
out vec4 v_color_class;
flat out ivec3 v_tag;
#ifdef MOVING
layout(location = 5) in vec3 previous_m;
out vec3 v_previous_clip;  // x, y, w
#endif
void main() {
    gl_Position = clip_from_world * vec4(position_m, 1.0);
    v_normal = normal;
#ifdef LABELLED
    v_uv = uv;
#endif
    v_color_class = color_class;
    v_tag = tag;
#ifdef MOVING
    v_previous_clip = (clip_from_world * vec4(previous_m, 1.0)).xyw;
#endif
}
