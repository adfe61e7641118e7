// Cooling lava: a cracked crust that glows where the rings of the beat pass, smoke above.
#include "stage.glsl"
#include "noise.glsl"

void main() {
    vec3 ray = normalize(v_ray);
    vec4 hit = floor_hit(ray);
    float smoke = noise(vec3(ray.xz / (0.35 + abs(ray.y)) * 1.6, 0.10 * u_time - 2.0 * ray.y));
    vec3 light = u_ground * 0.5 + u_tint * (0.05 + 0.06 * u_energy) * smoke * exp(-4.5 * abs(ray.y));
    if (hit.w > 0.0) {
        vec2 from_centre = hit.xz - u_centre.xz;
        float near = exp(-0.045 * dot(from_centre, from_centre));
        float seam = seams(vec3(hit.xz * 1.5, 3.0));
        float fine = clamp(12.0 / (1.0 + hit.w * hit.w), 0.0, 1.0);
        float crack = smoothstep(0.14, 0.0, seam);
        float core = smoothstep(0.03, 0.0, seam) * fine;
        float ring = ring_light(hit.xz, 0.12, 0.8);
        float heat = 0.10 + 0.22 * u_energy + 1.1 * ring;
        float shade = open_sky(hit.xz);
        light = light * exp(-0.5 * near) + u_ground * near * shade;
        light += near * mix(0.5, 1.0, shade) * (u_tint * crack * heat + u_accent * core * heat * 1.5 + u_tint * 0.05 * ring);
    }
    show(light);
}
