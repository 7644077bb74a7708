void moving_visibility(vec3 at_m, vec3 normal, out vec4 open_a, out vec4 open_b) {
    open_a = vec4(1.0);
    open_b = vec4(1.0);
}
