// The simplest body: one light, one rim.
#include "body.glsl"

void main() {
    vec3 normal = normalize(v_normal);
    vec3 view = normalize(u_eye - v_world);
    float lit = 0.15 + 0.6 * soft_light(normal, vec3(0.3, 0.8, 0.52), 0.3);
    show(lit * u_tint + pow(edge(normal, view), 3.0) * u_accent, 1.0);
}
