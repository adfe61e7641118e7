// A cut-out in two tones, as on a screen-printed poster; echoes slide from the tint towards the accent.
#include "body.glsl"

void main() {
    vec3 normal = normalize(v_normal);
    vec3 view = normalize(u_eye - v_world);
    float lit = smoothstep(0.05, 0.5, dot(normal, normalize(vec3(0.6, 0.6, 0.5))));
    vec3 colour = mix(u_tint, u_accent, u_age);
    vec3 light = colour * mix(0.28, 1.25, lit) * (1.0 - 0.45 * u_age);
    light += pow(edge(normal, view), 3.0) * mix(vec3(1.0, 0.75, 0.5), u_accent, u_age) * (0.5 + 0.5 * u_pulse) * (1.0 - 0.6 * u_age);
    show(light, 1.0);
}
