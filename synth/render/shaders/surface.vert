#version 420 core
// Triangles of the store or of what moves in it, in world coordinates. llvmpipe slows down by half when a
// fourth varying is added, so they are packed into three.
layout(location = 0) in vec3 position_m;
layout(location = 1) in vec3 normal;
layout(location = 2) in vec2 uv;
layout(location = 3) in vec4 color_class;  // sRGB albedo, class_id / 255
layout(location = 4) in ivec3 tag;         // texture layer, material, instance id
uniform mat4 clip_from_world;
#ifdef MOVING
layout(location = 5) in vec3 previous_m;
out vec4 v_normal_previous;  // normal, previous clip x
out vec4 v_uv_previous;      // uv, previous clip y and w
flat out ivec4 v_tag;        // and the colour of the face's last corner
#else
out vec3 v_normal;
out vec2 v_uv;
flat out ivec3 v_tag;
#endif
#if defined(GOODS) || !defined(MOVING)
out vec4 v_color_class;
#endif
void main() {
    gl_Position = clip_from_world * vec4(position_m, 1.0);
#ifdef MOVING
    vec3 previous = (clip_from_world * vec4(previous_m, 1.0)).xyw;
    v_normal_previous = vec4(normal, previous.x);
    v_uv_previous = vec4(uv, previous.yz);
    v_tag = ivec4(tag, int(packUnorm4x8(color_class)));
#else
    v_normal = normal;
    v_uv = uv;
    v_tag = tag;
#endif
#if defined(GOODS) || !defined(MOVING)
    v_color_class = color_class;
#endif
}
