// A dark body drawn by its own glowing outline: cool light from one side, the accent from the other.
#include "body.glsl"

void main() {
    vec3 normal = normalize(v_normal);
    vec3 view = normalize(u_eye - v_world);
    float rim = edge(normal, view);
    float side = smoothstep(-0.75, 0.75, dot(normal, vec3(0.8, 0.25, 0.1)));
    vec3 colour = mix(u_accent, u_tint, side);
    float glow = pow(rim, 2.6) * (1.5 + 0.8 * u_energy + 0.7 * u_pulse);
    float sheen = 0.05 + 0.10 * soft_light(normal, vec3(0.2, 0.9, 0.4), 0.2);
    // A band of light climbs the body once a beat and is gone before it could flash.
    float band = exp(-14.0 * abs(v_rest.y + 0.95 - 1.75 * fract(u_time * 0.25)));
    show(colour * (glow + sheen + 0.12 * band) + 0.35 * pow(rim, 8.0) * vec3(1.0), 1.0);
}
