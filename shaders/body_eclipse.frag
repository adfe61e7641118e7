// A shape cut out of the light behind it, with a thin burning edge.
#include "body.glsl"

void main() {
    vec3 normal = normalize(v_normal);
    vec3 view = normalize(u_eye - v_world);
    float rim = edge(normal, view);
    vec3 back = soft_light(normal, vec3(-view.x, 0.35, -view.z), 0.35) * u_accent;
    show(u_ground * 0.15 + (u_tint * 1.1 + 0.3) * pow(rim, 4.5) * (0.8 + 0.5 * u_pulse) + 0.35 * back, 1.0);
}
