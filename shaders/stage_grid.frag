// A plotted plane: a grid to the horizon, lit where the beat's rings cross it.
#include "stage.glsl"

float grid(vec2 p, float width) {
    vec2 soft = max(fwidth(p), vec2(1e-4));
    vec2 d = abs(fract(p - 0.5) - 0.5) / soft;
    vec2 line = clamp(width - d, 0.0, 1.0) * clamp(0.35 / soft, 0.0, 1.0);
    return max(line.x, line.y);
}

void main() {
    vec3 ray = normalize(v_ray);
    vec4 hit = floor_hit(ray);
    vec3 glow = u_accent * (0.10 + 0.08 * u_energy) * exp(-18.0 * abs(ray.y));
    vec3 light = u_ground + glow;
    if (hit.w > 0.0) {
        float near = exp(-0.10 * hit.w);
        float lines = grid(hit.xz * 2.0, 1.4) + 0.35 * grid(hit.xz * 8.0, 1.1) * exp(-0.25 * hit.w);
        float ring = ring_light(hit.xz, 0.10, 0.7);
        light += near * lines * (u_accent * 0.28 + u_tint * 1.3 * ring) * mix(0.4, 1.0, open_sky(hit.xz));
        light += near * u_tint * 0.06 * ring;
    }
    show(light);
}
