// Charcoal with fire under it: cracks glow with the energy, the outline smoulders.
#include "body.glsl"
#include "noise.glsl"

void main() {
    vec3 normal = normalize(v_normal);
    vec3 view = normalize(u_eye - v_world);
    float rim = edge(normal, view);
    float seam = seams(v_rest * 9.0);
    float heat = 0.35 + 0.65 * noise(v_rest * 4.0 + vec3(0.0, -0.5 * u_time, 0.0));
    float crack = smoothstep(0.16, 0.0, seam) * heat * (0.7 + 0.9 * u_energy + 0.6 * u_pulse);
    float core = smoothstep(0.05, 0.0, seam) * heat;
    vec3 coal = vec3(0.03, 0.022, 0.02) * (0.3 + 1.3 * soft_light(normal, vec3(0.3, 0.9, 0.3), 0.3));
    vec3 fire = u_tint * crack + u_accent * core * (0.8 + u_energy);
    vec3 below = u_tint * 0.28 * soft_light(normal, vec3(0.0, -1.0, 0.1), 0.4) * exp(-0.7 * abs(v_world.y));
    vec3 outline = mix(u_tint, u_accent, rim) * pow(rim, 3.2) * (0.9 + 0.6 * u_energy);
    show(coal + fire + below + outline, 1.0);
}
