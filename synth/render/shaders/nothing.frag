#version 420 core
// Depth or stencil only.
void main() {}
