layout(std140) uniform Materials { vec4 material[MATERIALS]; };  // roughness, specular, emitted radiance, relief
