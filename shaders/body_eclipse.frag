// A shape cut out of the light behind it, with a thin burning edge.
#include "body.glsl"

void main() {
    vec3 normal = normalize(v_normal);
    vec3 view = normalize(u_eye - v_world);
    float rim = edge(normal, view);
    float above = soft_light(normal, vec3(0.0, 1.0, -0.2), 0.1);
    vec3 light = u_ground * 0.25 + u_tint * pow(rim, 5.0) * (0.9 + 0.5 * u_pulse) + 0.03 * above * u_accent;
    show(light, 1.0);
}
