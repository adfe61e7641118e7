// Charcoal with fire under it: cracks glow with the energy, the outline smoulders.
#include "body.glsl"
#include "noise.glsl"

void main() {
    vec3 normal = normalize(v_normal);
    vec3 view = normalize(u_eye - v_world);
    float rim = edge(normal, view);
    float crack = cracks(v_rest * 9.5 + 0.4 * noise(v_rest * 30.0), 1.0);
    float heat = noise(v_rest * 3.2 + vec3(0.0, -0.45 * u_time, 0.0));
    heat = smoothstep(0.2, 0.72, heat + 0.25 * u_energy + 0.12 * u_pulse - 0.1);
    float glow = smoothstep(0.26, 0.0, crack) * heat;
    float core = smoothstep(0.08, 0.0, crack) * heat;
    float grain = 0.6 + 0.8 * noise(v_rest * 90.0);
    vec3 coal = vec3(0.035, 0.028, 0.027) * grain * (0.25 + 1.6 * soft_light(normal, normalize(vec3(0.4, 0.9, 0.4)), 0.1));
    vec3 fire = u_tint * (0.35 * glow * glow + 1.3 * core) + u_accent * core * core * 1.6;
    vec3 below = u_tint * 0.4 * soft_light(normal, vec3(0.0, -1.0, 0.0), 0.5) * exp(-1.2 * abs(v_world.y));
    vec3 smoulder = mix(u_tint, u_accent, rim * rim) * outline(rim, 3.0) * (0.75 + 0.6 * u_energy + 0.2 * u_pulse);
    show(coal + fire + below + smoulder, 1.0);
}
