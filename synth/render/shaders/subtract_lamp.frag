#version 420 core
// What a lamp below full power does not give; blended away from the picture at full light.
layout(binding = 0) uniform sampler2D lamp_light;
uniform float missing;
layout(location = 0) out vec4 direct_gloss;
void main() { direct_gloss = texelFetch(lamp_light, ivec2(gl_FragCoord.xy), 0) * missing; }
