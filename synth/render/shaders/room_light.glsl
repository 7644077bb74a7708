// What a mirror sees: the room as a box with the map of its ceiling, walls with goods along them, the floor.
layout(binding = 5) uniform sampler2D ceiling_light;
uniform vec4 room;     // size in metres, ceiling map's texels a metre
uniform vec4 bounced;  // radiance of floor, walls, and goods; unused
// Goods on shelves, as far as a reflection tells them apart: patches, and dark gaps under the boards.
float goods_look(vec2 at_m) {
    ivec2 cell = ivec2(floor(at_m / vec2(0.14, 0.34)));
    uint mixed = uint(cell.x) * 747796405u + uint(cell.y) * 2891336453u;
    mixed = (mixed >> ((mixed >> 28) + 4u)) ^ mixed;
    float patch_light = 0.35 + 1.5 * float((mixed * 277803737u) >> 22) / 1023.0;
    return patch_light * smoothstep(0.0, 0.08, 0.34 - mod(at_m.y, 0.34));
}
float room_light(vec3 at_m, vec3 along, float goods_m) {
    vec3 steep = vec3(along.x < 0.0 ? -1.0 : 1.0, along.y < 0.0 ? -1.0 : 1.0, along.z < 0.0 ? -1.0 : 1.0) * max(abs(along), vec3(1e-4));
    vec3 way_m = (step(0.0, steep) * room.xyz - at_m) / steep;
    float wall_m = max(0.0, min(way_m.x, way_m.y));
    vec2 end_m = at_m.xy + along.xy * way_m.z;
    float flat_light = along.z > 0.0 ? textureLod(ceiling_light, end_m / room.xy, 0.0).r : 0.6 * bounced.x;
    float height_m = at_m.z + along.z * wall_m;
    vec2 wall_end_m = at_m.xy + along.xy * wall_m;
    float goods = bounced.z * goods_look(vec2(way_m.x < way_m.y ? wall_end_m.y : wall_end_m.x, height_m));
    float wall_light = mix(goods, bounced.y, smoothstep(goods_m - 0.1, goods_m + 0.1, height_m));
    return mix(flat_light, wall_light, smoothstep(-0.05, 0.05, way_m.z - wall_m));
}
