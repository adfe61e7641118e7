// A black body drawn by its own glowing outline: the tint from one side, the accent from the other.
#include "body.glsl"

void main() {
    vec3 normal = normalize(v_normal);
    vec3 view = normalize(u_eye - v_world);
    float rim = edge(normal, view);
    float side = smoothstep(-0.5, 0.5, dot(normal, vec3(0.85, 0.3, 0.1)));
    vec3 colour = mix(u_accent, u_tint, side);
    float glow = outline(rim, 3.2) * (3.0 + 1.2 * u_energy + 0.9 * u_pulse);
    float sheen = 0.003 + 0.022 * soft_light(normal, normalize(vec3(0.3, 0.9, 0.45)), 0.0);
    // A band of light climbs the body in four beats' time, softly.
    float band = exp(-9.0 * abs(v_rest.y + 1.15 - 2.3 * fract(0.25 * u_beat)));
    vec3 light = colour * (glow + sheen) + u_tint * 0.5 * band * (0.15 + rim);
    show(light + 0.4 * outline(rim, 8.0), 1.0);
}
