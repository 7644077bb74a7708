#version 420 core
// The G-buffer at one sample a fragment. LABELLED is for meshes with a texture somewhere; MOVING adds motion and the
// radiance of the surface, which is lit here because little of the picture moves and its light comes from the light
// volume. GOODS is for goods and doors that move: goods_light.frag lights them.
#ifdef MOVING
in vec4 v_normal_previous;
in vec4 v_uv_previous;
flat in ivec4 v_tag;
#ifdef GOODS
in vec4 v_color_class;
#endif
#else
in vec4 v_color_class;
in vec3 v_normal;
in vec2 v_uv;
flat in ivec3 v_tag;
#endif
layout(binding = 0) uniform sampler2DArray labels;
layout(location = 0) out vec4 albedo_class;
layout(location = 1) out vec4 normal_depth;  // world normal, metres along the axis
layout(location = 2) out ivec2 instance_material;
#ifdef MOVING
layout(location = 3) out vec2 motion_px;
layout(location = 4) out vec4 radiance;  // w: 1, something is here
uniform vec4 camera;  // image width, height, samples a pixel edge, unused
uniform vec3 eye_m;
uniform vec4 ray[3];  // world direction at sample (0, 0), its steps along x and y, for depth 1
#ifndef GOODS
#ifndef LABELLED
#include "materials.glsl"
#endif
#include "colour.glsl"
#include "light_volume.glsl"
#endif
#endif
#ifdef LABELLED
#include "relief.glsl"
#endif
#if defined(LABELLED) && !defined(MOVING)
uniform vec3 eye_m;
uniform vec4 ray[3];  // as above
#endif
#ifdef STREET
uniform float street;  // layer of the picture of what is outside, -1 for none
// Where a look out of a window ends in that picture, see scenes/light/street.py: on what stands STREET_M away, or on
// the ground before it. `along_m` is where along the wall it leaves.
vec2 look_out(vec3 at_m, vec3 inward, float along_m) {
    vec3 way = (at_m - eye_m) / max(dot(eye_m - at_m, inward), 1e-3);  // for each metre outward
    float ground_m = way.z < 0.0 ? min(at_m.z / -way.z, STREET_M) : STREET_M;
    float u = (along_m + ground_m * dot(way.xy, vec2(inward.y, -inward.x))) / WIDE_M;
    float high_m = at_m.z + way.z * ground_m;
    return vec2(u, 1.0 - GROUND * ground_m / STREET_M - (1.0 - GROUND) * clamp(high_m / HIGH_M, 0.0, 0.97));
}
#endif
#ifdef WORN
uniform float wear_layer;
const float WEAR[4] = float[](0.08, 0.1, 0.02, 0.03);  // of fixtures, floor, walls, ceiling
const vec3 DIRT = vec3(0.85, 1.0, 1.3);  // soil and dust keep back more of blue than of red
const float WEAR_REPEAT_M[2] = float[](2.9, 0.83);
const float GRIME_M = 0.07;  // height over the floor by which what shoes and mops leave fades
// What years of use leave on floor, walls, ceiling and fixtures: smudges, scuffs, dust. Two sizes of one texture,
// laid over the plane that a surface faces most, filtered to the size of a sample.
vec3 read_wear(vec3 at_m, vec3 normal, float sample_m, float amount) {
    vec3 facing = abs(normal);
    vec2 place = facing.z > max(facing.x, facing.y) ? at_m.xy : facing.x > facing.y ? at_m.yz : at_m.xz;
    float texels = float(textureSize(labels, 0).x);
    float sum = 0.0;
    for (int k = 0; k < 2; k++) {
        float lod = log2(max(sample_m * texels / WEAR_REPEAT_M[k], 1.0));
        sum += textureLod(labels, vec3((k == 0 ? place : place.yx) / WEAR_REPEAT_M[k], wear_layer), lod).r - 0.5;
    }
    float grime = facing.z < 0.5 ? exp(-at_m.z / GRIME_M) : 0.0;
    return (1.0 + amount * sum * DIRT) * (1.0 - 0.15 * grime * DIRT);
}
#endif
#ifdef LABELLED
// Four looks along the longer axis of a pixel's footprint, as anisotropic filters do. The driver's own takes
// seconds for a triangle that is seen edge on.
vec3 read_label(vec2 uv, float layer) {
    vec2 size = vec2(textureSize(labels, 0).xy);
    vec2 x = dFdx(uv);
    vec2 y = dFdy(uv);
    float length_x = length(x * size);
    float length_y = length(y * size);
    vec2 along = length_x > length_y ? x : y;
    float longer = max(length_x, length_y);
    float wide = max(min(length_x, length_y), longer * 0.25);
    along *= (1.0 - wide / max(longer, 1e-6)) * 0.25;
    float lod = log2(max(wide, 1e-6));
    vec3 sum = vec3(0.0);
    for (int k = 0; k < 4; k++) {
        sum += textureLod(labels, vec3(uv + along * (float(k) - 1.5), layer), lod).rgb;
    }
    return sum * 0.25;
}
#endif
void main() {
#ifdef MOVING
    vec3 v_normal = v_normal_previous.xyz;
    vec2 v_uv = v_uv_previous.xy;
#ifndef GOODS
    vec4 v_color_class = unpackUnorm4x8(uint(v_tag.w));
#endif
    vec3 previous = vec3(v_normal_previous.w, v_uv_previous.zw);
#endif
    vec3 even = normalize(gl_FrontFacing ? v_normal : -v_normal);
    vec3 normal = even;
    float depth = 1.0 / gl_FragCoord.w;
    vec3 albedo = v_color_class.rgb;
#if defined(LABELLED) || defined(MOVING)
    vec3 seen_m = eye_m + (ray[0].xyz + gl_FragCoord.x * ray[1].xyz + gl_FragCoord.y * ray[2].xyz) * depth;
#endif
#ifdef LABELLED
    float layer = float(max(v_tag.x, 0));
    vec2 at_uv = v_uv;
#ifdef STREET
    if (layer == street) at_uv = look_out(seen_m, normal, v_uv.x);
#endif
    vec3 label = read_label(at_uv, layer);
    albedo *= v_tag.x < 0 ? vec3(1.0) : label;
#endif
#ifdef WORN
    int class_id = int(round(v_color_class.a * 255.0));
    if (class_id >= WORN_FIRST && class_id <= WORN_LAST) {
        albedo *= read_wear(seen_m, normal, length(ray[1].xyz) * depth, WEAR[class_id - WORN_FIRST]);
    }
#endif
#ifdef LABELLED
    albedo *= vary_tone(material[v_tag.y].w, v_tag.z);
    normal = raise(normal, seen_m, v_uv, material[v_tag.y].w, v_tag.z);
#endif
    albedo_class = vec4(albedo, v_color_class.a);
    normal_depth = vec4(normal, depth);
    instance_material = ivec2(v_tag.z, v_tag.y);
#ifdef MOVING
    vec2 before = (previous.xy / previous.z * 0.5 + 0.5) * camera.xy * camera.z;
    motion_px = (gl_FragCoord.xy - before) / camera.z;
#ifdef GOODS
    radiance = vec4(0.0, 0.0, 0.0, 1.0);
#else
    radiance = vec4(shade_moving(seen_m, normal, even, normalize(eye_m - seen_m), linear_from_srgb(albedo), material[v_tag.y]), 1.0);
#endif
#endif
}
